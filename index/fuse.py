"""What each search found becomes one ranking. Pure functions.

The parts are put together on scales that mean the same for every question, and not by rank: an
English question has next to no word in common with a Chinese collection, and a ranking of that
noise, taken for as good as the other, halves what is found.

    score = 0.1 * how far `late` is above a passage at random, in standard deviations
          + 0.08 * the same for `late` of the whole article, above articles at random
          + 0.03 * the same for `dense`
          + 0.9 * trust * `bm25`
          + 0.5 * the part of the question's names that article and passage hold (`index.naming`)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

import numpy as np

from index.types import Vectors

__all__ = ["Spread", "candidates", "fused", "lexical_ideal", "rarities", "standardized", "trust"]

# Fitted on the development half of XQuAD in six pairs of languages and on newspaper articles. The
# optimum is flat on XQuAD, half or twice of each costing less than a point of recall@1; articles
# that say the same of many subjects want less of BM25. The tenth gives an answer about 1.
_LATE = 0.1
_ARTICLE = 0.08
_DENSE = 0.03
_BM25 = 0.9
# Fitted on questions in one language about articles in another; 0.3 to 0.8 find as many.
_NAMED = 0.5
# The best passage of a question in the collection's language holds this part of the question or
# more, by rarity, in 9 of 10 questions; of one in another language less than half of this.
_TRUSTED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and standard deviation of a score over passages at random."""

    mean: float
    deviation: float


def candidates(rankings: Sequence[Sequence[int]]) -> list[int]:
    """Return the passages of all rankings, each once: the firsts first, then the seconds, ….

    >>> candidates([[1, 2], [3, 1], []])
    [1, 3, 2]
    """
    rows = zip_longest(*rankings)
    return [passage for passage in dict.fromkeys(chain.from_iterable(rows)) if passage is not None]


def rarities(frequencies: Sequence[int], passages: int) -> list[float]:
    """Return how much each token tells, by how many of the passages it stands in: BM25's idf.

    log(1 + (N - n + 0.5) / (n + 0.5)), above 0; highest for a token that stands nowhere.
    """
    return [math.log1p((max(passages, n) - n + 0.5) / (n + 0.5)) for n in frequencies]


def lexical_ideal(frequencies: Sequence[int], passages: int) -> float:
    """Return the BM25 of a passage of mean length that holds every token of the question once.

    BM25 over this is the part of what the question says that the passage says too, near 0 for a
    question in another language; above 1 where a passage repeats the words. 0 without a token.
    """
    return sum(rarities(frequencies, passages))


def trust(shares: Vectors) -> float:
    """Return in [0, 1] how far words can be relied on, by the parts (n,) that passages hold.

    >>> trust(np.float32([0.1, 0.25])), trust(np.float32([0.8])), trust(np.float32([]))
    (0.25, 1.0, 0.0)
    """
    best = float(shares.max(initial=0))
    return min(1.0, best / _TRUSTED_SHARE) ** 2


def standardized(scores: Vectors, spread: Spread, least: float) -> Vectors:
    """Return how many deviations scores (n,) lie above the mean; no deviation is below `least`."""
    above: Vectors = (scores - np.float32(spread.mean)) / np.float32(max(least, spread.deviation))
    return above


def fused(
    dense: Vectors, late: Vectors, article: Vectors, bm25: Vectors, named: Vectors
) -> Vectors:
    """Return float32 (n,): what is standardized, and the parts `bm25` and `named`, put together.

    `article` is `late` of each passage's whole article, zeros where it is not known: a question
    names the subject, and the sentence that answers often does not.

    >>> fused(*(np.float32([value]) for value in (1, 2, 3, 0.5, 0))).round(2)
    array([0.92], dtype=float32)
    """
    total: Vectors = np.float32(_LATE) * late + np.float32(_ARTICLE) * article
    total = total + np.float32(_DENSE) * dense
    total = total + np.float32(_BM25 * trust(bm25)) * bm25 + np.float32(_NAMED) * named
    return total
