"""Turn what was matched into the probability that it answers the question.

Two linear models over the features of `qa.matching`: one orders the sentences of a question, the
other, a logistic regression, says how likely the best of them answers. There is one of each where
question and sentences are of one language, so that words count, and one across languages, where
only vectors do. Most of the sentences decide which orders them, the best one which weighs it: a
question may be answered in either where the collection has both. The weights stand in
`weights.json`, fitted by `python -m qa.calibrate` on development questions.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from qa.extract import BEHIND, MOST_QUOTES
from qa.matching import FEATURES
from qa.question import Question
from qa.sentence import Sentence

__all__ = [
    "EVIDENCE",
    "UNFIT",
    "Weights",
    "evidence",
    "evidence_row",
    "is_across",
    "load_weights",
    "order",
]

Floats = NDArray[np.float32]

_ASKED = ("when", "how many", "who", "where", "phone", "price", "why", "how", "which", "yes-no")
# What is looked for in the other sentences too: that the question is matched, and by what.
_SHOWN = tuple(
    name
    for name in FEATURES
    if name.startswith(("late", "cover", "has_", "measure", "dense")) and name != "late_missing"
)
# What the best sentence shows, what any sentence and the best few show, and what was asked for.
EVIDENCE = (
    *FEATURES,
    *(f"any_{name}" for name in _SHOWN),
    *(f"mean_{name}" for name in _SHOWN),
    *(f"asks_{kind}" for kind in _ASKED),
    "lacks_in_all",  # 1 where none of what would be quoted has what is asked for
    "lead",  # the best sentence's score before the best of another passage, at most 1
)
_LACKS_IN_ALL = EVIDENCE.index("lacks_in_all")
# Evidence where a date or number was asked for and no quote has one: of 51 such questions of our
# calibration, 3 were answered.
UNFIT = 0.05
_FEW = 5  # sentences of which the mean is taken
_LEAD_CAP = 1.0
_KNOWN = 0.5  # share of a question's words, by rarity, that its own language would know


@dataclass(frozen=True, slots=True)
class Weights:
    """`ranking` follows `FEATURES`, `evidence` follows `EVIDENCE`."""

    ranking: Floats
    evidence: Floats
    intercept: float
    threshold: float


@cache
def load_weights() -> tuple[Weights, Weights]:
    """Read `weights.json`: the weights within a language, and across languages."""
    data = json.loads(resources.files("qa").joinpath("weights.json").read_text("utf-8"))
    within, across = (
        Weights(
            _vector(part["ranking"], FEATURES),
            _vector(part["evidence"], EVIDENCE),
            float(part["intercept"]),
            float(part["threshold"]),
        )
        for part in (data["within"], data["across"])
    )
    return within, across


def is_across(rows: Floats) -> bool:
    """Say whether most of the sentences are in another language than the question.

    They are where they are in another script, or where most of a question that is not Chinese,
    Japanese or Korean stands nowhere in the collection: these scripts share their characters.
    """
    known, same, cjk = (rows[:, FEATURES.index(name)] for name in ("known", "same_script", "cjk"))
    return bool(same.mean() < 0.5 or (known.max() < _KNOWN and not cjk.max()))


def _vector(named: Mapping[str, float], names: Sequence[str]) -> Floats:
    return np.array([named.get(name, 0.0) for name in names], np.float32)


def order(rows: Floats, weights: Weights) -> tuple[Floats, NDArray[np.intp]]:
    """Return the score of every sentence, float32 (n,), and their numbers, best first."""
    scores = rows @ weights.ranking
    return scores, np.argsort(-scores, kind="stable")


def evidence_row(
    question: Question, rows: Floats, scores: Floats, sentences: Sequence[Sentence]
) -> Floats:
    """Return float32 (len(EVIDENCE),) for a question with at least one sentence."""
    ranking = np.argsort(-scores, kind="stable")
    best = int(ranking[0])
    passage = sentences[best].passage
    others = [score for score, s in zip(scores, sentences, strict=True) if s.passage != passage]
    lead = min(float(scores[best]) - max(map(float, others)), _LEAD_CAP) if others else _LEAD_CAP
    asked = [question.kind == kind for kind in _ASKED]
    shown = rows[:, [FEATURES.index(name) for name in _SHOWN]]
    values = (rows[best], shown.max(axis=0), shown[ranking[:_FEW]].mean(axis=0))
    quoted = [at for at in ranking[:MOST_QUOTES] if scores[at] >= scores[best] - BEHIND]
    lacks = rows[quoted, FEATURES.index("lacks_answer")].min()
    return np.array([*np.concatenate(values), *asked, lacks, lead], np.float32)


def evidence(row: Floats, weights: Weights) -> float:
    """Return the probability that the best sentence answers, in (0, 1)."""
    if row[_LACKS_IN_ALL]:
        return UNFIT
    return 1 / (1 + math.exp(-float(row @ weights.evidence) - weights.intercept))
