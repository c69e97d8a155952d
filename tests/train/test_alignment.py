"""Words of a toy corpus find their translations."""

from __future__ import annotations

import numpy as np
import pytest

from index.train.encoding import Ragged
from index.train.step3_alignment import align, diffuse, partners, settle
from index.types import Vectors

# Pieces: 0 the, 1 dog, 2 cat, 3 sleeps; 4 hund, 5 katze, 6 schläft, 7 der.
TEXTS = [[0, 1, 3], [7, 4, 6], [0, 2, 3], [7, 5, 6], [0, 1], [7, 4], [1], [4]]
PAIRS = np.array([[0, 1], [2, 3], [4, 5], [6, 7]])
NO_PARTS = Ragged(np.empty(0, np.int32), np.zeros(9, np.int64))


def ragged(rows: list[list[int]]) -> Ragged:
    values = np.array([value for row in rows for value in row], np.int32)
    return Ragged(values, np.cumsum([0, *map(len, rows)]))


def test_each_word_is_aligned_to_its_translation() -> None:
    alignment = align(ragged(TEXTS), PAIRS, 8)
    assert (alignment.first <= alignment.second).all()
    strength = np.zeros((8, 8))
    strength[alignment.first, alignment.second] = alignment.strengths
    assert strength[:4].argmax(axis=1).tolist() == [7, 4, 5, 6]


def test_every_word_shares_one_count_in_each_pair() -> None:
    alignment = align(ragged(TEXTS), PAIRS, 8)
    assert np.isclose(alignment.totals.sum(), 2 * alignment.counts.sum())
    # Each side of each pair hands out half a count a token: 9 tokens and 9.
    assert np.isclose(alignment.counts.sum(), 9)


def test_diffusion_brings_translations_together_and_keeps_strangers_apart() -> None:
    rows = diffuse(partners(align(ragged(TEXTS), PAIRS, 8), NO_PARTS), 64, seed=1)
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = units @ units.T
    assert cosines[1, 4] > 0.6
    assert cosines[2, 5] > 0.6
    assert abs(cosines[1, 5]) < cosines[1, 4] / 2


def test_a_piece_settles_beside_its_partners_and_keeps_its_length() -> None:
    found = partners(align(ragged(TEXTS[:6]), PAIRS[:3], 8), NO_PARTS)
    vectors = np.random.default_rng(0).normal(size=(8, 64)).astype(np.float32)
    settled = settle(found, vectors)

    def cosine(rows: Vectors, one: int, other: int) -> float:
        lengths = np.linalg.norm(rows[one]) * np.linalg.norm(rows[other])
        return float(rows[one] @ rows[other] / lengths)

    assert cosine(settled, 1, 4) > cosine(vectors, 1, 4) + 0.3
    assert np.allclose(np.linalg.norm(settled, axis=1), np.linalg.norm(vectors, axis=1))


def test_without_a_partner_nothing_moves() -> None:
    found = partners(align(ragged([[], []]), np.array([[0, 1]]), 8), NO_PARTS)
    vectors = np.random.default_rng(0).normal(size=(8, 64)).astype(np.float32)
    assert settle(found, vectors) == pytest.approx(vectors, abs=1e-6)


def test_an_unseen_piece_keeps_its_own_vector() -> None:
    rows = diffuse(partners(align(ragged(TEXTS[:2]), PAIRS[:1], 8), NO_PARTS), 64, seed=1)
    assert np.linalg.norm(rows[2]) > 0


def test_nothing_to_align() -> None:
    alignment = align(ragged([[], []]), np.array([[0, 1]]), 8)
    assert len(alignment.first) == 0
