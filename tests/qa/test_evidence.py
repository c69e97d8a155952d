"""The evidence is a probability from fitted weights, and the weights fit the code."""

from __future__ import annotations

import numpy as np
import pytest

from qa.evidence import (
    CAP,
    FEW,
    INPUTS,
    Network,
    Weights,
    inputs,
    load_weights,
    meaning,
    weigh,
)
from qa.matching import FEATURES
from qa.question import read_question

QUESTION = read_question("医院在哪里？")
LATE = FEATURES.index("late")
VECTOR = np.array([0.6, 0.8], np.float32)
NONE_WIDTH = 2 * len(INPUTS) + len(VECTOR)


def network(width: int, at: int, bias: float = 0.0) -> Network:
    """Return a network whose value is its input at a place, where that is positive."""
    hidden = np.zeros((width, 1), np.float32)
    hidden[at] = 1
    return Network(hidden, np.zeros(1, np.float32), np.ones(1, np.float32), bias)


def weights(none: Network | None = None) -> Weights:
    count = len(INPUTS)
    return Weights(
        np.zeros(count, np.float32),
        np.ones(count, np.float32),
        network(count, LATE),
        none or network(NONE_WIDTH, FEATURES.index("late_head"), bias=1),
        0.5,
    )


def rows(*late: float) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    found = np.zeros((len(late), len(FEATURES)), np.float32)
    found[:, LATE] = late
    return found


def test_the_weights_fit_the_features() -> None:
    loaded = load_weights()
    assert loaded.mean.shape == loaded.spread.shape == (len(INPUTS),)
    assert loaded.sentence.hidden.shape[0] == len(INPUTS)
    assert loaded.none.hidden.shape[0] == 2 * len(INPUTS) + len(meaning("医院在哪里？"))
    assert 0 < loaded.threshold < 1


def test_the_kind_asked_for_is_an_input_of_every_sentence() -> None:
    given = inputs(QUESTION, rows(1, 2))
    assert given.shape == (2, len(INPUTS))
    assert given[:, INPUTS.index("asks_where")].tolist() == [1, 1]
    assert given[:, len(FEATURES) :].sum() == 2


def test_the_probability_is_a_softmax_over_sentences_and_none() -> None:
    scores, sure = weigh(QUESTION, rows(2, 0), VECTOR, weights())
    assert scores.tolist() == [2, 0]
    there, nothing = np.exp(2) + np.exp(0), np.exp(1)
    assert sure == pytest.approx(there / (there + nothing))


def test_none_sees_the_most_and_the_mean_of_the_best_few() -> None:
    late = [3.0, *[1.0] * (FEW - 1), *[0.0] * 7]
    count = len(INPUTS)
    for at, value in ((LATE, 3.0), (count + LATE, (3 + FEW - 1) / FEW)):
        scores, sure = weigh(QUESTION, rows(*late), VECTOR, weights(network(NONE_WIDTH, at)))
        odds = np.exp(scores).sum() / np.exp(value)
        assert sure == pytest.approx(odds / (1 + odds))


def test_what_is_far_outside_counts_no_more_than_what_was_seen() -> None:
    scores, sure = weigh(QUESTION, rows(1000), VECTOR, weights())
    assert scores.tolist() == [CAP]
    assert 0 < sure < 1


def test_what_the_question_means_counts_for_none() -> None:
    _, sure = weigh(QUESTION, rows(1), VECTOR, weights(network(NONE_WIDTH, NONE_WIDTH - 1)))
    assert sure == pytest.approx(np.exp(1) / (np.exp(1) + np.exp(0.8)))


def test_meaning_is_a_unit_vector_that_crosses_languages() -> None:
    parking = meaning("医院有停车场吗？")
    assert np.linalg.norm(parking) == pytest.approx(1, abs=1e-5)
    assert parking @ meaning("Is there a car park?") > parking @ meaning("Who is the director?")
