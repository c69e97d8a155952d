"""Step 3: align the pieces of all pairs, and place each piece beside its translations (1 minute).

Which piece of one text stands for which of the other is estimated as in IBM Model 1 (Brown et al.
1993), symmetric: within a pair, each piece shares one count among its partners by how strongly they
go together elsewhere. Then every piece starts as a random vector and moves towards the mean of its
partners, a few times over the graph of all languages, never leaving its own vector wholly: words
that mean the same come together, and a rare word still is itself. Training goes on from there; from
a random start it would need many more passes, since most words of a dictionary are seen seldom.
After the training each piece is pulled to its partners once more, so that those the training has
not seen follow those it has moved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from index.train.encoding import Ragged
from index.train.step1_pairs import LISTED_WEIGHT, MAIN_WEIGHT, Corpus
from index.types import Vectors

__all__ = ["Alignment", "Partners", "align", "alignment_pairs", "diffuse", "partners", "settle"]

ROUNDS = 3
MOST_EMOJI = 60_000  # pairs of CLDR that are aligned
MOST_SYNONYMS = 200_000
GLOSSARY_REPEATED = 3  # times that it counts: its words have more meanings elsewhere
MOST_CELLS = 2000  # of a pair: longer ones say little about any one piece
LEAST_STRENGTH = 3e-3
LEAST_COUNT = 0.05
LEAST_STRENGTH_READ = 1e-3
LEAST_COUNT_READ = 0.03
PART_SHARE = 0.5  # of a word's counts that each of its parts has too
PART_PULL = 0.15  # of a word's partners
DIFFUSIONS = 4
OWN_WEIGHT = 0.6  # of the random vector against the mean of the partners
SETTLED = 0.8  # weight of the mean of the partners against the trained vector
# Smooth inverse frequency (Arora et al. 2017): frequent pieces get short rows.
FREQUENCY = 2e-4
ROW_NORM = 1.6


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pairs of pieces that stand for each other; `first < second` but for a piece with itself.

    `counts` is the expected number of times, `strengths` the count by the geometric mean of
    both pieces' totals; `totals` (v,) is the count of each piece.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    counts: NDArray[np.float32]
    strengths: NDArray[np.float32]
    totals: NDArray[np.float64]


def alignment_pairs(corpus: Corpus, seed: int) -> NDArray[np.int64]:
    """Return the pairs (n, 2) that are aligned: all but the long tail of languages and emoji."""
    random = np.random.default_rng(seed)
    chosen = [corpus.pairs[name] for name in ("cedict", "omw", "tatoeba-zh", "osm-tags", "forms")]
    chosen += [corpus.pairs["glossary"]] * GLOSSARY_REPEATED
    for name, most in (("omw-synonyms", MOST_SYNONYMS), ("cldr", MOST_EMOJI)):
        chosen.append(random.permutation(corpus.pairs[name])[:most])
    for name, least in (("ntrex", MAIN_WEIGHT), ("tatoeba-multi", LISTED_WEIGHT)):
        groups = corpus.groups[name]
        first = groups.offsets[:-1]
        english = np.repeat(groups.members[first], np.diff(groups.offsets))
        kept = groups.weights >= least
        kept[first] = False
        chosen.append(np.stack([groups.members[kept], english[kept]], axis=1))
    return np.concatenate(chosen)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Each piece of a pair against each of the other side: `left`, `right` number the tokens."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    keys: NDArray[np.int64]


def align(encoded: Ragged, pairs: NDArray[np.int64], pieces: int) -> Alignment:
    """Return the alignment of `pieces` pieces over pairs (n, 2) of text numbers."""
    cells = _cells(encoded, pairs, pieces)
    order = np.argsort(cells.keys, kind="stable")
    ordered = cells.keys[order]
    starts = np.ones(len(ordered), bool)
    starts[1:] = ordered[1:] != ordered[:-1]
    unique = ordered[starts]
    edge = np.empty(len(order), np.int32)
    edge[order] = np.cumsum(starts) - 1
    first, second = unique // pieces, unique % pieces
    weights = np.ones(len(edge), np.float32)
    for _ in range(ROUNDS):
        shares = (weights / _sums(cells.left, weights) + weights / _sums(cells.right, weights)) / 2
        counts = np.bincount(edge, shares, len(unique)).astype(np.float32)
        totals = np.bincount(first, counts, pieces) + np.bincount(second, counts, pieces)
        strengths = (counts / np.sqrt(totals[first] * totals[second])).astype(np.float32)
        weights = np.maximum(strengths, 1e-7)[edge]
    return Alignment(first, second, counts, strengths, totals.astype(np.float64))


def _sums(places: NDArray[np.int32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return for each cell the sum of the weights of all cells of its place."""
    sums: NDArray[np.float32] = np.bincount(places, weights).astype(np.float32)[places]
    return sums


