"""Questions made from sentences read as questions, and the collection answers them."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.types import Article
from qa.bot import Bot
from qa.suggest import are_stale, follow_ups, made_from, suggestions, write_suggestions


def made(text: str, language: str, title: str = "") -> list[str]:
    article = Article("a1", text, title=title, language=language)
    return [suggestion.question for suggestion in made_from(article)]


@pytest.mark.parametrize(
    ("text", "language", "question"),
    [
        ("青河医院共有六十张病床。", "zh", "青河医院共有多少张病床？"),
        ("医院设了7个党员示范岗。青河医院很忙。", "zh", "青河医院设了多少个党员示范岗？"),
        ("青河医院建于1956年。", "zh", "青河医院建于什么时候？"),
        ("青河医院1958年建院。", "zh", "青河医院什么时候建院？"),
        ("青河医院花260多万元建好实验室。", "zh", "青河医院花多少钱建好实验室？"),
        ("青河医院的急诊科主任是孟昭廷。", "zh", "青河医院的急诊科主任是谁？"),
        ("霧港鎮立醫院創立於1947年。", "zh-Hant", "霧港鎮立醫院創立於什麼時候？"),
        ("Mill Lane Hospital opened in 1924.", "en", "When did Mill Lane Hospital open?"),
        ("Mill Lane Library was built in 1908.", "en", "When was Mill Lane Library built?"),
        (
            "There are now 22 beds at Mill Lane Hospital.",
            "en",
            "How many beds are there at Mill Lane Hospital?",
        ),
    ],
)
def test_a_sentence_becomes_a_question(text: str, language: str, question: str) -> None:
    assert made(text, language) == [question]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "zh"),
        ("他有三个孩子。", "zh"),
        ("“我们有六十张病床。”", "zh"),
        ("第七名是怎么来的？", "zh"),
        ("这家医院共有三个院区和七个门诊。", "zh"),
        ("It rained.", "en"),
        ("Das Krankenhaus hat 60 Betten.", "de"),
        ("病院には60床ある。", "ja"),
    ],
)
def test_what_would_not_read_as_a_question_makes_none(text: str, language: str) -> None:
    assert made(text, language) == []


def test_written_questions_are_answered_by_the_sentence_they_came_from(
    samples_copy: Path, bot: Bot
) -> None:
    # A server that another test started may have made it.
    (samples_copy / "suggestions.json").unlink(missing_ok=True)
    assert are_stale(samples_copy)
    assert suggestions(samples_copy, "zh") == []
    count = write_suggestions(samples_copy, bot)
    assert not are_stale(samples_copy)
    assert count >= 8
    for language, own in (("zh", "？"), ("zh-TW", "？"), ("en", "?"), ("xx", "?")):
        shown = suggestions(samples_copy, language)
        assert len(shown) == len(set(shown)) == 6
        assert shown[0].endswith(own)
        for question in shown:
            assert bot.ask(question).answered


def test_a_damaged_file_suggests_nothing(tmp_path: Path) -> None:
    for content in ("", "{", "[1]", '[{"a": 1}]', "null"):
        (tmp_path / "suggestions.json").write_text(content, encoding="utf-8")
        assert suggestions(tmp_path, "zh") == []


def test_follow_ups_are_new_and_few(bot: Bot, tmp_path: Path) -> None:
    answer = bot.ask("株洲市中心医院支部书记是谁？")
    cited = [quote.article.id for quote in answer.quotes]
    more = follow_ups(tmp_path, bot.ledger, cited, [answer.question], "zh")
    assert 0 < len(more) <= 3
    assert answer.question not in more
    assert follow_ups(tmp_path, bot.ledger, ["gone"], [], "zh") == []
    assert follow_ups(tmp_path, bot.ledger, [], [], "zh") == []


def test_follow_ups_are_in_the_language_of_the_question(samples_copy: Path, bot: Bot) -> None:
    answer = bot.ask("Who is the party secretary of 株洲市中心医院?")
    cited = [quote.article.id for quote in answer.quotes]
    assert {quote.article.language[:2] for quote in answer.quotes} == {"zh"}
    write_suggestions(samples_copy, bot)
    more = follow_ups(samples_copy, bot.ledger, cited, [answer.question], "en")
    assert more
    for question in more:
        assert question.isascii()
        assert bot.ask(question).answered
    assert not set(more) & set(follow_ups(samples_copy, bot.ledger, cited, more, "en"))
    # In a collection without an English article there is nothing honest to suggest.
    (samples_copy / "suggestions.json").unlink()
    assert follow_ups(samples_copy, bot.ledger, cited, [], "en") == []
