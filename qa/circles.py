"""Where the parts of a question stand: in a sentence, in its titles, in the rest of its passage.

A part is a word or a token vector, with a weight; how well it is found in a clause or a title is
a number in [0, 1]. What the titles above a sentence already say (the hospital's name) counts
apart from the focus: what only the sentence can say. Newspaper sentences are long, so that the
date or number asked for must stand in a clause that is in the focus too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.groups import Groups

__all__ = ["CIRCLES", "HEAVIEST", "Circled", "Layout", "circles", "layout", "mean_best"]

Floats = NDArray[np.float32]

# The share of the question, by weight, that …
CIRCLES = (
    "",  # stands in the sentence
    "_passage",  # … or in its titles or the rest of its passage
    "_focus",  # stands in the sentence, of what the titles do not say
    "_clause",  # … in one of its clauses, the best
    "_kind",  # … in or beside a clause with what was asked for: a date, a number, …
    "_titles",  # stands in the titles
    "_article",  # stands in the sentence, or anywhere in what was found of its article
)
_BESIDE = 0.8  # what the clause before or after counts, beside one with a date or a number
_SAID = 0.63  # cosine from which the titles say a thing: a translation has about 0.65
_NOTHING = np.float32(1e-6)  # a weight so small is none
# Of the whole weight: where the titles say all, little is left to match.
_LEAST_FOCUS = np.float32(0.1)
HEAVIEST = 3  # parts that are told of one by one


@dataclass(frozen=True, slots=True)
class Layout:
    """Where clauses, sentences and titles stand, as numbers.

    `starts` (n,): the first clause of each sentence. `sentences` (clauses,): the sentence of each
    clause. `titles` (n,): a sentence's titles. `asked` (clauses,): whether a clause has what the
    question wants, or None.
    """

    starts: NDArray[np.intp]
    sentences: NDArray[np.intp]
    passages: Groups
    articles: Groups
    titles: NDArray[np.intp]
    asked: NDArray[np.bool_] | None


def layout(
    sizes: Sequence[int],
    passages: Sequence[int],
    articles: Sequence[str],
    titles: Sequence[int],
    asked: NDArray[np.bool_] | None,
) -> Layout:
    """Return the layout of n sentences: how many clauses each has, its passage, article, titles."""
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    own = np.repeat(np.arange(len(sizes)), sizes)
    return Layout(starts, own, Groups(passages), Groups(articles), np.asarray(titles), asked)


@dataclass(frozen=True, slots=True)
class Circled:
    """Where the parts of a question stand, for each of n sentences and in w ways to weigh them.

    `columns` (w, n) for each of `CIRCLES`. `lacking` (w, n): the greatest weight that stands
    nowhere in the article; a part found by half counts half of it. `heaviest` (HEAVIEST, 4, n): of
    the parts that count most in the first way, the share, and how well the sentence, the article
    and the titles have it. Where nothing weighs, all is 0.
    """

    columns: tuple[Floats, ...]
    lacking: Floats
    heaviest: Floats


def circles(matches: Floats, above: Floats, weights: Floats, layout: Layout) -> Circled:
    """Return where the parts of a question stand.

    `matches` (q, clauses) and `above` (q, titles) say how well each of q parts of the question
    is found, in [0, 1]; `weights` (w, q) what each counts, in w ways to weigh them.
    """
    total = np.maximum(weights.sum(axis=1, keepdims=True), _NOTHING)
    alone = np.maximum.reduceat(matches, layout.starts, axis=1)
    titles = above[:, layout.titles]
    unsaid = np.clip(1 - np.square(titles / _SAID), 0, 1)
    focus = np.maximum(weights @ unsaid, _LEAST_FOCUS * total)
    clauses = weights @ (unsaid[:, layout.sentences] * matches)
    beside = alone if layout.asked is None else _beside(matches, layout)
    found = _highest(layout.articles, np.maximum(alone, titles))
    columns = (
        weights @ alone / total,
        weights @ np.maximum(_highest(layout.passages, alone), titles) / total,
        weights @ (unsaid * alone) / focus,
        np.maximum.reduceat(clauses, layout.starts, axis=1) / focus,
        weights @ (unsaid * beside) / focus,
        weights @ titles / total,
        weights @ found / total,
    )
    lacking = [(each[:, None] * (1 - found)).max(axis=0, initial=0) for each in weights]
    heaviest = np.zeros((HEAVIEST, 4, len(layout.starts)), np.float32)
    for rank, part in enumerate(np.argsort(-weights[0], kind="stable")[:HEAVIEST]):
        if weights[0, part]:
            share = np.broadcast_to(weights[0, part] / total[0], found.shape[1:])
            heaviest[rank] = share, alone[part], found[part], titles[part]
    return Circled(columns, np.stack(lacking), heaviest)


def _highest(groups: Groups, matches: Floats) -> Floats:
    """Return the best match of each sentence's group, for each part: (q, n) of (q, n)."""
    return groups.spread(groups.best(matches))


def mean_best(best: Floats, layout: Layout) -> Floats:
    """Return the mean of what each part finds at best in a sentence (q, clauses): float32 (q,)."""
    mean: Floats = np.maximum.reduceat(best, layout.starts, axis=1).mean(axis=1)
    return mean


def _beside(matches: Floats, layout: Layout) -> Floats:
    """Return the best matches in or beside a clause with an answer: float32 (q, n)."""
    assert layout.asked is not None
    before, after = np.zeros_like(matches), np.zeros_like(matches)
    before[:, 1:], after[:, :-1] = matches[:, :-1], matches[:, 1:]
    before[:, layout.starts] = 0  # the clause before is of another sentence
    after[:, layout.starts[1:] - 1] = 0
    window = np.maximum(matches, _BESIDE * np.maximum(before, after))
    near: Floats = np.maximum.reduceat(window * layout.asked, layout.starts, axis=1)
    return near
