"""Which language each passage is in, so that none is favoured for being in the question's own.

Where articles of several languages lie together, every passage in the question's language has its
"the", "hospital" and "de" word for word, and a translation never matches so well. What the
passages of a language score on the average above all others says which language they are in, not
what they say, and is taken off. In a collection of one language nothing changes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpus.ledger import Ledger
from corpus.types import Filters
from index.types import Ids, Vectors

__all__ = ["Languages", "passage_languages"]

# A language's average counts as if so many passages of the common average were among it: that of
# three passages is mostly what the three say.
_SHRUNK = 5


class Languages:
    """The language of each passage, as a number; regional forms are one language."""

    def __init__(self, numbers: NDArray[np.intp]) -> None:
        """Take the number of each passage's language (n,), in the order of the passages."""
        self._numbers = numbers
        self._counts = np.bincount(numbers, minlength=1)

    def favours(self, scores: Vectors, at: NDArray[np.intp]) -> Vectors:
        """Return float32 (languages,): how far each is above all, by the scores of passages `at`.

        The passages stand for the others of their language.
        """
        return _above(scores, self._numbers[at], np.bincount(self._numbers[at], minlength=1))

    def favours_of_hits(self, scores: Vectors, at: NDArray[np.intp]) -> Vectors:
        """Return the same where the passages that are not among `at` score 0."""
        return _above(scores, self._numbers[at], self._counts)

    def fair(self, scores: Vectors, at: NDArray[np.intp], favours: Vectors) -> Vectors:
        """Return float32: the scores of passages `at` without what their language is favoured."""
        numbers = self._numbers[at]
        known = numbers < len(favours)
        taken = np.where(known, favours[np.where(known, numbers, 0)], 0)
        fair: Vectors = (scores - taken).astype(np.float32)
        return fair


def _above(scores: Vectors, numbers: NDArray[np.intp], counts: NDArray[np.intp]) -> Vectors:
    total = int(counts.sum())
    if not total:
        return np.zeros(1, np.float32)
    sums = np.bincount(numbers, weights=scores, minlength=len(counts))
    means = sums / np.maximum(counts, 1)
    above: Vectors = counts / (counts + _SHRUNK) * (means - sums.sum() / total)
    return above.astype(np.float32)


def passage_languages(ledger: Ledger, ids: Ids) -> Languages:
    """Read the language of each passage (n,); ids that the ledger lacks have none, number 0."""
    numbers = np.zeros(len(ids), np.intp)
    names = sorted({language.partition("-")[0] for language in ledger.languages() if language})
    for number, name in enumerate(names, 1):
        of_it = ledger.filtered(Filters(languages=(name,)))
        numbers[np.isin(ids, np.fromiter(of_it, np.int64, len(of_it)))] = number
    return Languages(numbers)
