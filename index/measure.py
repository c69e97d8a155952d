"""How well the index finds: recall, reciprocal rank and nDCG over question files.

The documents of a file are stored, cut into passages and indexed as any article is, in a folder
that is thrown away; a document ranks as high as the best of its passages. Figures are computed by
ir_measures. What the bot makes of the passages is measured here too, given a way to ask it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TypeAlias

import numpy as np

from corpus.ledger import Ledger
from corpus.passages import passages
from corpus.types import Article, Document
from index.search import Index, Mode
from index.sync import sync
from index.tasks import Question, Task, TaskDocument, asked_as, read_task
from index.tokens import fold
from index.types import Embedder

__all__ = [
    "Answerer",
    "Reply",
    "answer_figures",
    "evaluate",
    "ranking_figures",
    "risk_coverage_area",
    "searchable",
    "trec_run",
]

# So many passages are asked for, that ten documents may stand among them.
_PASSAGES = 100
_DOCUMENTS = 10
# So many documents are stored at a time.
_STORED_TOGETHER = 1000

Figures: TypeAlias = dict[str, float]
Rankings: TypeAlias = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a bot made of a question: its quotes, best first, none when it abstained."""

    quotes: tuple[str, ...]
    evidence: float


# Opens a bot on a data folder, and returns how to ask it: (question, history) -> reply.
Answerer: TypeAlias = Callable[[Path], Callable[[str, Sequence[str]], Reply]]


def evaluate(
    path: Path,
    embedder: Embedder,
    *,
    questions_from: Path | None = None,
    mode: Mode = "hybrid",
    home: Path | None = None,
    answerer: Answerer | None = None,
    run_to: Path | None = None,
) -> Figures:
    """Return the figures of a question file (see `index.tasks`), in the order to print them.

    `questions_from` names a file with the same questions in another language, `home` the data
    folder that a file without documents asks. With an `answerer` there are `answer@1` (a
    quote holds an answer) and, where some questions have none, `abstained_right`,
    `abstained_wrong` and `risk_coverage_area`. `run_to` takes the rankings as a TREC run.
    Times are wall clock, of the search, or of the whole answer with an `answerer`.

    Raises:
        NotFound, UnsupportedFile: see `read_task` and `asked_as`.
        IndexMismatch, IndexCorrupt: the data folder cannot be searched.
        ValueError: a file without documents, and no home.
    """
    task = read_task(path)
    if questions_from is not None:
        task = asked_as(task, read_task(questions_from))
    with searchable(task, embedder, home) as (folder, ledger, documents):
        index = Index(folder, ledger, embedder)
        rankings, milliseconds = _rankings(index, ledger, documents, task.questions, mode)
        answerable = [question for question in task.questions if question.relevant]
        figures: Figures = {
            "questions": len(task.questions),
            "passages": len(set(documents.values())) if task.documents else len(index),
            **ranking_figures(answerable, rankings),
        }
        if answerer is not None:
            replies, milliseconds = _replies(answerer(folder), task.questions)
            figures |= answer_figures(task.questions, replies)
        figures["ms_per_question"] = milliseconds
    if run_to is not None:
        run_to.write_text(trec_run(rankings), encoding="utf-8")
    return figures


def ranking_figures(
    questions: Sequence[Question], rankings: Mapping[str, Sequence[str]]
) -> Figures:
    """Return recall@1, @5, @10, mrr@10 and ndcg@10 of documents ranked for each question's id.

    A question with several relevant documents is found by any of them for recall@1, in part for
    the others, as trec_eval has it. Empty for no questions.
    """
    if not questions:
        return {}
    from ir_measures import RR, Qrel, R, ScoredDoc, calc_aggregate, nDCG

    names = {R @ 1: "recall@1", R @ 5: "recall@5", R @ 10: "recall@10"}
    names |= {RR @ 10: "mrr@10", nDCG @ 10: "ndcg@10"}
    judged = [
        Qrel(question.id, document, score)
        for question in questions
        for document, score in question.relevant
    ]
    # By place and not by score: equal scores would be ordered by name.
    ranked = [
        ScoredDoc(question.id, document, -place)
        for question in questions
        for place, document in enumerate(rankings.get(question.id, ()))
    ]
    computed = calc_aggregate(list(names), judged, ranked)
    return {name: float(computed[measure]) for measure, name in names.items()}


