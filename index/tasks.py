"""Question files for `index.measure`: SQuAD, BEIR, and our own JSON lines.

SQuAD 1.1 or 2.0   a .json file; every paragraph is a document
BEIR               a folder with corpus.jsonl, queries.jsonl and qrels/*.tsv
ours               a .jsonl file of questions to the collection that is indexed already;
                   see corpus/samples/README.md
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus.errors import NotFound, UnsupportedFile

__all__ = ["Question", "Task", "TaskDocument", "asked_as", "read_task"]

# Which of a BEIR folder's judgements count, the first that is there.
_SPLITS = ("test", "dev", "train")
_HINT = "Give a SQuAD .json file, a BEIR folder or a .jsonl file of questions; see `--help`."


@dataclass(frozen=True, slots=True)
class TaskDocument:
    """A text that can be found."""

    id: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, what answers it, and where: `relevant` maps documents to how much they help.

    `answers` are strings of which a quote should hold one; none and no document for a question
    that the collection cannot answer. `history` are the questions before it, oldest first.
    """

    id: str
    text: str
    answers: tuple[str, ...] = ()
    relevant: tuple[tuple[str, int], ...] = ()
    language: str = ""
    history: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        """Say whether the collection answers it."""
        return bool(self.relevant or self.answers)


@dataclass(frozen=True, slots=True)
class Task:
    """Questions, and the documents to find; `documents` is None for the indexed collection."""

    questions: tuple[Question, ...]
    documents: tuple[TaskDocument, ...] | None


def read_task(path: Path) -> Task:
    """Return what a question file asks.

    Raises:
        NotFound: there is no such file.
        UnsupportedFile: it is none of the three kinds, or breaks its format.
    """
    if not path.exists():
        raise NotFound(f"There is no file {path}.", hint=_HINT)
    try:
        if path.is_dir():
            return _beir(path)
        if path.suffix == ".jsonl":
            return Task(tuple(_ours(line) for line in _lines(path)), None)
        return _squad(json.loads(path.read_text("utf-8")))
    except (ValueError, LookupError, TypeError, AttributeError, OSError) as error:
        raise UnsupportedFile(f"{path} is no question file: {error!r}.", hint=_HINT) from error


def asked_as(task: Task, other: Task) -> Task:
    """Return the task with the questions put as another task puts those with the same ids.

    Raises:
        UnsupportedFile: the two have no question in common.
    """
    texts = {question.id: question for question in other.questions}
    asked = tuple(
        replace(question, text=texts[question.id].text, language=texts[question.id].language)
        for question in task.questions
        if question.id in texts
    )
    if not asked:
        raise UnsupportedFile(
            "The two files have no question in common.",
            hint="--questions-from takes the same questions in another language: the same ids.",
        )
    return replace(task, questions=asked)


def _lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def _ours(line: dict[str, Any]) -> Question:
    article = line.get("article") if line.get("answers") else None
    return Question(
        id=str(line["id"]),
        text=line["question"],
        answers=tuple(line.get("answers", ())),
        relevant=((str(article), 1),) if article else (),
        language=line.get("language", ""),
        history=tuple(line.get("history", ())),
    )


def _squad(content: dict[str, Any]) -> Task:
    documents: list[TaskDocument] = []
    questions: list[Question] = []
    paragraphs = (part for article in content["data"] for part in article["paragraphs"])
    for number, paragraph in enumerate(paragraphs):
        documents.append(TaskDocument(str(number), paragraph["context"]))
        for asked in paragraph["qas"]:
            texts = [answer["text"] for answer in asked.get("answers", ())]
            impossible = asked.get("is_impossible", False)
            questions.append(
                Question(
                    id=str(asked["id"]),
                    text=asked["question"],
                    answers=() if impossible else tuple(dict.fromkeys(texts)),
                    relevant=() if impossible else ((str(number), 1),),
                )
            )
    return Task(tuple(questions), tuple(documents))


def _beir(folder: Path) -> Task:
    splits = [folder / "qrels" / f"{split}.tsv" for split in _SPLITS]
    judged: dict[str, list[tuple[str, int]]] = {}
    judgements = next((split for split in splits if split.exists()), splits[0])
    with judgements.open(encoding="utf-8") as file:
        rows = csv.reader(file, delimiter="\t")
        next(rows)
        for query, document, score in rows:
            judged.setdefault(query, []).append((document, int(score)))
    documents = tuple(
        TaskDocument(str(line["_id"]), line["text"], line.get("title", ""))
        for line in _lines(folder / "corpus.jsonl")
    )
    questions = tuple(
        Question(str(line["_id"]), line["text"], relevant=tuple(judged[str(line["_id"])]))
        for line in _lines(folder / "queries.jsonl")
        if str(line["_id"]) in judged
    )
    return Task(questions, documents)
