"""Follow-up questions are made standalone by rule, and left alone where they stand already."""

from __future__ import annotations

import pytest

from qa.followup import standalone
from qa.types import Turn

HENGYANG = "衡阳市中医医院：一家医院的三十年"


def turn(question: str) -> Turn:
    return Turn(question, question)


@pytest.mark.parametrize(
    ("last", "titles", "question", "searched"),
    [
        (
            "衡阳市中医医院的胸痛中心是哪年成立的？",
            [HENGYANG],
            "那它有多少党员？",
            "衡阳市中医医院有多少党员？",
        ),
        (
            "衡阳市中医医院的胸痛中心是哪年成立的？",
            [HENGYANG],
            "株洲市中心医院呢？",
            "株洲市中心医院的胸痛中心是哪年成立的？",
        ),
        (
            "中风脑病科有几名党员？",
            [HENGYANG],
            "那该院的院训是什么？",
            "衡阳市中医医院的院训是什么？",
        ),
        (
            "When was the Porto Alegre library founded?",
            ["A library by the lake"],
            "And when did it open?",
            "when did Porto Alegre open?",
        ),
        (
            "How many beds does Hengyang Hospital have?",
            [HENGYANG],
            "Who leads it?",
            "Who leads Hengyang Hospital (衡阳市中医医院)?",
        ),
    ],
)
def test_what_is_missing_is_carried_over(
    last: str, titles: list[str], question: str, searched: str
) -> None:
    assert standalone(question, [turn(last)], titles) == searched


@pytest.mark.parametrize(
    "question",
    ["高安市中医医院始建于哪一年？", "Which ward was renovated in the Luoyang hospital last year?"],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert standalone(question, [turn("衡阳市中医医院在哪里？")], [HENGYANG]) == question


def test_without_history_nothing_is_carried() -> None:
    assert standalone("那它呢？", []) == "那它呢？"
