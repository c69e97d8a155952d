"""Fit `weights.json`: how sentences are ordered, and when the best of them is an answer.

    python -m qa.calibrate FILE[:QUESTIONS] … [--home HOME] [--write]

FILE is a SQuAD file, with the questions of another language's file where given, or a question
file of ours that asks HOME. Of a SQuAD file's paragraphs every second one is left out, so that
its questions cannot be answered though their subject is known. Runs for about a minute a file.
Never give it a file that is measured on afterwards.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.types import Span
from index.measure import risk_coverage_area, searchable
from index.search import Index
from index.tasks import Question, Task, asked_as, read_task
from index.types import Embedder
from qa.bot import Bot, Examined
from qa.evidence import EVIDENCE, evidence_row
from qa.extract import Excerpt, excerpts
from qa.matching import FEATURES

__all__ = ["Example", "examples", "fit_evidence", "fit_ranking", "main"]

Floats = NDArray[np.float64]

_RIVALS = 15  # wrong sentences that each right one is compared with: the best by the old weights
_MOST = 400  # questions a file, so that no file decides alone
_FOLDS = 5
# What a reader is spared: of the answerable questions so many may be refused.
_REFUSED = 0.06


@dataclass(frozen=True, slots=True)
class Example:
    """A question, what was measured for it, and which of its sentences hold an answer."""

    group: str
    question: Question
    examined: Examined
    right: NDArray[np.bool_]


def examples(group: str, task: Task, embedder: Embedder, home: Path | None) -> Iterator[Example]:
    """Yield an example for each question of a task, up to a bound."""
    kept = _half(task)
    with searchable(kept, embedder, home) as (folder, ledger, documents):
        bot = Bot(ledger, Index(folder, ledger, embedder), embedder)
        for question in kept.questions[:: 1 + len(kept.questions) // _MOST]:
            if question.history:
                continue
            examined = bot.examine(question.text)
            places = {document for document, _ in question.relevant}
            right = [
                documents[sentence.article] in places and _holds(sentence.text, question)
                for sentence in examined.sentences
            ]
            yield Example(group, question, examined, np.array(right, bool))


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


def _holds(text: str, question: Question) -> bool:
    bare = re.sub(r"\s", "", text)
    return any(re.sub(r"\s", "", answer) in bare for answer in question.answers)


def fit_ranking(found: Sequence[Example]) -> Floats:
    """Return weights (features,) that put right sentences before wrong ones: RankNet, linear."""
    from sklearn.linear_model import LogisticRegression

    differences, weights = [], []
    for example in found:
        rows, right = example.examined.features, example.right
        if right.any() and not right.all():
            wrong = rows[~right][np.argsort(-rows[~right].sum(axis=1))[:_RIVALS]]
            pairs = (rows[right][:, None, :] - wrong[None]).reshape(-1, rows.shape[1])
            differences.append(pairs)
            weights.append(np.full(len(pairs), 1 / len(pairs)))
    x = np.concatenate(differences)
    spread = x.std(axis=0) + 1e-6
    model = LogisticRegression(fit_intercept=False, C=10, max_iter=2000)
    model.fit(
        np.concatenate([x, -x]) / spread,
        np.r_[np.ones(len(x)), np.zeros(len(x))],
        sample_weight=np.concatenate(weights * 2),
    )
    fitted: Floats = model.coef_[0] / spread
    return fitted


def fit_evidence(rows: Floats, right: NDArray[np.bool_]) -> tuple[Floats, float, Floats]:
    """Return weights, intercept, and each question's probability by a model that never saw it."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    scaled = (rows - mean) / spread
    model = LogisticRegression(C=1, max_iter=3000)
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    unseen = cross_val_predict(model, scaled, right, cv=folds, method="predict_proba")[:, 1]
    model.fit(scaled, right)
    weights: Floats = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ mean), unseen


def _outcome(example: Example, ranking: Floats) -> tuple[NDArray[np.float32], bool]:
    """Return the evidence row, and whether a quote would hold an answer."""
    examined = example.examined
    scores = (examined.features @ ranking).astype(np.float32)
    order = np.argsort(-scores, kind="stable")
    chosen = excerpts(examined.sentences, scores, order)
    row = evidence_row(examined.features, scores, examined.sentences)
    return row, any(_quoted(example, excerpt) for excerpt in chosen)


def _quoted(example: Example, excerpt: Excerpt) -> bool:
    def inside(span: Span) -> bool:
        return excerpt.span.start <= span.start and span.end <= excerpt.span.end

    pairs = zip(example.examined.sentences, example.right, strict=True)
    return any(
        right and sentence.article == excerpt.article and inside(sentence.span)
        for sentence, right in pairs
    )


def fitted(found: Sequence[Example]) -> tuple[dict[str, object], str]:
    """Return the content of `weights.json`, and a report of how well it does on unseen folds."""
    ranking = fit_ranking(found)
    outcomes = [_outcome(example, ranking) for example in found]
    rows = np.array([row for row, _ in outcomes], np.float64)
    right = np.array([held for _, held in outcomes], bool)
    weights, intercept, unseen = fit_evidence(rows, right)
    threshold = float(np.quantile(unseen[right], _REFUSED))
    data: dict[str, object] = {
        "ranking": _named(FEATURES, ranking),
        "evidence": _named(EVIDENCE, weights),
        "intercept": round(intercept, 4),
        "threshold": round(threshold, 3),
    }
    return data, _report(found, right, unseen, threshold)


def _named(names: Sequence[str], values: Floats) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


def _report(
    found: Sequence[Example], right: NDArray[np.bool_], unseen: Floats, threshold: float
) -> str:
    lines = ["group  questions  quoted  refused of unanswerable  of quoted  risk-coverage area"]
    groups = np.array([example.group for example in found])
    answerable = np.array([bool(example.question.answers) for example in found])
    for group in dict.fromkeys(groups.tolist()):
        here = groups == group
        refused = unseen[here] < threshold
        without = refused[~answerable[here]]
        area = risk_coverage_area(right[here].tolist(), unseen[here].tolist())
        lines.append(
            f"{group}  {here.sum()}  {right[here][answerable[here]].mean():.3f}"
            f"  {without.mean() if len(without) else float('nan'):.3f}"
            f"  {refused[right[here]].mean():.3f}  {area:.3f}"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit and report; `--write` replaces `weights.json`."""
    from index.embed import load_embedder

    parser = argparse.ArgumentParser(prog="python -m qa.calibrate")
    parser.add_argument("files", nargs="+", metavar="FILE[:QUESTIONS]")
    parser.add_argument("--home", type=Path, help="the data folder that a .jsonl file asks")
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--write", action="store_true", help="replace qa/weights.json")
    options = parser.parse_args(arguments)
    embedder = load_embedder(options.model)
    found: list[Example] = []
    for name in options.files:
        documents, _, questions = name.partition(":")
        task = read_task(Path(documents))
        if questions:
            task = asked_as(task, read_task(Path(questions)))
        group = Path(questions).stem + " on " + Path(documents).stem if questions else documents
        found += [
            example
            for example in examples(Path(group).name, task, embedder, options.home)
            if len(example.examined.sentences)
        ]
    data, report = fitted(found)
    sys.stdout.write(report + "\n")
    if options.write:
        path = Path(__file__).with_name("weights.json")
        path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
