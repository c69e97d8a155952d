"""The networks learn which sentence answers, and are written as they were fitted."""

from __future__ import annotations

import numpy as np
import pytest
from safetensors.numpy import load

from corpus.types import Span
from index.tasks import Question as Asked
from qa.bot import Examined
from qa.evidence import INPUTS, Weights, weigh
from qa.examples import Example
from qa.fitting import Fitting, packed
from qa.matching import FEATURES
from qa.question import read_question
from qa.sentence import Sentence

QUESTION = read_question("医院在哪里？")
LATE, NOISE = FEATURES.index("late"), FEATURES.index("dense")
TOLD, NEVER_TOLD = np.eye(2, dtype=np.float32)  # what two sorts of questions mean


def example(drawn: np.random.Generator, answered: bool, *, hopeless: bool = False) -> Example:
    """Return a question whose answer, where there is one, is the sentence that matches.

    To a hopeless question what matches is no answer.
    """
    count = int(drawn.integers(2, 9))
    features = np.zeros((count, len(FEATURES)), np.float32)
    features[:, LATE] = drawn.uniform(0, 0.4, count)
    features[:, NOISE] = drawn.uniform(0, 1, count)
    right = np.zeros(count, bool)
    if answered or hopeless:
        at = drawn.integers(count)
        right[at] = answered
        features[at, LATE] = drawn.uniform(0.6, 1)
    sentences = [Sentence(at, "a-1", Span(0, 1), "一", "") for at in range(count)]
    asked = Asked("1", QUESTION.text, ("一",) if answered else ())
    examined = Examined(QUESTION, sentences, features, NEVER_TOLD if hopeless else TOLD)
    return Example("test", "a-1", 1.0, asked, examined, right)


@pytest.fixture(scope="module")
def fitted() -> Weights:
    drawn = np.random.default_rng(0)
    examples = [example(drawn, answered=bool(at % 2)) for at in range(400)]
    examples += [example(drawn, answered=False, hopeless=True) for _ in range(100)]
    return Fitting(examples).fit(np.arange(len(examples)), 0.25, steps=400)


def test_the_right_sentence_is_first_and_none_is_seen(fitted: Weights) -> None:
    drawn = np.random.default_rng(1)
    for at in range(100):
        new = example(drawn, answered=bool(at % 2))
        scores, sure = weigh(QUESTION, new.examined.features, TOLD, fitted)
        assert (sure > 0.5) is bool(at % 2)
        if new.right.any():
            assert new.right[scores.argmax()]


def test_what_a_question_means_is_weighed_against_what_matches(fitted: Weights) -> None:
    drawn = np.random.default_rng(2)
    for _ in range(20):
        rows = example(drawn, answered=True).examined.features
        (_, told), (_, never) = (weigh(QUESTION, rows, each, fitted) for each in (TOLD, NEVER_TOLD))
        assert told > 0.5 > never


def test_the_file_holds_what_was_fitted(fitted: Weights) -> None:
    tensors = load(packed(fitted))
    assert np.array_equal(tensors["none.hidden"], fitted.none.hidden)
    assert tensors["threshold"].tolist() == [0.25]
    assert tensors["mean"].shape == (len(INPUTS),)
