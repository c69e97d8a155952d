"""What a training step sees: pairs drawn from one source, as two sides of a batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.train.encoding import Ragged
from index.train.losses import Side
from index.train.step1_pairs import Corpus, Groups

__all__ = ["Batch", "Sampler"]

MEAN_PAIRS = 2048
SENTENCE_PAIRS = {"tatoeba-zh": 1024, "tatoeba-multi": 1024, "ntrex": 512, "paragraphs": 512}
LATE_DOCUMENTS = 96
MOST_SENTENCES = 3  # that are put together to one document, of which the query knows one
DROPPED = 0.3  # at most so much of a query is left out: questions never say all
IN_PARTS = 0.08  # share of whole words that are cut into sub-words
# Shares of the steps, by source; sentences teach most, dictionaries are many and short.
MEAN_SOURCES = {
    "tatoeba-zh": 0.15,
    "tatoeba-multi": 0.12,
    "ntrex": 0.18,
    "cedict": 0.22,
    "omw": 0.18,
    "glossary": 0.04,
    "forms": 0.02,
    "omw-synonyms": 0.02,
    "osm-tags": 0.02,
    "cldr": 0.03,
    "paragraphs": 0.02,
}
LATE_SOURCES = {"tatoeba-zh": 0.4, "tatoeba-multi": 0.3, "ntrex": 0.2, "paragraphs": 0.1}


@dataclass(frozen=True, slots=True)
class Batch:
    """Two sides whose rows are pieces; text i of one belongs to text i of the other."""

    source: str
    one: Side
    other: Side


class Sampler:
    """Draws batches; the same seed gives the same batches."""

    def __init__(self, corpus: Corpus, encoded: Ragged, parts: Ragged, seed: int) -> None:
        """Draw from a corpus in its encoded form; `parts` are the sub-words of each piece."""
        self._corpus = corpus
        self._encoded = encoded
        self._parts = parts
        self._random = np.random.default_rng(seed)

    def mean_batch(self) -> Batch:
        """Return pairs for the loss over means."""
        source = self._pick(MEAN_SOURCES)
        pairs = self._pairs(source, SENTENCE_PAIRS.get(source, MEAN_PAIRS))
        return self._batch(source, self._side(pairs[:, 0]), self._side(pairs[:, 1]))

    def late_batch(self) -> Batch:
        """Return queries and documents; a document is up to three sentences, one of them asked."""
        source = self._pick(LATE_SOURCES)
        together = 1
        if source != "paragraphs":
            together = int(self._random.integers(1, MOST_SENTENCES + 1))
        pairs = self._pairs(source, LATE_DOCUMENTS * together)
        count = len(pairs) // together * together
        asked = np.arange(0, count, together)
        asked = asked + self._random.integers(0, together, len(asked))
        query = self._dropped(self._side(pairs[asked, 0]))
        document = self._side(pairs[:count, 1])
        return self._batch(source, query, Side(document.rows, document.offsets[::together]))

    def _pick(self, shares: dict[str, float]) -> str:
        names = list(shares)
        weights = np.array([shares[name] for name in names])
        return names[int(self._random.choice(len(names), p=weights / weights.sum()))]

    def _pairs(self, source: str, count: int) -> NDArray[np.int64]:
        """Return pairs (n, 2), n at most `count`: no text stands twice on one side."""
        if source in self._corpus.groups:
            pairs = self._grouped(self._corpus.groups[source], count)
        else:
            paragraphs = source == "paragraphs"
            table = self._corpus.paragraphs if paragraphs else self._corpus.pairs[source]
            pairs = table[self._random.integers(0, len(table), count)]
            if not paragraphs and self._random.random() < 0.5:
                pairs = pairs[:, ::-1]
        for side in (0, 1):
            pairs = pairs[np.unique(pairs[:, side], return_index=True)[1]]
        return self._random.permutation(pairs)

    def _grouped(self, groups: Groups, count: int) -> NDArray[np.int64]:
        """Return two members of each of some groups, drawn by weight."""
        chosen = self._random.permutation(len(groups.offsets) - 1)[:count]
        start, end = groups.offsets[chosen], groups.offsets[chosen + 1]
        running = np.concatenate([[0], np.cumsum(groups.weights)])
        drawn = []
        for _ in range(2):
            point = self._random.random(len(chosen)) * (running[end] - running[start])
            place = np.searchsorted(running, running[start] + point, side="right") - 1
            drawn.append(groups.members[np.clip(place, start, end - 1)])
        same = drawn[0] == drawn[1]
        drawn[1][same] = groups.members[start[same]]
        pairs = np.stack(drawn, axis=1)
        different: NDArray[np.int64] = pairs[pairs[:, 0] != pairs[:, 1]]
        return different

    def _side(self, numbers: NDArray[np.int64]) -> Side:
        """Return texts as pieces, some of their words cut further."""
        rows, offsets = self._encoded.gather(numbers)
        cut = (self._random.random(len(rows)) < IN_PARTS) & (self._parts.lengths[rows] > 0)
        repeats = np.where(cut, self._parts.lengths[rows], 1)
        ends = np.concatenate([[0], np.cumsum(repeats)])
        expanded = np.repeat(rows, repeats)
        expanded[np.repeat(cut, repeats)] = self._parts.gather(rows[cut])[0]
        return Side(expanded, ends[offsets])

    def _dropped(self, side: Side) -> Side:
        share = DROPPED * self._random.random()
        kept = self._random.random(len(side.rows)) >= share
        return Side(side.rows[kept], np.concatenate([[0], np.cumsum(kept)])[side.offsets])

    @staticmethod
    def _batch(source: str, one: Side, other: Side) -> Batch:
        """Leave out the pairs with nothing left on a side."""
        filled = (np.diff(one.offsets) > 0) & (np.diff(other.offsets) > 0)
        return Batch(source, _only(one, filled), _only(other, filled))


def _only(side: Side, texts: NDArray[np.bool_]) -> Side:
    lengths = np.diff(side.offsets)
    rows = side.rows[np.repeat(texts, lengths)]
    return Side(rows, np.concatenate([[0], np.cumsum(lengths[texts])]))
