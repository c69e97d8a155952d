"""The chat's handlers: what they draw is escaped, what they are sent is checked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any, cast

import gradio as gr
import pytest
from fastapi.testclient import TestClient
from starlette.requests import Request

from qa.bot import Bot
from qa.cards import answer_html, error_html, question_html
from qa.chat import POLL, build
from qa.conversation import Conversation
from qa.desk import Desk
from qa.messages import messages
from qa.rates import Rates
from qa.turns import kept_of, loaded, stale_quotes, stored, turn_of
from qa.types import Answer, ArticleRef, Quote

QUESTION = "民医工作室什么时候开诊？"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
NO_FILTERS: tuple[object, object, object, object] = ([], [], "", "")


def reader(language: str = "zh-CN", address: str = "203.0.113.1") -> gr.Request:
    """Return what Gradio tells a handler of its reader."""
    headers = [(b"accept-language", language.encode())]
    scope = {"type": "http", "headers": headers, "client": (address, 1), "query_string": b""}
    return gr.Request(request=Request(scope))


def last(shown: Iterator[Any]) -> tuple[Any, list[dict[str, Any]], Any]:
    """Return the last thing that a handler showed."""
    *_, (box, chat, kept) = shown
    return box, cast(list[dict[str, Any]], chat), kept


@pytest.fixture
def talk(desk: Desk) -> Conversation:
    return Conversation(desk)


def evil_answer() -> Answer:
    article = ArticleRef("a1", EVIL, EVIL, EVIL, EVIL, "x")
    text = f"{EVIL}\n第二行*粗*$x$"
    quote = Quote(
        text, 0, len(text), "", "", ((0, 8),), 1.0, 7, "/article/a1?at=0-5", article, 0, 5
    )
    return Answer(EVIL, EVIL + "?", 0.9, (quote,))


def test_everything_from_outside_is_escaped_and_on_one_line() -> None:
    for answer in (evil_answer(), replace(evil_answer(), quotes=(), reason="weak_evidence",
                                          closest=evil_answer().quotes)):  # fmt: skip
        html = answer_html(answer, "zh", "")
        assert "<script" not in html
        assert "<img" not in html
        assert "\n" not in html
        assert "&lt;script&gt;" in html
        assert "<br>第二行" in html
    for html in (question_html(EVIL), error_html(EVIL, EVIL)):
        assert "<script" not in html
        assert "<img" not in html


def test_the_answering_span_is_marked_and_the_rest_is_whole(bot: Bot) -> None:
    answer = bot.ask(QUESTION)
    html = answer_html(answer, "zh", "/wenju")
    assert "<mark>2021年7月1日</mark>" in html
    assert f'href="/wenju{answer.quotes[0].url.replace("&", "&amp;")}"' in html
    assert answer.quotes[0].article.title in html


def test_a_question_is_answered_and_the_turn_kept(talk: Conversation, bot: Bot) -> None:
    steps = list(talk.ask(QUESTION, [], reader(), *NO_FILTERS))
    assert len(steps) >= 2  # it grows
    box, chat, kept = last(iter(steps))
    assert box == ""
    assert [each["role"] for each in chat] == ["user", "assistant"]
    assert "2021年7月1日" in chat[1]["content"]
    expected = bot.ask(QUESTION)
    assert loaded(kept)[0].answer() == replace(expected, milliseconds={})
    assert json.loads(json.dumps(kept)) == kept


def test_a_follow_up_shows_what_was_searched_and_can_be_undone(talk: Conversation) -> None:
    _, _, kept = last(talk.ask("株洲市中心医院支部书记是谁？", [], reader(), *NO_FILTERS))
    _, chat, kept = last(talk.ask("那它有多少党员？", kept, reader(), *NO_FILTERS))
    assert messages("zh")["web.searched"] in chat[-1]["content"]
    assert "株洲市中心医院" in kept[-1]["searched"]
    _, chat, kept = last(talk.verbatim("那它有多少党员？", kept, reader(), *NO_FILTERS))
    assert len(kept) == 2
    assert kept[-1]["searched"] == "那它有多少党员？"
    assert messages("zh")["web.searched"] not in chat[-1]["content"]


def test_follow_ups_are_offered_after_the_last_answer_only(talk: Conversation) -> None:
    _, _, kept = last(talk.ask(QUESTION, [], reader(), *NO_FILTERS))
    _, chat, _ = last(talk.ask("洛阳市中心医院招了多少名宣讲员？", kept, reader(), *NO_FILTERS))
    assert [bool(each.get("options")) for each in chat][:3] == [False] * 3


def test_retry_undo_and_clear(talk: Conversation) -> None:
    _, _, one = last(talk.ask(QUESTION, [], reader(), *NO_FILTERS))
    _, _, two = last(talk.ask("洛阳市中心医院招了多少名宣讲员？", one, reader(), *NO_FILTERS))
    retry = gr.RetryData(None, {"index": 1, "value": ""})
    _, chat, kept = last(talk.retried(two, retry, reader(), *NO_FILTERS))
    assert (len(chat), len(kept)) == (2, 1)
    undo = gr.UndoData(None, {"index": 2, "value": ""})
    box, chat, kept = talk.undone(two, undo, reader())
    assert box == "洛阳市中心医院招了多少名宣讲员？"
    assert (len(chat), len(kept)) == (2, 1)
    assert talk.cleared() == ("", [], [])


def test_a_suggestion_is_asked(talk: Conversation) -> None:
    for value in (QUESTION, {"text": QUESTION}):
        event = gr.SelectData(None, {"index": 0, "value": value})
        _, _, kept = last(talk.chosen([], event, reader(), *NO_FILTERS))
        assert kept[0]["question"] == QUESTION


@pytest.mark.parametrize("index", [-1, 99, "x", None, [0, 1], {"a": 1}])
def test_a_forged_place_is_no_error(talk: Conversation, index: object) -> None:
    event = gr.RetryData(None, {"index": index, "value": ""})
    assert len(list(talk.retried([], event, reader(), *NO_FILTERS))) == 1


@pytest.mark.parametrize(
    "turns",
    [None, "x", 5, [None], [{}], [{"question": "a" * 50_000}], {"a": 1}, [[[]]],
     [{"question": "a", "searched": "a", "evidence": 9}]],
)  # fmt: skip
def test_forged_history_is_left_out(talk: Conversation, turns: object) -> None:
    assert loaded(turns) == []
    _, chat, _ = last(talk.ask(QUESTION, turns, reader(), *NO_FILTERS))
    assert len(chat) == 2


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ({"a": 1}, NO_FILTERS),
        (["a"], NO_FILTERS),
        ("长" * 30_000, NO_FILTERS),
        ("长" * 3_000, NO_FILTERS),
        ("？？", NO_FILTERS),
        (QUESTION, ("x", [], "", "")),
        (QUESTION, ([{"a": 1}], [], "", "")),
        (QUESTION, (["a"] * 999, [], "", "")),
        (QUESTION, ([], [], "soon", "")),
        (QUESTION, ([], [], "", {"a": 1})),
    ],
)
def test_what_cannot_be_read_is_answered_in_words(
    talk: Conversation, question: object, filters: tuple[object, object, object, object]
) -> None:
    _, chat, _ = last(talk.ask(cast(str, question), [], reader(), *filters))
    assert "wj-error" in chat[-1]["content"]
    assert len(chat[-1]["content"]) < 2_000


def test_filters_are_passed_on(talk: Conversation) -> None:
    _, _, kept = last(talk.ask(QUESTION, [], reader(), [], ["ja"], "", ""))
    cited = kept[0]["quotes"] + kept[0]["closest"]
    assert {quote["article"]["language"] for quote in cited} <= {"ja"}


def test_too_many_questions_are_told_in_words(desk: Desk) -> None:
    talk = Conversation(replace(desk, rates=Rates("1/minute")))
    last(talk.ask(QUESTION, [], reader(), *NO_FILTERS))
    _, chat, _ = last(talk.ask(QUESTION, [], reader(), *NO_FILTERS))
    assert "秒再试" in chat[-1]["content"]


def test_a_quote_that_no_longer_stands_is_marked(bot: Bot, desk: Desk) -> None:
    kept = kept_of(bot.ask(QUESTION))
    assert stale_quotes(kept, desk.ledger) == frozenset()
    forged = kept.model_copy(update={"quotes": (replace(kept.quotes[0], text="从未写过。"),)})
    assert stale_quotes(forged, desk.ledger) == {0}
    html = answer_html(forged.answer(), "zh", "", stale={0})
    assert messages("zh")["web.stale"] in html
    gone = replace(kept.quotes[0], article=replace(kept.quotes[0].article, id="gone"))
    assert stale_quotes(kept.model_copy(update={"quotes": (gone,)}), desk.ledger) == {0}


def test_a_conversation_survives_the_browser(bot: Bot) -> None:
    kept = kept_of(bot.ask(QUESTION))
    again = loaded(json.loads(json.dumps(stored([kept] * 40))))
    assert again == [kept] * 30
    assert turn_of(again[0]).articles == tuple(quote.article.id for quote in kept.quotes)
    assert asdict(again[0].quotes[0]) == asdict(kept.quotes[0])


@pytest.mark.parametrize(
    ("language", "word"), [("zh-CN", "问据"), ("zh-TW", "問據"), ("fr", "Wenju")]
)
def test_the_page_opens_in_the_readers_language(
    talk: Conversation, language: str, word: str
) -> None:
    head, _, *choices = talk.opened([], reader(language))
    assert word in head
    assert "{" not in head
    assert len(choices) == 2


def test_the_start_page_names_no_other_host(chatting: TestClient) -> None:
    page = chatting.get("/", headers={"Accept-Language": "zh-TW"}).text
    assert '<html lang="zh-Hant"' in page.replace("\n", " ").replace("\t", "")
    head = page[: page.index("window.gradio_config")]
    assert "http" not in head.replace("http-equiv", "")
    assert "boot.js" in head


def test_only_ask_is_a_described_endpoint(chatting: TestClient) -> None:
    assert list(chatting.get("/gradio_api/info").json()["named_endpoints"]) == ["/ask"]
    config = chatting.get("/config").json()
    assert config["analytics_enabled"] is False
    assert config.get("mcp_server") in (False, None)


def test_the_queue_of_the_chat_is_looked_at_seldom(desk: Desk) -> None:
    async def waits() -> tuple[float, float]:  # in a loop, or Gradio opens some and closes none
        return gr.Blocks().queue()._queue.sleep_when_free, build(desk)._queue.sleep_when_free

    own, ours = asyncio.run(waits())
    assert own < ours == POLL
