"""Fit `weights.json`: how sentences are ordered, and when the best of them is an answer.

    python -m qa.calibrate FILE[:QUESTIONS | +QUESTIONS] … [--home HOME] [--write]

FILE is a SQuAD file, with the questions of another language's file where given, or a question
file of ours that asks HOME. Of a SQuAD file's paragraphs every second one is left out, so that
its questions cannot be answered though their subject is known. `FILE+QUESTIONS` asks FILE, or
`home`, what is altogether beside it. Runs for some seconds a file. Never give it a file that is
measured on afterwards. The weights of the release came from corpus/samples/calibration.jsonl, asked
where corpus/samples/articles and corpus/samples/calibration were ingested, the development halves
of XQuAD (zh, en; zh asked in en, es and ru, en in zh and de), CMRC 2018 trial and DRCD dev. Beside
the home were XQuAD in zh, en, es, ru and de, CMRC and DRCD, and beside XQuAD in en CMRC.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpus.types import Span
from index.measure import risk_coverage_area
from qa.evidence import EVIDENCE, UNFIT, evidence_row, is_across
from qa.examples import Example, examples, read_asked
from qa.extract import Excerpt, excerpts
from qa.matching import FEATURES

__all__ = ["fit_evidence", "fit_ranking", "main"]

Floats = NDArray[np.float64]
Limits: TypeAlias = tuple[float | None, float | None]

_RIVALS = 15  # wrong sentences that each right one is compared with: the best by the old weights
_RANKING_C = 0.1
# Which way a feature may count. What orders sentences may only speak for one, but what is missing
# or clashes only against it; what is the same for all sentences of a question cannot order them,
# and how long they are is style. Otherwise features that say nearly the same are played off against
# each other, which fits one collection and no other.
_AGAINST = re.compile("missing|lacks|unnamed|clash|heading")
_NEITHER = ("found", "known", "same_script", "cjk", "length")
# Evidence may be less where other sentences, or the titles, match as well as the best one does.
_SPEAKS = re.compile(
    "(any_|mean_)?(dense|found|has_kind|measure|known|lead|passage$|.*_(article|passage)$)"
)
_SPEAKS_WHOLE = re.compile("(any_|mean_)?(late|cover)$")
_FOLDS = 5
_EVIDENCE_C = 0.01  # strong regularization: 130 features, some 1,100 questions of ours
_FREE = 30.0  # an intercept so scaled that the regularization does not feel it
_LEAST_SPREAD = 0.1  # what hardly varies where it was fitted must not decide where it does
# Of the answerable questions so many are refused; new ones are a little harder, and 0.08 is wanted.
_REFUSED = 0.07


def fit_ranking(found: Sequence[Example]) -> Floats:
    """Return weights (features,) that put right sentences before wrong ones: RankNet, linear."""
    differences, weights = [], []
    for example in found:
        rows, right = example.examined.features, example.right
        if right.any() and not right.all():
            wrong = rows[~right][np.argsort(-rows[~right].sum(axis=1))[:_RIVALS]]
            pairs = (rows[right][:, None, :] - wrong[None]).reshape(-1, rows.shape[1])
            differences.append(pairs)
            weights.append(np.full(len(pairs), example.weight / len(pairs)))
    x = np.concatenate(differences).astype(np.float64)
    spread = x.std(axis=0) + 1e-6
    limits = [_ranking_limits(name) for name in FEATURES]
    ones = np.ones(len(x))
    fitted: Floats = _logistic(x / spread, ones, np.concatenate(weights), _RANKING_C, limits)
    fitted /= spread
    return fitted


def _ranking_limits(name: str) -> Limits:
    if name in _NEITHER:
        return 0.0, 0.0
    return (None, 0.0) if _AGAINST.search(name) else (0.0, None)


def _evidence_limits(name: str) -> Limits:
    if name == "same_script":  # German and English share theirs: it says nothing of an answer
        return 0.0, 0.0
    if _AGAINST.search(name):
        return None, 0.0
    speaks = _SPEAKS.fullmatch(name) or _SPEAKS_WHOLE.fullmatch(name)
    return (0.0 if speaks else None), None


def _logistic(
    x: Floats, target: Floats, each: Floats, c: float, limits: Sequence[Limits]
) -> Floats:
    """Return the weights (features,) of a logistic regression within limits.

    `x` (n, features); `target` (n,) is 1 or -1; `each` (n,) what a row counts; `c` is the inverse
    of the strength of the regularization.
    """
    from scipy.optimize import minimize

    def loss(weight: Floats) -> tuple[float, Floats]:
        margin = target * (x @ weight)
        slope = -each * target / (1 + np.exp(margin))
        value = each @ np.logaddexp(0, -margin) + weight @ weight / (2 * c)
        return float(value), x.T @ slope + weight / c

    fit = minimize(loss, np.zeros(x.shape[1]), jac=True, bounds=limits, method="L-BFGS-B")
    found: Floats = fit.x
    return found


def fit_evidence(
    rows: Floats, right: NDArray[np.bool_], weights: Floats
) -> tuple[Floats, float, Floats]:
    """Return weights, intercept, and each question's probability by a model that never saw it."""
    from sklearn.model_selection import StratifiedKFold

    mean, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), _LEAST_SPREAD)
    # The last column is the intercept, which is not held back.
    scaled = np.column_stack([(rows - mean) / spread, np.full(len(rows), _FREE)])
    limits = [*(_evidence_limits(name) for name in EVIDENCE), (None, None)]
    target = np.where(right, 1.0, -1.0)
    unseen = np.zeros(len(rows))
    for seen, rest in StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(rows, right):
        part = _logistic(scaled[seen], target[seen], weights[seen], _EVIDENCE_C, limits)
        unseen[rest] = 1 / (1 + np.exp(-scaled[rest] @ part))
    whole = _logistic(scaled, target, weights, _EVIDENCE_C, limits)
    fitted = whole[:-1] / spread
    return fitted, float(whole[-1] * _FREE - fitted @ mean), unseen


