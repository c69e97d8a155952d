"""Words that only ask are not searched for, and nothing else is lost."""

from __future__ import annotations

import pytest

from index.question_words import about as told
from index.tokens import tokens


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("Which hospital is in Luoyang?", "hospital in Luoyang"),
        ("HOW MANY beds were added?", "beds added"),
        ("民医工作室什么时候开诊？", "民医工作室 开诊"),
        ("民醫工作室甚麼時候開診？", "民医工作室 开诊"),
        ("¿Cuándo abrió el hospital?", "abrio el hospital"),
        ("Wie viele Ärzte arbeiten dort?", "arzte arbeiten dort"),
        ("Сколько врачей?", "врачей"),
        ("病院はいつ開きますか", "病院は 開き"),
        ("Health care for Kim Wen", "Health care for Kim Wen"),
        ("几何学院有几位教授", "几何学院有几位教授"),
        ("whichever island", "whichever island"),
    ],
)
def test_what_a_question_is_about(question: str, about: str) -> None:
    assert tokens(told(question)) == tokens(about)


@pytest.mark.parametrize("question", ["谁？", "What? Who?", "Why", "", "？"])
def test_a_question_that_only_asks_is_searched_for_whole(question: str) -> None:
    assert told(question) == question


def test_what_is_left_is_as_it_was_written() -> None:
    assert told("Où est l'Hôpital？").split() == ["est", "l'Hôpital？"]
