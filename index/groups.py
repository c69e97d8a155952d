"""Passages of one article, or sentences of one passage: what the best of a group has, each has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.types import Vectors

__all__ = ["Groups"]


class Groups:
    """Which of n members are of one group."""

    def __init__(self, names: Sequence[str] | Sequence[int]) -> None:
        """Take the name of each member's group, in the order of the members."""
        unique, self._numbers = np.unique(np.asarray(names), return_inverse=True)
        self._order = np.argsort(self._numbers, kind="stable")
        self._starts = np.searchsorted(self._numbers[self._order], np.arange(len(unique)))

    def best(self, values: Vectors) -> Vectors:
        """Return float32 (…, groups): the highest of each group's values (…, n)."""
        if not len(self._starts):
            return values[..., :0]
        highest: Vectors = np.maximum.reduceat(values[..., self._order], self._starts, axis=-1)
        return highest

    def sums(self, values: Vectors) -> Vectors:
        """Return float32 (groups,): the sum of each group's values (n,)."""
        return np.bincount(self._numbers, values, len(self._starts)).astype(np.float32)

    def spread(self, values: Vectors) -> Vectors:
        """Return float32 (…, n): the value (…, groups) of each member's group."""
        spread: Vectors = values[..., self._numbers]
        return spread
