"""Turn what was matched into the probability that a sentence answers the question.

Two small networks look at the features of `qa.matching`: one gives each sentence a score, the
other the case that none of them answers, from what the sentences have at most, what the best few
have on average, and what the question means: where the car is parked is told less often than what
the hospital is proud of. A softmax over all of these makes probabilities of them, so that sentences
are ordered and weighed by one thing. The weights stand in `weights.safetensors`, fitted by
`python -m qa.calibrate` on development questions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from index.embed import load_embedder
from index.types import Embedder
from qa.matching import FEATURES
from qa.question import Question

__all__ = [
    "CAP",
    "FEW",
    "INPUTS",
    "Network",
    "Weights",
    "inputs",
    "load_weights",
    "meaning",
    "weigh",
]

Floats = NDArray[np.float32]

_ASKED = ("when", "how many", "who", "where", "phone", "price", "why", "how", "which", "yes-no")
INPUTS = (*FEATURES, *(f"asks_{kind}" for kind in _ASKED))
FEW = 5  # best sentences
CAP = 4.0  # deviations from the mean; what is farther out was never seen


@dataclass(frozen=True, slots=True)
class Network:
    """One hidden layer of rectified units: `hidden` (inputs, units), `output` (units,)."""

    hidden: Floats
    hidden_bias: Floats
    output: Floats
    bias: float

    def __call__(self, x: Floats) -> Floats:
        """Return float32 (…) of (…, inputs)."""
        units = np.maximum(x @ self.hidden + self.hidden_bias, 0)
        score: Floats = units @ self.output + np.float32(self.bias)
        return score


@dataclass(frozen=True, slots=True)
class Weights:
    """`mean` and `spread` (inputs,) of what was fitted on; `threshold`, below which to abstain.

    `none` takes twice the inputs, and `meaning`.
    """

    mean: Floats
    spread: Floats
    sentence: Network
    none: Network
    threshold: float


@cache
def load_weights() -> Weights:
    """Read `weights.safetensors`.

    Raises:
        ValueError: it was fitted on other features than the code measures.
    """
    from safetensors.numpy import load

    tensors = load(resources.files("qa").joinpath("weights.safetensors").read_bytes())
    if len(tensors["mean"]) != len(INPUTS):
        raise ValueError("qa/weights.safetensors is of other features: python -m qa.calibrate")
    sentence, none = (
        Network(
            tensors[f"{name}.hidden"],
            tensors[f"{name}.hidden_bias"],
            tensors[f"{name}.output"],
            float(tensors[f"{name}.bias"][0]),
        )
        for name in ("sentence", "none")
    )
    threshold = float(tensors["threshold"][0])
    return Weights(tensors["mean"], tensors["spread"], sentence, none, threshold)


def inputs(question: Question, rows: Floats) -> Floats:
    """Return float32 (n, len(INPUTS)): the features, and what kind of answer is asked for."""
    asked = np.array([question.kind == kind for kind in _ASKED], np.float32)
    return np.hstack([rows, np.broadcast_to(asked, (len(rows), len(asked)))])


@cache
def _reader() -> Embedder:
    return load_embedder()


def meaning(text: str) -> Floats:
    """Return a question's vector, float32 (d,), by the bundled model whichever one searches."""
    (vector,) = _reader().encode_queries([text])
    return np.asarray(vector)


def weigh(
    question: Question, rows: Floats, vector: Floats, weights: Weights
) -> tuple[Floats, float]:
    """Return each sentence's score, float32 (n,), and the probability that one of them answers.

    `rows` are what `features` returns, `vector` what `meaning` does.

    Scores are logits: a sentence that is 1 above another is 2.7 times as likely to be the answer.
    There is at least one sentence.
    """
    scaled = (inputs(question, rows) - weights.mean) / weights.spread
    x = np.clip(scaled, -CAP, CAP)
    scores = weights.sentence(x)
    few = x[np.argsort(-scores, kind="stable")[:FEW]]
    none = float(weights.none(np.concatenate([few.max(axis=0), few.mean(axis=0), vector])))
    total = float(np.logaddexp(np.logaddexp.reduce(scores.astype(np.float64)), none))
    return scores, 1 - float(np.exp(none - total))
