"""The HTTP API answers as the bot does, by ids, and says every failure as a problem."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.bot import Bot
from qa.desk import Desk
from qa.links import resolve
from tests.qa.conftest import Serving

QUESTION = "民医工作室什么时候开诊？"
ANSWER = "2021年7月1日"


def events(text: str) -> list[tuple[str, Any]]:
    """Return the (name, data) of a stream."""
    found = []
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_an_answer_is_the_bots_answer(client: TestClient, bot: Bot) -> None:
    body = client.post("/api/ask", json={"question": QUESTION}).json()
    expected = json.loads(json.dumps(bot.ask(QUESTION).as_dict()))
    assert {**body, "milliseconds": 0} == {**expected, "milliseconds": 0}
    assert ANSWER in body["quotes"][0]["text"]


def test_a_quote_stands_in_its_article_and_its_url_leads_there(client: TestClient) -> None:
    quote = client.post("/api/ask", json={"question": QUESTION}).json()["quotes"][0]
    article = client.get(f"/api/articles/{quote['article']['id']}").json()
    assert article["text"][quote["start"] : quote["end"]] == quote["text"]
    found = resolve(article["text"], quote["url"].partition("?")[2].partition("#")[0])
    assert found is not None
    assert found.span is not None
    assert found.span.of(article["text"]) == quote["text"]
    assert client.get(quote["url"]).status_code == 200


def test_the_same_answer_as_events(client: TestClient) -> None:
    headers = {"Accept": "text/event-stream"}
    answer = client.post("/api/ask", json={"question": QUESTION}, headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    told = events(answer.text)
    done = told[-1][1]
    names = ["searched", *["quote"] * len(done["quotes"]), "done"]
    assert [name for name, _ in told] == names
    assert told[0][1] == {"searched": QUESTION}
    assert [data["quote"] for name, data in told if name == "quote"] == done["quotes"]


def test_a_follow_up_is_searched_with_what_it_leans_on(client: TestClient) -> None:
    first = client.post("/api/ask", json={"question": "株洲市中心医院支部书记是谁？"}).json()
    turn = {
        "question": first["question"],
        "searched": first["searched"],
        "articles": [quote["article"]["id"] for quote in first["quotes"]],
    }
    body = {"question": "那它有多少党员？", "history": [turn]}
    searched = client.post("/api/ask", json=body).json()["searched"]
    assert "株洲市中心医院" in searched
    alone = client.post("/api/ask", json={"question": "那它有多少党员？"}).json()["searched"]
    assert alone == "那它有多少党员？"


def test_nothing_says_where_files_lie_on_the_server(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    found = client.get("/api/search", params={"q": QUESTION}).json()["hits"]
    for cited in (*answer["quotes"], *answer["closest"], *found):
        name = cited["article"]["path"]
        assert name and "/" not in name and "\\" not in name


def test_filters_choose_who_may_answer(client: TestClient) -> None:
    only = {"languages": ["ja"]}
    body = client.post("/api/ask", json={"question": QUESTION, "filters": only}).json()
    languages = {quote["article"]["language"] for quote in body["quotes"] + body["closest"]}
    assert languages <= {"ja"}


def test_it_abstains_with_a_reason_and_what_is_closest(client: TestClient) -> None:
    body = client.post("/api/ask", json={"question": "谁赢了1998年世界杯足球赛？"}).json()
    assert body["answered"] is False
    assert body["quotes"] == []
    assert body["reason"] in ("nothing_close", "weak_evidence")


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"question": ""}, 422, "bad-question"),
        ({"question": "？！"}, 422, "bad-question"),
        ({"question": "长" * 2_001}, 422, "bad-question"),
        ({}, 422, "malformed-request"),
        ({"question": 5}, 422, "malformed-request"),
        ({"question": "a", "histroy": []}, 422, "malformed-request"),
        ({"question": "a", "filters": {"date_from": "yesterday"}}, 422, "malformed-request"),
        ({"question": "a", "history": [{"question": "b"}] * 51}, 422, "malformed-request"),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_bad_question_is_a_problem(
    client: TestClient, body: dict[str, Any], status: int, kind: str, accept: str
) -> None:
    answer = client.post("/api/ask", json=body, headers={"Accept": accept})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:wenju:problem:{kind}"
    assert answer.json()["status"] == status
    assert answer.json()["hint"]


def test_what_is_no_json_is_a_problem_that_does_not_repeat_it(client: TestClient) -> None:
    for content in (b"{", b"\xff\xfe", b'{"question": "\\ud800secret"}', b"[" * 5_000):
        answer = client.post(
            "/api/ask", content=content, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in (400, 422)
        assert answer.headers["content-type"] == "application/problem+json"
        assert "secret" not in answer.text


def test_search_finds_passages_by_id(client: TestClient) -> None:
    body = client.get("/api/search", params={"q": "民医工作室", "k": 3}).json()
    assert 0 < len(body["hits"]) <= 3
    first = body["hits"][0]
    passage = client.get(f"/api/passages/{first['passage']}").json()
    assert passage["text"] == first["text"]
    assert "民医工作室" in passage["text"] + passage["context"]
    scores = [hit["score"] for hit in body["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert client.get("/api/search", params={"q": "…"}).status_code == 422
    assert client.get("/api/search", params={"q": "a", "mode": "magic"}).status_code == 422
    assert client.get("/api/search", params={"q": "a", "date_from": "soon"}).status_code == 422


def test_articles_are_listed_and_read_by_id(client: TestClient, desk: Desk) -> None:
    total = desk.ledger.counts().articles
    first = client.get("/api/articles", params={"limit": 2}).json()
    second = client.get("/api/articles", params={"limit": 200, "offset": 2}).json()
    ids = [each["id"] for each in first["articles"] + second["articles"]]
    assert first["total"] == total == len(set(ids))
    assert "path" not in first["articles"][0]
    found = client.get("/api/articles", params={"contains": "民医工作室"}).json()["articles"]
    assert len(found) == 1
    assert client.get("/api/articles/nope").status_code == 404
    assert client.get("/api/passages/999999").status_code == 404
    assert client.get(f"/api/passages/{2**70}").status_code == 404


def test_an_etag_saves_reading_an_article_again(client: TestClient) -> None:
    id = client.get("/api/articles", params={"limit": 1}).json()["articles"][0]["id"]
    first = client.get(f"/api/articles/{id}")
    tag = first.headers["etag"]
    again = client.get(f"/api/articles/{id}", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"/api/articles/{id}", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


def test_feedback_is_kept_with_the_articles_own_words(client: TestClient, desk: Desk) -> None:
    quote = client.post("/api/ask", json={"question": QUESTION}).json()["quotes"][0]
    cited = {"article": quote["article"]["id"], "start": quote["start"], "end": quote["end"]}
    body = {"verdict": "wrong_evidence", "question": QUESTION, "quotes": [cited]}
    answer = client.post("/api/feedback", json=body)
    assert answer.status_code == 201
    kept = list(desk.feedback.export())
    assert [(each.verdict, each.question) for each in kept] == [("wrong_evidence", QUESTION)]
    assert kept[0].quotes[0].text == quote["text"]
    assert client.post("/api/feedback", json={**body, "verdict": "meh"}).status_code == 422
    elsewhere = {**cited, "article": "nope"}
    assert client.post("/api/feedback", json={**body, "quotes": [elsewhere]}).status_code == 404


def test_a_client_that_asks_too_often_is_told_when_to_come_back(serving: Serving) -> None:
    client = serving(rate_limit="3/minute", client="203.0.113.7")
    statuses = [client.post("/api/ask", json={"question": QUESTION}).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    answer = client.post("/api/ask", json={"question": QUESTION})
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert answer.json()["type"] == "urn:wenju:problem:too-many-questions"
    assert "wait" in answer.json()["detail"]
    assert client.get("/healthz").status_code == 200  # what costs nothing is not counted


def test_operations(client: TestClient, desk: Desk) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready", "passages": len(desk.bot.index)}
    client.post("/api/ask", json={"question": QUESTION})
    client.post("/api/ask", json={"question": "谁赢了1998年世界杯足球赛？"})
    metrics = client.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain; version=")
    lines = metrics.text.splitlines()
    assert 'wenju_questions_total{outcome="answered"} 1.0' in lines
    assert f"wenju_articles {float(desk.ledger.counts().articles)}" in lines
    assert 'wenju_http_requests_total{method="POST",route="/api/ask",status="200"} 2.0' in lines


def test_every_path_and_failure_is_described(client: TestClient) -> None:
    about = client.get("/openapi.json").json()
    assert {"/api/ask", "/api/search", "/api/articles", "/api/articles/{id}", "/api/passages/{id}",
            "/api/suggestions", "/api/feedback", "/healthz", "/readyz", "/metrics"} <= set(
        about["paths"]
    )  # fmt: skip
    assert "429" in about["paths"]["/api/ask"]["post"]["responses"]
    page = client.get("/docs")
    assert page.status_code == 200
    assert "POST /api/ask" in page.text
    assert "//cdn" not in page.text
