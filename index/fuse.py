"""What each search found becomes one ranking. Pure functions.

The parts are put together on scales that mean the same for every question, and not by rank or by
spread: an English question has next to no word in common with a Chinese collection, and a ranking
of that noise, taken for as good as the other, halves what is found.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from index.types import Hit, Vectors

__all__ = ["candidates", "fused", "lexical_ideal", "rarities"]


def candidates(rankings: Sequence[Sequence[Hit]]) -> list[int]:
    """Return the passages of all rankings, each once: the firsts first, then the seconds, ….

    >>> candidates([[Hit(1, 9.0), Hit(2, 8.0)], [Hit(3, 0.5), Hit(1, 0.4)], []])
    [1, 3, 2]
    """
    longest = max(map(len, rankings), default=0)
    found = (
        ranking[place].passage
        for place in range(longest)
        for ranking in rankings
        if place < len(ranking)
    )
    return list(dict.fromkeys(found))


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


def fused(parts: Mapping[str, Vectors], weights: Mapping[str, float]) -> Vectors:
    """Return float32 (n,): the weighed sum of the parts (n,) that have a weight.

    >>> fused({"late": np.float32([0.5, 1]), "bm25": np.float32([1, 0])}, {"late": 2, "bm25": 1})
    array([2., 2.], dtype=float32)
    """
    weighed = [weights[name] * values for name, values in parts.items() if name in weights]
    total: Vectors = np.sum(weighed, axis=0, dtype=np.float32)
    return total
