"""Late interaction is the formula written out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from index.groups import Groups
from index.parts import Parts, cut
from index.rerank import Late, best_cosines, late_scores, token_weights
from index.token_index import TokenIndex
from index.types import Embedder, TokenVectors, Vectors


def token_vectors(
    rows: Sequence[Sequence[float]], index: list[int], ends: list[int]
) -> TokenVectors:
    table = np.asarray(rows, np.float32).reshape(len(rows), -1)
    norms = np.linalg.norm(table, axis=1)
    unit = table / np.maximum(norms, 1e-9)[:, None]
    return TokenVectors(
        unit.astype(np.float32),
        norms.astype(np.float32),
        np.asarray(index, np.int32),
        np.asarray([0, *ends], np.int64),
    )


QUERY = token_vectors([[2, 0], [0, 1]], [0, 1], [2])
# Passage 0 holds the first token and its opposite, passage 1 nothing, passage 2 one between both.
PASSAGES = token_vectors([[1, 0], [-1, 0], [1, 1]], [0, 1, 2], [2, 2, 3])


def test_best_cosines_by_hand() -> None:
    half = math.sqrt(0.5)
    assert best_cosines(QUERY, PASSAGES) == pytest.approx(
        np.array([[1, 0, half], [0.15, 0, half]]), abs=1e-6
    )


def test_weights_by_hand() -> None:
    best = best_cosines(QUERY, PASSAGES)
    half = math.sqrt(0.5)
    assert token_weights(QUERY, best).tolist() == pytest.approx(
        [2 * math.log((1 + half) / 3) ** 2, math.log((0.15 + half) / 3) ** 2], rel=1e-5
    )


# The first document has two parts, the second one; they are of 40 and 100 tokens.
PARTS = Parts(np.array([0, 2]), np.array([40, 100], np.float32))
BEST = np.array([[1, 0.2, 0.5], [0.2, 0.6, 0.5]], np.float32)
WEIGHTS = np.array([3, 1], np.float32)


def scores_of(best: Vectors, parts: Parts, weights: Vectors) -> Vectors:
    return late_scores(parts.highest(best), parts.highest(weights @ best), parts.lengths, weights)


def test_scores_by_hand() -> None:
    scores = scores_of(BEST, PARTS, WEIGHTS)
    whole = [(3 * 1 + 0.6) / 4 * 1.4**-0.3, 0.5 * 2**-0.3]
    near = [(3 * 1 + 0.2) / 4, 0.5]
    assert scores == pytest.approx([(w + n / 2) / 1.5 for w, n in zip(whole, near, strict=True)])


def test_words_that_stand_together_are_better_than_the_same_words_apart() -> None:
    together = np.array([[1, 0.2, 0.5], [0.6, 0.2, 0.5]], np.float32)
    assert scores_of(together, PARTS, WEIGHTS)[0] > scores_of(BEST, PARTS, WEIGHTS)[0]


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [([0], [0, 0]), ([9], [0, 9]), ([29, 30], [0, 29, 44, 59]), ([50, 0], [0, 16, 33, 50, 50])],
)
def test_parts_are_of_equal_length_and_cover_all(lengths: list[int], expected: list[int]) -> None:
    ends = np.cumsum(lengths).tolist()
    tokens, parts = cut(token_vectors([[1, 0]], [0] * ends[-1], ends))
    assert tokens.offsets.tolist() == expected
    assert parts.lengths.tolist() == lengths
    assert len(parts.highest(np.zeros(len(expected) - 1, np.float32))) == len(lengths)


def test_no_document_has_no_part() -> None:
    tokens, parts = cut(token_vectors([[1, 0]], [], []))
    assert tokens.offsets.tolist() == [0]
    assert scores_of(best_cosines(QUERY, tokens), parts, QUERY.norms).tolist() == []


def test_a_token_asked_twice_counts_twice() -> None:
    twice = token_vectors([[2, 0], [0, 1]], [0, 1, 0], [3])
    assert best_cosines(twice, PASSAGES).tolist() == [
        best_cosines(QUERY, PASSAGES).tolist()[at] for at in (0, 1, 0)
    ]


def test_nothing_gives_nothing() -> None:
    nothing = TokenVectors(
        np.zeros((0, 2), np.float32),
        np.zeros(0, np.float32),
        np.zeros(0, np.int32),
        np.zeros(2, np.int64),
    )
    passages, parts = cut(PASSAGES)
    best = best_cosines(nothing, passages)
    assert best.shape == (0, 3)
    assert scores_of(best, parts, token_weights(nothing, best)).tolist() == [0, 0, 0]
    assert best_cosines(QUERY, nothing).tolist() == [[0], [0]]


def test_many_tokens_are_multiplied_as_numpy_does() -> None:
    made = np.random.default_rng(0)
    rows = made.normal(size=(1001, 32))
    documents = token_vectors(rows.tolist(), list(range(1001)), list(range(1, 1002)))
    query = token_vectors(made.normal(size=(7, 32)).tolist(), list(range(7)), [7])
    assert best_cosines(query, documents) == pytest.approx(
        np.maximum(query.rows @ documents.rows.T, 0.15), abs=1e-5
    )


TEXTS = ["医院在周一上午开诊。", "The library is closed on Sunday.", "食堂供应午餐。", ""]


def late_of(embedder: Embedder, query: str, texts: list[str]) -> list[float]:
    tokens, documents = embedder.query_tokens(query), embedder.document_tokens(texts)
    weights = token_weights(tokens, best_cosines(tokens, documents))
    scores = Late(tokens, weights).scores(documents)
    assert scores.dtype == np.float32
    return [float(score) for score in scores]


def test_the_passage_that_says_it_is_best(embedder: Embedder) -> None:
    scores = late_of(embedder, "医院什么时候开诊？", TEXTS)
    assert scores[0] == max(scores)
    assert all(0 <= score <= 1.001 for score in scores)
    assert scores[3] == 0


def test_no_text_and_no_question_score_nothing(embedder: Embedder) -> None:
    assert late_of(embedder, "医院", []) == []
    assert late_of(embedder, "", TEXTS) == [0, 0, 0, 0]


@pytest.mark.parametrize("query", ["医院什么时候开诊？", "When is the library closed?", "", "午餐"])
def test_seen_whole_it_is_the_same(embedder: Embedder, query: str) -> None:
    tokens, documents = embedder.query_tokens(query), embedder.document_tokens(TEXTS)
    exact = best_cosines(tokens, documents)
    whole = TokenIndex(documents).best_cosines(tokens)
    assert whole.shape == exact.shape
    assert whole == pytest.approx(exact, abs=1e-5)


def test_an_index_of_no_passage_is_empty(embedder: Embedder) -> None:
    index = TokenIndex(embedder.document_tokens([]))
    assert index.best_cosines(embedder.query_tokens("医院")).shape[1] == 0


def test_a_group_is_as_good_as_its_best_for_each_token() -> None:
    groups = Groups(["b", "a", "b"])
    best = np.array([[0.1, 0.5, 0.3], [0.9, 0.2, 0.4]], np.float32)
    assert groups.best(best) == pytest.approx(np.array([[0.5, 0.3], [0.2, 0.9]]))
    assert groups.sums(np.array([10, 30, 25], np.float32)).tolist() == [30, 35]
    assert groups.spread(np.array([7, 8], np.float32)).tolist() == [8, 7, 8]
    assert Groups([]).best(np.zeros((2, 0), np.float32)).shape == (2, 0)
    assert Groups([]).sums(np.zeros(0, np.float32)).tolist() == []
    assert Groups([]).spread(np.zeros(0, np.float32)).tolist() == []
