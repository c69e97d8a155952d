"""The evidence is a probability from fitted weights, and the weights fit the code."""

from __future__ import annotations

import json
import math
from importlib import resources

import numpy as np
import pytest

from corpus.types import Span
from qa.evidence import EVIDENCE, Weights, evidence, evidence_row, load_weights, order
from qa.matching import FEATURES, Sentence


def weights(**named: float) -> Weights:
    return Weights(
        np.array([named.get(name, 0) for name in FEATURES], np.float32),
        np.array([named.get(name, 0) for name in EVIDENCE], np.float32),
        intercept=-1.0,
        threshold=0.5,
    )


def test_the_file_names_every_feature_and_no_other() -> None:
    data = json.loads(resources.files("qa").joinpath("weights.json").read_text("utf-8"))
    assert set(data["ranking"]) == set(FEATURES)
    assert set(data["evidence"]) == set(EVIDENCE)
    assert 0 < load_weights().threshold < 1


def test_order_is_by_weighted_sum_and_stable() -> None:
    rows = np.zeros((3, len(FEATURES)), np.float32)
    rows[:, 0] = [1, 3, 1]
    scores, ranking = order(rows, weights(late=2))
    assert scores.tolist() == [2, 6, 2]
    assert ranking.tolist() == [1, 0, 2]


def test_evidence_is_a_logistic_function() -> None:
    row = np.zeros(len(EVIDENCE), np.float32)
    row[0] = 2
    assert evidence(row, weights(late=1.5)) == pytest.approx(1 / (1 + math.exp(-(2 * 1.5 - 1))))


def test_the_lead_is_over_the_best_of_another_passage() -> None:
    sentences = [Sentence(passage, "a-1", Span(0, 1), "一", "") for passage in (1, 1, 2)]
    rows = np.zeros((3, len(FEATURES)), np.float32)
    lead = EVIDENCE.index("lead")
    assert evidence_row(rows, np.array([0.9, 0.8, 0.6], np.float32), sentences)[
        lead
    ] == pytest.approx(0.3)
    assert evidence_row(rows, np.array([9, 8, 6], np.float32), sentences)[lead] == 1
    assert evidence_row(rows[:2], np.array([0.9, 0.8], np.float32), sentences[:2])[lead] == 1