def _cells(encoded: Ragged, pairs: NDArray[np.int64], pieces: int) -> _Cells:
    one, other = (encoded.lengths[pairs[:, side]] for side in (0, 1))
    kept = (one > 0) & (other > 0) & (one * other <= MOST_CELLS)
    pairs, one, other = pairs[kept], one[kept], other[kept]
    number = one * other
    starts = np.concatenate([[0], np.cumsum(number)])
    left_starts = np.concatenate([[0], np.cumsum(one)])
    right_starts = np.concatenate([[0], np.cumsum(other)])
    cells = _Cells(*(np.empty(starts[-1], kind) for kind in (np.int32, np.int32, np.int64)))
    for begin in range(0, len(pairs), 200_000):  # at once it would fill the memory
        block = slice(begin, begin + 200_000)
        repeats = number[block]
        place = slice(starts[begin], starts[begin] + repeats.sum())
        within = np.arange(place.start, place.stop) - np.repeat(starts[:-1][block], repeats)
        width = np.repeat(other[block], repeats)
        row, column = within // width, within % width
        cells.left[place] = np.repeat(left_starts[:-1][block], repeats) + row
        cells.right[place] = np.repeat(right_starts[:-1][block], repeats) + column
        a = encoded.values[np.repeat(encoded.offsets[pairs[block, 0]], repeats) + row]
        b = encoded.values[np.repeat(encoded.offsets[pairs[block, 1]], repeats) + column]
        cells.keys[place] = np.minimum(a, b).astype(np.int64) * pieces + np.maximum(a, b)
    return cells


@dataclass(frozen=True, slots=True)
class Partners:
    """What each piece moves towards: rows of `graph` (v, v) sum to 1, or 0 without a partner.

    `totals` (v,) is how often each piece was seen.
    """

    graph: sparse.csr_matrix
    totals: NDArray[np.float64]

    def means(self, vectors: Vectors) -> Vectors:
        """Return float32 (v, d): the unit mean of each piece's partners, 0 without one."""
        return _unit(self.graph @ vectors)


def partners(alignment: Alignment, parts: Ragged) -> Partners:
    """Return the partners of each piece, by how strongly they go together.

    The parts of a whole word share its partners, and pull the word a little towards them.
    """
    pieces = len(alignment.totals)
    first, second, counts = _with_parts(alignment, parts)
    totals = np.bincount(first, counts, pieces) + np.bincount(second, counts, pieces)
    totals = np.maximum(totals, alignment.totals)
    strengths = counts / np.sqrt(totals[first] * totals[second] + 1e-9)
    kept = (strengths > LEAST_STRENGTH) & (counts > LEAST_COUNT) & (first != second)
    weights = (counts * strengths)[kept]
    graph = sparse.coo_matrix((weights, (first[kept], second[kept])), (pieces, pieces)).tocsr()
    graph = graph + graph.T
    graph = graph + _pulls(parts, np.asarray(graph.sum(axis=1)).ravel(), totals)
    degrees = np.asarray(graph.sum(axis=1)).ravel()
    return Partners((sparse.diags(1 / np.maximum(degrees, 1e-12)) @ graph).tocsr(), totals)


def diffuse(found: Partners, dimension: int, seed: int) -> Vectors:
    """Return float32 (v, dimension): each piece near its partners, frequent pieces short."""
    shape = (len(found.totals), dimension)
    own = _unit(np.random.default_rng(seed).normal(size=shape).astype(np.float32))
    vectors = own
    for _ in range(DIFFUSIONS):
        vectors = _unit(OWN_WEIGHT * own + found.means(vectors))
    frequency = found.totals / found.totals.sum()
    norms = ROW_NORM * np.sqrt(FREQUENCY / (FREQUENCY + frequency))
    rows: Vectors = (vectors * norms[:, None]).astype(np.float32)
    return rows


def settle(found: Partners, vectors: Vectors) -> Vectors:
    """Return float32 (v, d): vectors pulled towards their partners, as long as before."""
    units = _unit(vectors)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    settled: Vectors = norms * _unit(units + SETTLED * found.means(units))
    return settled


def _with_parts(
    alignment: Alignment, parts: Ragged
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the aligned pairs and counts, the parts of each word beside the word itself."""
    seen = (alignment.counts > LEAST_COUNT_READ) & (alignment.strengths > LEAST_STRENGTH_READ)
    first, second = alignment.first[seen], alignment.second[seen]
    counts = alignment.counts[seen].astype(np.float64)
    sides = [(first, second, counts)]
    for word, partner in ((first, second), (second, first)):
        whole = (parts.lengths[word] > 0) & (word != partner)
        repeats = parts.lengths[word[whole]]
        sides.append(
            (
                parts.gather(word[whole])[0],
                np.repeat(partner[whole], repeats),
                np.repeat(counts[whole], repeats) * PART_SHARE,
            )
        )
    one, other, number = (np.concatenate(arrays) for arrays in zip(*sides, strict=True))
    pieces = len(alignment.totals)
    places = (np.minimum(one, other), np.maximum(one, other))
    summed = sparse.coo_matrix((number, places), (pieces, pieces)).tocsr().tocoo()
    return summed.row.astype(np.int64), summed.col.astype(np.int64), summed.data


def _pulls(
    parts: Ragged, degrees: NDArray[np.float64], totals: NDArray[np.float64]
) -> sparse.csr_matrix:
    """Return how strongly each whole word is pulled to its parts, the rare ones most."""
    words = np.repeat(np.arange(len(degrees)), parts.lengths)
    rarity = 1 / np.sqrt(totals[parts.values] + 1)
    share = rarity / np.bincount(words, rarity, len(degrees))[words]
    pulls = PART_PULL * np.maximum(degrees[words], 1e-3) * share
    shape = (len(degrees), len(degrees))
    return sparse.coo_matrix((pulls, (words, parts.values)), shape).tocsr()


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit.astype(np.float32)
