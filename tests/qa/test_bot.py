"""The bot over the samples, with the bundled model: what every front end relies on."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import BadQuestion
from corpus.ledger import Ledger
from corpus.types import Filters
from index.search import Index
from index.sync import sync
from index.types import Embedder
from qa.bot import Bot, clean_question
from qa.types import Answer, Done, Quoted, Searched, Turn

QUESTIONS = (
    "民医工作室什么时候开诊？",
    "衡阳市中医医院中风脑病科的主任是谁？",
    "How many beds does the hospital have?",
    "¿Cuándo abre la biblioteca?",
    "孟津區中醫院的院報叫什麼？",
)


def checked(bot: Bot, answer: Answer) -> int:
    """Check every citation of an answer against its article; return how many there are."""
    cited = (*answer.quotes, *answer.closest)
    for quote in cited:
        article = bot.ledger.article(quote.article.id)
        assert quote.text == article.text[quote.start : quote.end]
        assert quote.text == quote.text.strip() != ""
        assert article.text[: quote.start].endswith(quote.prefix)
        assert article.text[quote.end :].startswith(quote.suffix)
        assert quote.article.title == article.title
        assert all(quote.start <= a < b <= quote.end for a, b in quote.highlights)
        raw = bot.ledger.raw(article.id)
        assert 0 <= quote.source_start < quote.source_end <= len(raw)
        assert quote.url.startswith(f"/article/{article.id}?at={quote.start}-{quote.end}&")
    return len(cited)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quote_is_verbatim_and_knows_its_source(bot: Bot, question: str) -> None:
    answer = bot.ask(question)
    assert checked(bot, answer) in (1, 2, 3)
    assert answer.answered is not bool(answer.closest)
    assert 0 < answer.evidence < 1


def test_a_plain_question_is_answered_with_the_date_marked(bot: Bot) -> None:
    answer = bot.ask("衡阳市中医医院的康复治疗中心是哪一年建的？")
    assert answer.answered
    quote = answer.quotes[0]
    (marked,) = quote.highlights
    assert bot.ledger.article(quote.article.id).text[slice(*marked)] == "2022年"


def test_a_stream_says_what_is_searched_then_quotes_then_the_whole(bot: Bot) -> None:
    events = list(bot.stream(QUESTIONS[0]))
    answer = bot.ask(QUESTIONS[0])
    assert events[0] == Searched(QUESTIONS[0])
    assert [event.quote for event in events[1:-1] if isinstance(event, Quoted)] == [*answer.quotes]
    assert [event.number for event in events[1:-1] if isinstance(event, Quoted)] == [
        *range(1, len(answer.quotes) + 1)
    ]
    last = events[-1]
    assert isinstance(last, Done)
    assert last.answer.quotes == answer.quotes
    assert set(last.answer.milliseconds) == {"search", "quote", "total"}


def test_a_follow_up_carries_the_hospital_over_and_says_so(bot: Bot) -> None:
    first = bot.ask("衡阳市中医医院的胸痛中心主任是谁？")
    turn = Turn(first.question, first.searched, tuple(q.article.id for q in first.quotes))
    second = bot.ask("那它的康复治疗中心是哪年建的？", [turn])
    assert second.question == "那它的康复治疗中心是哪年建的？"
    assert second.searched == "衡阳市中医医院的康复治疗中心是哪年建的？"
    assert any("2022年" in quote.text for quote in second.quotes)


@pytest.mark.parametrize(
    "question",
    [
        "珠穆朗玛峰有多高？",
        "长江有多长？",
        "泰坦尼克号是哪年沉没的？",
        "Who won the World Cup in 1998?",
        pytest.param(
            "火星上有几座火山正在喷发？",
            # «volúmenes» is cut into parts, and one of them lies beside 火山 in the model.
            marks=pytest.mark.xfail(strict=True, reason="a part of «volúmenes» is a volcano"),
        ),
    ],
)
def test_an_off_topic_question_is_refused_with_the_closest(bot: Bot, question: str) -> None:
    answer = bot.ask(question)
    assert not answer.answered
    assert answer.reason in ("nothing_close", "weak_evidence")
    assert checked(bot, answer) == len(answer.closest) > 0


def test_an_empty_collection_says_that_it_is_empty(home: Path, embedder: Embedder) -> None:
    with Ledger(home / "ledger.sqlite") as ledger:
        answer = Bot(ledger, Index(home, ledger, embedder), embedder).ask("有人吗？")
    assert (answer.answered, answer.reason, answer.closest) == (False, "empty", ())


def test_filters_that_leave_nothing_are_not_an_empty_collection(bot: Bot) -> None:
    answer = bot.ask(QUESTIONS[0], filters=Filters(sources=("没有这家报纸",)))
    assert (answer.reason, answer.closest) == ("nothing_close", ())


def test_a_filter_keeps_other_articles_out(bot: Bot) -> None:
    answer = bot.ask(QUESTIONS[0], filters=Filters(languages=("ja",)))
    cited = (*answer.quotes, *answer.closest)
    assert {quote.article.language for quote in cited} == {"ja"}


def test_a_removed_article_never_answers_again(samples_copy: Path, embedder: Embedder) -> None:
    question = "衡阳市中医医院的康复治疗中心是哪一年建的？"
    with Ledger(samples_copy / "ledger.sqlite") as ledger:
        bot = Bot(ledger, Index(samples_copy, ledger, embedder), embedder)
        gone = bot.ask(question).quotes[0].article.id
        ledger.remove([gone])
        for _ in range(2):  # before the index follows, and after
            answer = bot.ask(question)
            assert all(q.article.id != gone for q in (*answer.quotes, *answer.closest))
            sync(samples_copy, ledger, embedder)


def test_a_threshold_of_one_refuses_everything(samples_home: Path, embedder: Embedder) -> None:
    with Ledger(samples_home / "ledger.sqlite") as ledger:
        index = Index(samples_home, ledger, embedder)
        strict, lax = (Bot(ledger, index, embedder, threshold=t) for t in (1.0, 0.0))
        assert not strict.ask(QUESTIONS[0]).answered
        assert lax.ask("zzz qqq").answered


@pytest.mark.parametrize("question", ["", "   ", "？！", "\x00\x1b\u200b", "a" * 2001])
def test_what_cannot_be_asked_is_refused_in_words(bot: Bot, question: str) -> None:
    with pytest.raises(BadQuestion) as caught:
        bot.ask(question)
    assert caught.value.hint


def test_control_characters_are_dropped_and_joiners_kept() -> None:
    assert clean_question("医院\x07在\t哪\n里？", 99) == "医院 在 哪 里？"
    assert clean_question("می\u200cشود", 99) == "می\u200cشود"
