"""Old tricks, and requests made from the API's own description, end in an answer or a problem."""

from __future__ import annotations

from typing import Any, cast

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.qa.conftest import OWN

TRICKS = [
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e",
    "....//....//",
    "%00",
    "%c0%ae%c0%ae",
    "'; DROP TABLE articles; --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "a" * 5_000,
    "%f0%9f%92%a9",
    "-1",
    "9" * 40,
    "NaN",
    "con",
    "%e2%80%ae%00",
]
ROUTES = ["/article/{}", "/article/{}/file", "/api/articles/{}", "/api/passages/{}", "/web/{}",
          "/api/{}", "/{}", "/api/search?q={}", "/api/articles?contains={}", "/?lang={}",
          "/api/suggestions?language={}", "/article/x?at={}", "/widget/{}"]  # fmt: skip


@pytest.mark.parametrize("route", ROUTES)
def test_the_old_tricks(client: TestClient, route: str) -> None:
    for trick in TRICKS:
        answer = client.get(route.format(trick))
        assert answer.status_code < 500, trick
        assert "root:" not in answer.text
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Accept-Language", "a;q=x, " * 500),
        ("Accept-Language", "zh;q=1e999,en;q=nan"),
        ("Cookie", "wenju_language=<script>; " * 50),
        ("If-None-Match", '"' * 3_000),
        ("Accept", "text/event-stream" * 100),
        ("Origin", "https://[" * 100),
        ("Origin", "null"),
        ("Host", "evil.com:99999"),
        ("X-Forwarded-For", "not an address"),
        ("Range", "bytes=0-1,5-2"),
    ],
)
def test_hostile_headers(client: TestClient, name: str, value: str) -> None:
    for path in ("/docs", "/api/articles", "/web/page.css", "/api/suggestions"):
        answer = client.get(path, headers={name: value})
        assert answer.status_code < 500
        assert "<script>;" not in answer.text


def described(client: TestClient) -> list[tuple[str, str, Any]]:
    """Return method, path and a strategy for requests, for every route that is described."""
    schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    found = []
    for result in schema.get_all_operations():
        operation = cast(Any, result).ok()
        found.append((operation.method.upper(), operation.path, operation.as_strategy()))
    return found


def test_requests_made_from_the_description(client: TestClient) -> None:
    operations = described(client)
    assert len(operations) >= 9
    for method, path, strategy in operations:
        send_many(client, method, path, strategy)


def send_many(
    client: TestClient, method: str, path: str, strategy: st.SearchStrategy[schemathesis.Case[Any]]
) -> None:
    """Send requests of one operation, well-formed by the description; none may break the server."""

    @settings(
        max_examples=12,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def send(data: st.DataObject) -> None:
        made = data.draw(strategy).as_transport_kwargs(base_url=OWN)
        answer = client.request(
            method, made["url"], params=made.get("params"), json=made.get("json")
        )
        assert answer.status_code < 500, (path, answer.text)

    send()