def answer_figures(questions: Sequence[Question], replies: Sequence[Reply]) -> Figures:
    """Return answer@1 and, where some questions have no answer, what abstaining was worth.

    `abstained_right` is the part of the unanswerable that were refused, `abstained_wrong` that
    of the answerable. Without a question of a kind its figures are left out.
    """
    pairs = list(zip(questions, replies, strict=True))
    right = [_is_right(question, reply) for question, reply in pairs]
    refused = {
        kind: [not reply.quotes for question, reply in pairs if question.answerable is kind]
        for kind in (True, False)
    }
    figures: Figures = {}
    with_answers = [
        hit for (question, _), hit in zip(pairs, right, strict=True) if question.answers
    ]
    if with_answers:
        figures["answer@1"] = float(np.mean(with_answers))
    if refused[False]:
        figures["abstained_right"] = float(np.mean(refused[False]))
        if refused[True]:
            figures["abstained_wrong"] = float(np.mean(refused[True]))
        evidence = [reply.evidence for reply in replies]
        figures["risk_coverage_area"] = risk_coverage_area(right, evidence)
    return figures


def risk_coverage_area(right: Sequence[bool], evidence: Sequence[float]) -> float:
    """Return the mean risk over all coverages, 0 at best: El-Yaniv and Wiener, 2010.

    Answering only the questions of the highest evidence, risk is the part of them that was
    answered wrongly. Equal evidence is answered together. 0 for no questions.
    """
    if not right:
        return 0.0
    order = np.argsort(-np.asarray(evidence, float), kind="stable")
    wrong = ~np.asarray(right, bool)[order]
    risks = np.cumsum(wrong) / np.arange(1, len(wrong) + 1)
    sorted_evidence = np.asarray(evidence, float)[order]
    last_of_equals = np.searchsorted(-sorted_evidence, -sorted_evidence, side="right") - 1
    return float(risks[last_of_equals].mean())


def trec_run(rankings: Mapping[str, Sequence[str]], name: str = "wenju") -> str:
    """Return rankings in the format of a TREC run: question, Q0, document, rank, score, name."""
    return "".join(
        f"{question} Q0 {document} {place} {1 / place:.6f} {name}\n"
        for question, documents in rankings.items()
        for place, document in enumerate(documents, 1)
    )


def _is_right(question: Question, reply: Reply) -> bool:
    """Say whether a quote holds an answer; of a question without one, nothing does.

    Spaces do not count: a gold string may stand in a scanned line with one inside.
    """
    quotes = ["".join(fold(quote).split()) for quote in reply.quotes]
    answers = ["".join(fold(answer).split()) for answer in question.answers]
    return any(answer in quote for answer in answers for quote in quotes)


@contextmanager
def searchable(
    task: Task, embedder: Embedder, home: Path | None
) -> Iterator[tuple[Path, Ledger, dict[str, str]]]:
    """Yield a folder and ledger to search, and of each article's id the document it is.

    A task without documents searches `home`; another one a folder that is thrown away.
    """
    if task.documents is None:
        if home is None:
            raise ValueError("a file without documents asks a data folder: give `home`")
        with Ledger(home / "ledger.sqlite") as ledger:
            rows = ledger.articles()
            yield home, ledger, {row.id: PurePath(row.path).name for row in rows}
        return
    with tempfile.TemporaryDirectory(prefix="wenju-evaluate-") as folder:
        home = Path(folder)
        with Ledger(home / "ledger.sqlite") as ledger:
            documents = _stored(ledger, task.documents)
            sync(home, ledger, embedder)
            yield home, ledger, documents


def _stored(ledger: Ledger, documents: Sequence[TaskDocument]) -> dict[str, str]:
    stored: dict[str, str] = {}
    for start in range(0, len(documents), _STORED_TOGETHER):
        part = documents[start : start + _STORED_TOGETHER]
        articles = [Article(document.id, document.text, document.title) for document in part]
        file = Document(f"documents-{start}", "", "text/plain", "utf-8")
        ids = ledger.put(file, str(start), articles, [passages(article) for article in articles])
        stored |= zip(ids, (document.id for document in part), strict=True)
    return stored


def _rankings(
    index: Index,
    ledger: Ledger,
    documents: Mapping[str, str],
    questions: Sequence[Question],
    mode: Mode,
) -> tuple[Rankings, float]:
    """Return the documents found for each question, best first, and milliseconds a question."""
    seconds = 0.0
    rankings: Rankings = {}
    for question in questions:
        began = time.perf_counter()
        hits = index.search(question.text, _PASSAGES, mode=mode)
        seconds += time.perf_counter() - began
        rows = ledger.passages(hit.passage for hit in hits)
        found = dict.fromkeys(documents[row.article] for row in rows.values())
        rankings[question.id] = list(found)[:_DOCUMENTS]
    return rankings, 1000 * seconds / max(1, len(questions))


def _replies(
    ask: Callable[[str, Sequence[str]], Reply], questions: Sequence[Question]
) -> tuple[list[Reply], float]:
    began = time.perf_counter()
    replies = [ask(question.text, question.history) for question in questions]
    return replies, 1000 * (time.perf_counter() - began) / max(1, len(questions))
