"""By which names the server may be asked, on a loopback address and behind a name."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocket

from corpus.errors import BadSetting
from qa.hosts import HostMiddleware, Hosts
from tests.qa.conftest import SITE, Serving

HERE, EVERYWHERE = "127.0.0.1", "0.0.0.0"
QUESTION = {"question": "民医工作室什么时候开诊？"}


@pytest.mark.parametrize(
    ("allowed", "listening", "header", "expected"),
    [
        ([], HERE, "127.0.0.1", True),
        ([], HERE, "127.0.0.1:7860", True),
        ([], HERE, "localhost:7860", True),
        ([], HERE, "LocalHost", True),
        ([], HERE, "[::1]", True),
        ([], HERE, "[::1]:7860", True),
        ([], HERE, "[0:0:0:0:0:0:0:1]:7860", True),
        ([], "::1", "localhost", True),
        ([], "localhost", "127.0.0.1", True),
        ([], HERE, "evil.example", False),
        ([], HERE, "evil.example:7860", False),
        ([], "::1", "evil.example", False),
        ([], "localhost", "evil.example", False),
        ([], HERE, "127.0.0.1.evil.example", False),
        ([], HERE, "localhost.evil.example", False),
        ([], HERE, "evil.example@127.0.0.1", False),
        ([], HERE, "127.0.0.1:7860:evil", False),
        ([], HERE, "127.0.0.1/evil.example", False),
        ([], HERE, "127.0.0.1, evil.example", False),
        ([], HERE, "[2001:db8::1]", False),
        ([], HERE, "::1", False),  # a literal stands in brackets
        ([], HERE, "203.0.113.9", False),
        ([], HERE, "", False),
        ([], EVERYWHERE, "ask.example.org", True),
        ([], EVERYWHERE, "", True),
        (["ask.example.org"], EVERYWHERE, "Ask.Example.org:8000", True),
        (["ask.example.org"], EVERYWHERE, "evil.example", False),
        (["ask.example.org"], HERE, "ask.example.org", True),
        (["ask.example.org"], HERE, "localhost", True),
        (["*.example.org"], HERE, "a.b.example.org", True),
        (["*.example.org"], HERE, "example.org", False),
        (["*.example.org"], HERE, "evilexample.org", False),
        (["[2001:DB8::1]"], HERE, "[2001:db8::1]:80", True),
        (["2001:db8::1"], HERE, "[2001:db8::1]:80", True),
        (["*"], HERE, "evil.example", True),
    ],
)
def test_which_names_are_allowed(
    allowed: list[str], listening: str, header: str, expected: bool
) -> None:
    assert Hosts.of(allowed, listening).allows(header) is expected


@pytest.mark.parametrize(
    "entry", ["https://ask.example.org", "ask.example.org:80", "a/b", "a.*.org", "**", "a b", ""]
)
def test_what_is_no_name_is_refused_at_the_start(entry: str) -> None:
    with pytest.raises(BadSetting, match="not a host name"):
        Hosts.of([entry], HERE)


def test_a_name_that_points_here_cannot_use_the_server(serving: Serving) -> None:
    rebound = {"Host": "evil.example:7860", "Origin": "http://evil.example:7860"}
    for client in (serving(), serving(root_path="/wenju")):
        told = client.post("/api/ask", json=QUESTION, headers=rebound)
        assert told.status_code == 400
        assert told.json()["type"] == "urn:wenju:problem:host-not-allowed"
        assert "--allow-host" in told.json()["hint"]
        # What a page may send itself says nothing.
        forwarded = {**rebound, "X-Forwarded-Host": "localhost", "Forwarded": "host=localhost"}
        assert client.get("/healthz", headers=forwarded).status_code == 400


def test_a_reverse_proxy_is_asked_by_its_name(serving: Serving) -> None:
    client = serving(root_path="/wenju", allow_hosts=("ask.example.org",))
    asked = {"Host": "ask.example.org", "Origin": "https://ask.example.org"}
    assert client.post("/wenju/api/ask", json=QUESTION, headers=asked).status_code == 200


def test_the_widget_of_another_site_asks_by_our_name(serving: Serving) -> None:
    client = serving(allow_origins=(SITE,))
    asked = {"Origin": SITE}
    assert client.post("/api/ask", json=QUESTION, headers=asked).status_code == 200
    assert client.get("/widget.js", headers=asked).status_code == 200
    rebound = {**asked, "Host": "news.example.org"}
    assert client.post("/api/ask", json=QUESTION, headers=rebound).status_code == 400


def test_a_web_socket_is_refused_too() -> None:
    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("open")
        await socket.close()

    app = HostMiddleware(Starlette(routes=[WebSocketRoute("/", echo)]), Hosts())
    client = TestClient(app)
    with client.websocket_connect("ws://localhost/") as socket:
        assert socket.receive_text() == "open"
    with pytest.raises(WebSocketDenialResponse), client.websocket_connect("ws://evil.example/"):
        pass
