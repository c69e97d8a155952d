"""From scored sentences to excerpts, and the span inside a quote that answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpus.sentences import sentences
from corpus.types import Span
from qa.extract import MOST_QUOTES, excerpts, highlights
from qa.question import read_question
from qa.sentence import Sentence

TEXT = (
    "青河医院建于1961年，位于河东区。该院现有床位320张。门诊楼有五层。"
    "每周二下午设义诊。停车场在北门，共有车位90个。"
)


def cut(text: str = TEXT, article: str = "a-1") -> list[Sentence]:
    return [Sentence(1, article, span, span.of(text), "青河医院") for span in sentences(text)]


def ranked(*scores: float) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    values = np.array(scores, np.float32)
    return values, np.argsort(-values, kind="stable")


def quoted(found: list[Sentence], *scores: float) -> list[str]:
    return [excerpt.span.of(TEXT) for excerpt in excerpts(found, *ranked(*scores))]


def test_the_best_sentence_alone_when_the_rest_is_far_behind() -> None:
    assert quoted(cut(), 0, 0, 9, 0, 0) == ["门诊楼有五层。"]


def test_a_leaning_sentence_is_quoted_with_the_one_before() -> None:
    expected = "青河医院建于1961年，位于河东区。该院现有床位320张。"
    assert quoted(cut(), 0, 9, 0, 0, 0) == [expected]


def test_neighbours_that_are_both_chosen_become_one_quote() -> None:
    assert quoted(cut(), 0, 0, 9, 8.9, 0) == ["门诊楼有五层。每周二下午设义诊。"]


def test_best_first_and_never_more_than_the_most() -> None:
    parts = "一楼是药房。二楼有口腔科。三层设眼科中心。四层放着档案。五层归食堂。"
    found = [
        Sentence(number, f"a-{number}", span, span.of(parts), "")
        for number, span in enumerate(sentences(parts))
    ]
    chosen = excerpts(found, *ranked(1.0, 1.4, 1.1, 1.3, 1.2))
    assert [excerpt.passage for excerpt in chosen] == [1, 3, 4]
    assert len(chosen) == MOST_QUOTES


def test_a_repetition_in_another_article_is_dropped() -> None:
    one, other = cut(article="a-1"), cut(article="b-1")
    chosen = excerpts([one[2], other[2], one[4]], *ranked(3, 2.9, 2))
    assert [(excerpt.article, excerpt.span) for excerpt in chosen] == [
        ("a-1", one[2].span),
        ("a-1", one[4].span),
    ]


def test_no_sentence_gives_no_excerpt() -> None:
    assert excerpts([], *ranked()) == []


def test_the_number_counted_with_the_questions_measure_is_marked() -> None:
    text = "青河医院有床位320张，车位90个。"
    found = highlights(read_question("青河医院有多少张床位？"), text)
    assert [span.of(text) for span in found] == ["320张"]


def test_the_entity_nearest_to_the_questions_words_is_marked() -> None:
    text = "The library opened in 1961, and its museum was added on 4 May 1998."
    found = highlights(read_question("When was the museum added?"), text)
    assert [span.of(text) for span in found] == ["4 May 1998"]


def test_nothing_is_marked_where_it_is_not_plain() -> None:
    assert highlights(read_question("为什么建医院？"), TEXT) == ()
    assert highlights(read_question("为什么建医院？"), "为了方便看病，建了医院。") == ()
    assert highlights(read_question("青河医院1961年有多少人？"), "青河医院建于1961年。") == ()
    assert highlights(read_question("什么时候？"), "") == ()


def test_spans_count_code_points() -> None:
    text = "𠮷田医院建于1961年。"
    assert highlights(read_question("医院是哪年建的？"), text) == (Span(6, 11),)
