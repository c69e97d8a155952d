"""The evidence is a probability from fitted weights, and the weights fit the code."""

from __future__ import annotations

import json
import math
from importlib import resources

import numpy as np
import pytest

from corpus.types import Span
from qa.evidence import (
    EVIDENCE,
    UNFIT,
    Weights,
    evidence,
    evidence_row,
    is_across,
    load_weights,
    order,
)
from qa.matching import FEATURES
from qa.question import read_question
from qa.sentence import Sentence

QUESTION = read_question("医院在哪里？")


def weights(**named: float) -> Weights:
    return Weights(
        np.array([named.get(name, 0) for name in FEATURES], np.float32),
        np.array([named.get(name, 0) for name in EVIDENCE], np.float32),
        intercept=-1.0,
        threshold=0.5,
    )


def test_the_file_names_every_feature_and_no_other() -> None:
    data = json.loads(resources.files("qa").joinpath("weights.json").read_text("utf-8"))
    for part in (data["within"], data["across"]):
        assert set(part["ranking"]) == set(FEATURES)
        assert set(part["evidence"]) == set(EVIDENCE)
    assert all(0 < weights.threshold < 1 for weights in load_weights())


@pytest.mark.parametrize(
    ("known", "same", "cjk", "across"),
    [(1, 1, 1, False), (0, 1, 1, False), (0.2, 1, 0, True), (0.8, 1, 0, False), (1, 0, 1, True)],
)
def test_a_question_is_across_languages_by_script_or_by_unknown_words(
    known: float, same: float, cjk: float, across: bool
) -> None:
    rows = np.zeros((2, len(FEATURES)), np.float32)
    for name, value in (("known", known), ("same_script", same), ("cjk", cjk)):
        rows[:, FEATURES.index(name)] = value
    assert is_across(rows) is across


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
    for n, scores, expected in ((3, [0.9, 0.8, 0.6], 0.3), (3, [9, 8, 6], 1), (2, [0.9, 0.8], 1)):
        given = np.array(scores, np.float32)
        row = evidence_row(QUESTION, rows[:n], given, sentences[:n])
        assert row[lead] == pytest.approx(expected)


@pytest.mark.parametrize(("best", "second", "evident"), [(1, 1, False), (1, 0, True), (0, 1, True)])
def test_quotes_without_what_was_asked_for_are_no_evidence(
    best: float, second: float, evident: bool
) -> None:
    sentences = [Sentence(passage, "a-1", Span(0, 1), "一", "") for passage in (1, 2, 3)]
    rows = np.zeros((3, len(FEATURES)), np.float32)
    rows[:, FEATURES.index("lacks_answer")] = [best, second, 0]  # the third is too far behind
    row = evidence_row(QUESTION, rows, np.array([9, 8, 1], np.float32), sentences)
    assert (evidence(row, weights()) > UNFIT) is evident
