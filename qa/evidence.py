"""Turn what was matched into the probability that it answers the question.

Two linear models over the features of `qa.matching`, their weights in `weights.json`, fitted by
`python -m qa.calibrate` on development questions: one orders the sentences of a question, the
other, a logistic regression, says how likely the best of them answers.
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

from qa.matching import FEATURES, Sentence

__all__ = ["EVIDENCE", "Weights", "evidence", "evidence_row", "load_weights", "order"]

Floats = NDArray[np.float32]

# What the best sentence shows, and what only the question's whole result list shows.
EVIDENCE = (
    *FEATURES,
    "lead",  # the best sentence's score before the best of another passage, at most 1
    "late_unknown",  # late_passage where the question's words are unknown: another language
    "focus_unknown",  # … and late_focus
    "unknown",  # one script, and yet words that stand nowhere in the collection
    "missing_known",
    "late_square",
    "focus_square",
)
_LEAD_CAP = 1.0


@dataclass(frozen=True, slots=True)
class Weights:
    """`ranking` follows `FEATURES`, `evidence` follows `EVIDENCE`."""

    ranking: Floats
    evidence: Floats
    intercept: float
    threshold: float


@cache
def load_weights() -> Weights:
    """Read `weights.json`."""
    data = json.loads(resources.files("qa").joinpath("weights.json").read_text("utf-8"))
    return Weights(
        _vector(data["ranking"], FEATURES),
        _vector(data["evidence"], EVIDENCE),
        float(data["intercept"]),
        float(data["threshold"]),
    )


def _vector(named: Mapping[str, float], names: Sequence[str]) -> Floats:
    return np.array([named.get(name, 0.0) for name in names], np.float32)


def order(rows: Floats, weights: Weights) -> tuple[Floats, NDArray[np.intp]]:
    """Return the score of every sentence, float32 (n,), and their numbers, best first."""
    scores = rows @ weights.ranking
    return scores, np.argsort(-scores, kind="stable")


def evidence_row(rows: Floats, scores: Floats, sentences: Sequence[Sentence]) -> Floats:
    """Return float32 (len(EVIDENCE),) for a question with at least one sentence."""
    best = int(np.argmax(scores))
    row = dict(zip(FEATURES, rows[best].tolist(), strict=True))
    passage = sentences[best].passage
    others = [score for score, s in zip(scores, sentences, strict=True) if s.passage != passage]
    lead = min(float(scores[best]) - max(map(float, others)), _LEAD_CAP) if others else _LEAD_CAP
    unknown = 1 - row["known"]
    derived = (
        lead,
        row["late_passage"] * unknown,
        row["late_focus"] * unknown,
        row["same_script"] * unknown,
        row["missing"] * row["known"],
        row["late_passage"] ** 2,
        row["cover_focus"] ** 2,
    )
    return np.array([*row.values(), *derived], np.float32)


def evidence(row: Floats, weights: Weights) -> float:
    """Return the probability that the best sentence answers, in (0, 1)."""
    return 1 / (1 + math.exp(-float(row @ weights.evidence) - weights.intercept))
