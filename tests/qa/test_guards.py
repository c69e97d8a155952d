"""What stands before every route: sizes, headers, closed doors, the sub-path, and quiet logs."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from corpus.errors import BadSetting
from qa.guards import MAX_BODY
from qa.origins import Origins
from qa.rates import Rates
from qa.serve import JsonLines
from tests.qa.conftest import OWN, PUBLIC, SITE, Serving

QUESTION = {"question": "民医工作室什么时候开诊？"}


# Origins


@pytest.mark.parametrize(
    ("allowed", "origin", "expected"),
    [
        ([SITE], SITE, True),
        ([SITE], "https://NEWS.example.org:443", True),
        ([SITE], "http://news.example.org", False),
        ([SITE], "https://news.example.org:8443", False),
        ([SITE], "https://news.example.org.evil.com", False),
        ([SITE], "https://evilnews.example.org", False),
        (["https://*.example.org"], SITE, True),
        (["https://*.example.org"], "https://a.b.example.org", True),
        (["https://*.example.org"], "https://example.org", False),
        (["https://*.example.org"], "https://evilexample.org", False),
        (["https://*.example.org"], "https://*.example.org", False),
        ([SITE], "null", False),
        ([], SITE, False),
        ([SITE], "https://user@news.example.org", False),
        ([SITE], "https://news.example.org/path", False),
        ([SITE], "https://[::1", False),
    ],
)
def test_which_origins_are_allowed(allowed: list[str], origin: str, expected: bool) -> None:
    assert Origins.of(allowed).allows(origin) is expected


@pytest.mark.parametrize(
    "entry", ["*", "news.example.org", "https://", "ftp://a.org", "https://a.*.org", "https://*."]
)
def test_what_is_no_origin_is_refused_at_the_start(entry: str) -> None:
    with pytest.raises(BadSetting, match="not an origin"):
        Origins.of([entry])


def test_an_empty_list_means_the_own_origin_only(client: TestClient) -> None:
    own = client.post("/api/ask", json=QUESTION, headers={"Origin": OWN})
    assert own.status_code == 200
    other = client.post("/api/ask", json=QUESTION, headers={"Origin": SITE})
    assert other.status_code == 403
    assert other.json()["type"] == "urn:wenju:problem:origin-not-allowed"
    assert "access-control-allow-origin" not in other.headers
    assert "frame-ancestors 'self'" in client.get("/healthz").headers["content-security-policy"]


def test_one_list_drives_cors_preflight_refusal_and_frames(serving: Serving) -> None:
    client = serving(allow_origins=(SITE,))
    asked = client.post("/api/ask", json=QUESTION, headers={"Origin": SITE})
    assert asked.headers["access-control-allow-origin"] == SITE
    assert "origin" in asked.headers["vary"].lower()
    assert "access-control-allow-credentials" not in asked.headers
    preflight = {"Origin": SITE, "Access-Control-Request-Method": "POST"}
    told = client.options("/api/ask", headers=preflight)
    assert (told.status_code, told.headers["access-control-allow-origin"]) == (204, SITE)
    other = client.options("/api/ask", headers={**preflight, "Origin": "https://evil.com"})
    assert other.status_code == 403
    policy = client.get("/healthz").headers["content-security-policy"]
    assert f"frame-ancestors 'self' {SITE}" in policy


@pytest.mark.parametrize("path", ["/api/articles", "/gradio_api/info", "/config", "/mcp", "/docs"])
def test_what_an_embedded_chat_does_not_need_stays_at_home(chatting: TestClient, path: str) -> None:
    answer = chatting.get(path, headers={"Origin": SITE, "Host": PUBLIC})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_gradio_reflects_no_origin(chatting: TestClient) -> None:
    headers = {"Origin": "https://evil.com", "Host": PUBLIC}
    answer = chatting.post("/gradio_api/queue/join", json={}, headers=headers)
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.startswith("access-control")]


# Sizes and doors


def test_a_body_above_the_bound_is_refused(client: TestClient) -> None:
    big = b'{"question": "' + b"a" * MAX_BODY + b'"}'
    told = client.post("/api/ask", content=big, headers={"Content-Type": "application/json"})
    assert told.status_code == 413
    assert told.json()["type"] == "urn:wenju:problem:request-too-large"

    def chunks() -> Iterator[bytes]:
        for at in range(0, len(big), 65536):
            yield big[at : at + 65536]

    untold = client.post("/api/ask", content=chunks(), headers={"Content-Type": "application/json"})
    assert untold.status_code == 413


@pytest.mark.parametrize("length", ["-1", "abc", "9" * 30])
def test_a_false_length_is_refused(client: TestClient, length: str) -> None:
    headers = {"Content-Length": length, "Content-Type": "application/json"}
    assert client.post("/api/ask", content=b"{}", headers=headers).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=http://localhost/",
        "/gradio_api/upload_progress",
        "/web/page.html",
        "/web/../app.py",
        "/web/%2e%2e/app.py",
    ],
)
def test_closed_doors(chatting: TestClient, path: str) -> None:
    assert chatting.get(path).status_code == 404
    sent = chatting.post(path, files={"files": ("a.txt", b"anonymous")})
    assert sent.status_code in (404, 405)


def test_pages_may_load_only_from_here(chatting: TestClient) -> None:
    for path in ("/", "/docs", "/healthz", "/nope"):
        headers = chatting.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        policy = headers["content-security-policy"].replace(SITE, "")
        assert "http" not in policy
    assert "unsafe" not in chatting.get("/docs").headers["content-security-policy"]


# The sub-path


@pytest.mark.parametrize("seen", ["/wenju/healthz", "/healthz"])
def test_a_proxy_may_keep_the_sub_path_or_take_it_off(serving: Serving, seen: str) -> None:
    assert serving(root_path="/wenju/").get(seen).json() == {"status": "alive"}


def test_pages_link_below_the_sub_path(serving: Serving) -> None:
    client = serving(root_path="/wenju", chat=True)
    start = client.get("/wenju/").text
    assert 'src="/wenju/web/boot.js"' in start
    assert "/wenju" in client.get("/wenju/config").json()["root"]
    id = client.get("/wenju/api/articles").json()["articles"][0]["id"]
    assert 'href="/wenju/web/page.css"' in client.get(f"/wenju/article/{id}").text


# Rates


def test_this_machine_is_not_limited_unless_asked() -> None:
    spared = Rates("")
    assert {spared.wait("127.0.0.1") for _ in range(200)} == {0}
    assert {spared.wait("::1") for _ in range(200)} == {0}
    assert max(spared.wait("203.0.113.9") for _ in range(200)) > 0
    asked = Rates("5/minute")
    assert [asked.wait("127.0.0.1") > 0 for _ in range(6)] == [False] * 5 + [True]
    assert {Rates("none").wait("203.0.113.9") for _ in range(200)} == {0}


def test_a_client_is_an_address_and_an_origin() -> None:
    rates = Rates("1/minute")
    assert rates.wait("203.0.113.9") == 0
    assert rates.wait("203.0.113.10") == 0
    assert rates.wait("203.0.113.9", SITE) == 0
    assert rates.wait("203.0.113.9", SITE) > 0
    assert rates.wait("2001:db8::1") == 0
    assert rates.wait("2001:db8::2") > 0  # a customer has a whole /64


@pytest.mark.parametrize("rate", ["many", "5 per fortnight", "-1/minute"])
def test_a_malformed_rate_is_refused(rate: str) -> None:
    with pytest.raises(BadSetting):
        Rates(rate)


# Logs


def test_the_log_has_no_words_of_readers(
    serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="wenju")
    client = serving()
    client.post("/api/ask", json=QUESTION)
    client.get("/api/search", params={"q": "民医工作室"})
    client.get("/秘密?民医工作室")
    lines = [JsonLines().format(record) for record in caplog.records if "wenju" in record.name]
    assert len(lines) == 4
    assert all(json.loads(line)["ms"] for line in lines)
    assert not [line for line in lines if "民医" in line or "秘密" in line or "%E" in line]


def test_the_log_has_the_question_where_the_operator_wants_it(
    serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="wenju.questions")
    serving(log_questions=True).post("/api/ask", json=QUESTION)
    line = json.loads(JsonLines().format(caplog.records[-1]))
    assert line["question"] == QUESTION["question"]
