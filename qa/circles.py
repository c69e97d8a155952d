"""Where the parts of a question stand: in a sentence, in its titles, in the rest of its passage.

A part is a word or a token vector, with a weight; how well it is found in a clause or a title is
a number in [0, 1]. What the titles above a sentence already say (the hospital's name) counts
little in the focus: what is left for the sentence to say. Newspaper sentences are long and full
of numbers and dates, so that it counts what stands beside each of those that could answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.groups import Groups

__all__ = [
    "CIRCLES",
    "HEAVIEST",
    "NO_WEIGHT",
    "Circled",
    "Layout",
    "circles",
    "layout",
    "mean_best",
]

Floats = NDArray[np.float32]

# The share of the question, by weight, that …
CIRCLES = (
    "",  # stands in the sentence
    "_passage",  # … or in its titles or the rest of its passage
    "_focus",  # stands in the sentence, of what the titles do not say
    "_clause",  # … in one of its clauses, the best
    "_near",  # … beside what could answer it, a date, a number, …: the best of these
    "_before",  # … in it or in the sentence before it, of what the titles do not say
    "_titles",  # stands in the titles
    "_article",  # stands in the sentence, or anywhere in what was found of its article
)
_SAID = 0.63  # cosine from which the titles say a thing: a translation has about 0.65
NO_WEIGHT = np.float32(1e-6)  # a weight so small is none
_LEAST_FOCUS = np.float32(0.1)  # what a thing counts that the titles say, beside one they do not
HEAVIEST = 3  # parts of a way to weigh them that are told of one by one


@dataclass(frozen=True, slots=True)
class Layout:
    """Where clauses, windows, sentences and titles stand, as numbers.

    A window is the text around what could answer. `starts` (n,): the first clause of each
    sentence. `clauses` and `windows`: the sentence of each. `before` (n,): the sentence before it
    in its passage, or itself. `titles` (n,): a sentence's titles.
    """

    starts: NDArray[np.intp]
    clauses: NDArray[np.intp]
    windows: NDArray[np.intp]
    before: NDArray[np.intp]
    passages: Groups
    articles: Groups
    titles: NDArray[np.intp]


def layout(
    clauses: Sequence[int],
    windows: Sequence[int],
    passages: Sequence[int],
    articles: Sequence[str],
    titles: Sequence[int],
) -> Layout:
    """Return the layout of n sentences: how many clauses and windows each has, and what it is of.

    Clauses and windows come in the order of their sentences; each sentence has a clause. The
    sentences of a passage come in their order.
    """
    starts = np.concatenate([[0], np.cumsum(clauses)[:-1]])
    own, near = (np.repeat(np.arange(len(sizes)), sizes) for sizes in (clauses, windows))
    follows = np.diff(passages, prepend=-1) == 0
    before = np.arange(len(passages)) - follows
    return Layout(starts, own, near, before, Groups(passages), Groups(articles), np.asarray(titles))


@dataclass(frozen=True, slots=True)
class Circled:
    """Where the parts of a question stand, for each of n sentences and in w ways to weigh them.

    `columns` (w, n) for each of `CIRCLES`. `lacking` (w, n): the greatest weight that stands
    nowhere in the article; a part found by half counts half of it. `heaviest` (w, HEAVIEST, 7, n):
    of the parts that count most, the share, and how well the sentence, its best clause, its
    windows, it or the one before it, the article and the titles have it. Where nothing weighs, all
    is 0.
    """

    columns: tuple[Floats, ...]
    lacking: Floats
    heaviest: Floats


def circles(
    matches: Floats, around: Floats, above: Floats, weights: Floats, layout: Layout
) -> Circled:
    """Return where the parts of a question stand.

    `matches` (q, clauses), `around` (q, windows) and `above` (q, titles) say how well each of q
    parts of the question is found, in [0, 1]; `weights` (w, q) what each counts, in w ways to
    weigh them.
    """
    total = np.maximum(weights.sum(axis=1, keepdims=True), NO_WEIGHT)
    alone = np.maximum.reduceat(matches, layout.starts, axis=1)
    both = np.maximum(alone, alone[:, layout.before])
    titles = above[:, layout.titles]
    unsaid = np.clip(1 - np.square(titles / _SAID), _LEAST_FOCUS, 1)
    focus = np.maximum(weights @ unsaid, NO_WEIGHT)
    clauses = weights @ (unsaid[:, layout.clauses] * matches)
    windows = weights @ (unsaid[:, layout.windows] * around)
    found = _highest(layout.articles, np.maximum(alone, titles))
    columns = (
        weights @ alone / total,
        weights @ np.maximum(_highest(layout.passages, alone), titles) / total,
        weights @ (unsaid * alone) / focus,
        np.maximum.reduceat(clauses, layout.starts, axis=1) / focus,
        _nearest(windows, layout) / focus,
        weights @ (unsaid * both) / focus,
        weights @ titles / total,
        weights @ found / total,
    )
    lacking = [(each[:, None] * (1 - found)).max(axis=0, initial=0) for each in weights]
    best = np.lexsort((-clauses[0], layout.clauses))[layout.starts]
    near = _nearest(around, layout)
    heaviest = np.zeros((len(weights), HEAVIEST, 7, len(layout.starts)), np.float32)
    for ranks, way, whole in zip(heaviest, weights, total, strict=True):
        for rank, part in zip(ranks, np.argsort(-way, kind="stable"), strict=False):
            if way[part]:
                rank[0] = way[part] / whole
                rank[1:4] = alone[part], matches[part, best], near[part]
                rank[4:] = both[part], found[part], titles[part]
    return Circled(columns, np.stack(lacking), heaviest)


def _highest(groups: Groups, matches: Floats) -> Floats:
    """Return the best match of each sentence's group, for each part: (q, n) of (q, n)."""
    return groups.spread(groups.best(matches))


def mean_best(best: Floats, layout: Layout) -> Floats:
    """Return the mean of what each part finds at best in a sentence (q, clauses): float32 (q,)."""
    mean: Floats = np.maximum.reduceat(best, layout.starts, axis=1).mean(axis=1)
    return mean


def _nearest(windows: Floats, layout: Layout) -> Floats:
    """Return the best of each sentence's windows, 0 without one: (r, n) of (r, windows)."""
    best = np.zeros((len(layout.starts), len(windows)), np.float32)
    np.maximum.at(best, layout.windows, windows.T)
    return best.T
