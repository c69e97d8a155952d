"""What `qa.calibrate` learns from: questions, the sentences found for them, and which are right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.measure import searchable
from index.search import Index
from index.tasks import Question, Task, asked_as, read_task
from index.types import Embedder
from qa.bot import Bot, Examined

__all__ = ["OURS", "Example", "examples", "read_asked"]

OURS = "ours"
_MOST = 300  # questions of half a SQuAD file, so that none takes long
# What a file of SQuAD counts, however long it is, and a question of ours: it is what users ask.
_FILE, _OUR_QUESTION = 300.0, 3.0


@dataclass(frozen=True, slots=True)
class Example:
    """A question, what was measured for it, and which of its sentences hold an answer.

    `article` names what it is about: where the answer stands, or else what was found first.
    """

    group: str
    article: str
    weight: float
    question: Question
    examined: Examined
    right: NDArray[np.bool_]


def examples(group: str, task: Task, embedder: Embedder, home: Path) -> Iterator[Example]:
    """Yield examples of a task; each question about documents with its own, and without.

    Of the documents every second one is left out, then the others, so that half of the questions
    cannot be answered though their subject is known.
    """
    parts = [task] if task.documents is None else [_half(task, first) for first in (0, 1)]
    for part in parts:
        with searchable(part, embedder, home) as (folder, ledger, documents):
            bot = Bot(ledger, Index(folder, ledger, embedder), embedder)
            step = 1 if group == OURS else 1 + len(part.questions) // _MOST
            asked = [question for question in part.questions[::step] if not question.history]
            weight = _OUR_QUESTION if group == OURS else _FILE / len(parts) / len(asked)
            for question in asked:
                examined = bot.examine(question.text)
                places = {document for document, _ in question.relevant}
                right = [
                    documents[sentence.article] in places and _holds(sentence.text, question)
                    for sentence in examined.sentences
                ]
                if right:
                    first = documents[examined.sentences[0].article]
                    article = question.relevant[0][0] if question.relevant else first
                    holds = np.array(right, bool)
                    yield Example(group, article, weight, question, examined, holds)


def _half(task: Task, first: int) -> Task:
    """Leave out every second document, and answer and place of the questions that need it."""
    kept = (task.documents or ())[first::2]
    ids = {document.id for document in kept}
    questions = tuple(
        question
        if any(document in ids for document, _ in question.relevant)
        else replace(question, answers=(), relevant=())
        for question in task.questions
    )
    return Task(questions, kept)


def read_asked(data: Path, name: str) -> Task:
    """Return the task that a name stands for: a file of `data`, or two.

    `a:b` asks file a in the words of file b, with the same questions in another language; `a+b`
    asks it the questions of file b, which are altogether beside it. The file `home` has no
    documents: it is the collection that is indexed already.
    """
    documents, *others = re.split("[:+]", name)
    task = Task((), None) if documents == "home" else read_task(data / f"{documents}.json")
    if not others:
        return task
    other = read_task(data / f"{others[0]}.json")
    if ":" in name:
        return asked_as(task, other)
    beside = (replace(question, answers=(), relevant=()) for question in other.questions)
    return Task(tuple(beside), task.documents)


def _holds(text: str, question: Question) -> bool:
    bare = re.sub(r"\s", "", text)
    return any(re.sub(r"\s", "", answer) in bare for answer in question.answers)
