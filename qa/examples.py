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

__all__ = ["Example", "examples", "read_asked"]

_MOST = 130  # questions of a SQuAD file, so that no file decides alone
_OURS = 6.0  # what a question of a file of ours counts beside one of SQuAD: it is what users ask
_BESIDE = 2.0  # what a question beside the collection counts


@dataclass(frozen=True, slots=True)
class Example:
    """A question, what was measured for it, and which of its sentences hold an answer."""

    group: str
    weight: float
    question: Question
    examined: Examined
    right: NDArray[np.bool_]


def examples(group: str, task: Task, embedder: Embedder, home: Path | None) -> Iterator[Example]:
    """Yield an example for each question of a task, up to a bound."""
    kept = _half(task)
    weight = _BESIDE if not _answerable(task) else _OURS if task.documents is None else 1.0
    with searchable(kept, embedder, home) as (folder, ledger, documents):
        bot = Bot(ledger, Index(folder, ledger, embedder), embedder)
        step = 1 if weight == _OURS else 1 + len(kept.questions) // _MOST
        for question in kept.questions[::step]:
            if question.history:
                continue
            examined = bot.examine(question.text)
            places = {document for document, _ in question.relevant}
            right = [
                documents[sentence.article] in places and _holds(sentence.text, question)
                for sentence in examined.sentences
            ]
            yield Example(group, weight, question, examined, np.array(right, bool))


def _answerable(task: Task) -> bool:
    return any(question.answerable for question in task.questions)


def _half(task: Task) -> Task:
    """Leave out every second document, and answer and place of the questions that need it."""
    if task.documents is None:
        return task
    kept = task.documents[::2]
    ids = {document.id for document in kept}
    questions = tuple(
        question
        if any(document in ids for document, _ in question.relevant)
        else replace(question, answers=(), relevant=())
        for question in task.questions
    )
    return Task(questions, kept)


def read_asked(name: str) -> tuple[str, Task]:
    """Return what is asked of what, in words, and the task; see `qa.calibrate`."""
    documents, *others = re.split("[:+]", name)
    task = Task((), None) if documents == "home" else read_task(Path(documents))
    if not others:
        return Path(documents).name, task
    other = read_task(Path(others[0]))
    if "+" not in name:
        return f"{Path(others[0]).stem} on {Path(documents).stem}", asked_as(task, other)
    beside = (replace(question, answers=(), relevant=()) for question in other.questions)
    task = Task(tuple(beside), task.documents)
    return f"{Path(others[0]).stem} beside {Path(documents).stem}", task


def _holds(text: str, question: Question) -> bool:
    bare = re.sub(r"\s", "", text)
    return any(re.sub(r"\s", "", answer) in bare for answer in question.answers)
