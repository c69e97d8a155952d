"""What the evidence is learned from: halves of question files, and which sentences are right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.types import Embedder
from qa.examples import examples, read_asked

TEXTS = {
    "青河医院有病床320张。医院在城北。": {"zh": "青河医院有多少张病床？", "en": "How many beds?"},
    "白河图书馆1987年建成。周一闭馆。": {"zh": "图书馆哪年建成？", "en": "When was it built?"},
}
ANSWERS = ("320张", "1987年")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two SQuAD files with the same questions in two languages."""
    for language in ("zh", "en"):
        paragraphs = [
            {
                "context": text,
                "qas": [{"id": str(number), "question": asked[language], "answers": answers}],
            }
            for number, (text, asked) in enumerate(TEXTS.items())
            for answers in [
                [{"text": ANSWERS[number], "answer_start": text.index(ANSWERS[number])}]
            ]
        ]
        squad = {"data": [{"title": "河", "paragraphs": paragraphs}]}
        (tmp_path / f"{language}.json").write_text(json.dumps(squad), "utf-8")
    return tmp_path


def test_each_question_is_asked_with_its_paragraph_and_without(
    data: Path, embedder: Embedder, tmp_path: Path
) -> None:
    found = list(examples("zh", read_asked(data, "zh"), embedder, tmp_path))
    assert [example.question.answerable for example in found] == [True, False, False, True]
    for example in found:
        right = [
            sentence.text
            for sentence, holds in zip(example.examined.sentences, example.right, strict=True)
            if holds
        ]
        assert bool(right) is example.question.answerable
        assert all(any(answer in text for answer in ANSWERS) for text in right)
    assert len({example.weight for example in found}) == 1
    # A question without an answer is about the only document that is left.
    assert [example.article for example in found] == [found[at].article for at in (0, 0, 3, 3)]


def test_a_file_is_asked_in_another_language_or_what_is_beside_it(data: Path) -> None:
    across = read_asked(data, "zh:en")
    assert [question.text for question in across.questions] == [
        "How many beds?",
        "When was it built?",
    ]
    assert all(question.answerable for question in across.questions)
    beside = read_asked(data, "zh+en")
    assert beside.documents == across.documents
    assert not any(question.answerable for question in beside.questions)
    assert read_asked(data, "home+en").documents is None