def _outcome(example: Example, ranking: Floats) -> tuple[NDArray[np.float32], bool, bool]:
    """Return the evidence row, whether a quote would hold an answer, and whether it is across."""
    examined = example.examined
    scores = (examined.features @ ranking).astype(np.float32)
    order = np.argsort(-scores, kind="stable")
    chosen = excerpts(examined.sentences, scores, order)
    row = evidence_row(examined.question, examined.features, scores, examined.sentences)
    held = any(_quoted(example, excerpt) for excerpt in chosen)
    return row, held, is_across(examined.features[order[:1]])


def _quoted(example: Example, excerpt: Excerpt) -> bool:
    def inside(span: Span) -> bool:
        return excerpt.span.start <= span.start and span.end <= excerpt.span.end

    pairs = zip(example.examined.sentences, example.right, strict=True)
    return any(
        right and sentence.article == excerpt.article and inside(sentence.span)
        for sentence, right in pairs
    )


def fitted(found: Sequence[Example]) -> Iterator[tuple[str, dict[str, object], str]]:
    """Yield each part of `weights.json`, and a report of how well it does on unseen folds.

    The order of sentences is fitted by the questions to most of whose sentences it applies, the
    evidence by those whose best sentence it is then asked about.
    """
    asked = [is_across(example.examined.features) for example in found]
    rankings = [
        fit_ranking([one for one, across in zip(found, asked, strict=True) if across is part])
        for part in (False, True)
    ]
    outcomes = [_outcome(one, rankings[part]) for one, part in zip(found, asked, strict=True)]
    for part, name in ((False, "within"), (True, "across")):
        own = [at for at, outcome in enumerate(outcomes) if outcome[2] is part]
        examples = [found[at] for at in own]
        rows = np.array([outcomes[at][0] for at in own], np.float64)
        right = np.array([outcomes[at][1] for at in own], bool)
        counts = np.array([example.weight for example in examples])
        weights, intercept, unseen = fit_evidence(rows, right, counts)
        unseen[rows[:, EVIDENCE.index("lacks_in_all")] > 0] = UNFIT
        threshold = float(
            np.quantile(unseen[right], _REFUSED, weights=counts[right], method="inverted_cdf")
        )
        data: dict[str, object] = {
            "ranking": _named(FEATURES, rankings[part]),
            "evidence": _named(EVIDENCE, weights),
            "intercept": round(intercept, 4),
            "threshold": round(threshold, 3),
        }
        yield name, data, _report(examples, right, unseen, threshold)


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
        shares = (
            right[here][answerable[here]],
            refused[~answerable[here]],
            refused[right[here]],
        )
        shown = "  ".join(f"{share.mean():.3f}" if len(share) else "-" for share in shares)
        area = risk_coverage_area(right[here].tolist(), unseen[here].tolist())
        lines.append(f"{group}  {here.sum()}  {shown}  {area:.3f}")
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
        group, task = read_asked(name)
        found += [
            example
            for example in examples(group, task, embedder, options.home)
            if len(example.examined.sentences)
        ]
    data: dict[str, object] = {}
    for name, part, report in fitted(found):
        data[name] = part
        sys.stdout.write(f"{name}: {report}\n")
    if options.write:
        path = Path(__file__).with_name("weights.json")
        path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
