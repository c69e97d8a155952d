"""The laws of putting rankings together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fuse import Spread, candidates, fused, lexical_ideal, rarities, standardized, trust
from index.types import Vectors

RANKINGS = st.lists(st.lists(st.integers(1, 30), unique=True, max_size=8), max_size=4)


@given(RANKINGS)
def test_candidates_are_everything_found_once(rankings: list[list[int]]) -> None:
    found = candidates(rankings)
    assert sorted(found) == sorted({passage for ranking in rankings for passage in ranking})


@given(RANKINGS)
def test_each_first_is_a_candidate_before_each_second(rankings: list[list[int]]) -> None:
    found = candidates(rankings)
    firsts = {ranking[0] for ranking in rankings if ranking}
    assert set(found[: len(firsts)]) == firsts


def test_no_ranking_gives_no_candidate() -> None:
    assert candidates([]) == []
    assert candidates([[], []]) == []


@given(st.lists(st.integers(0, 100), max_size=10), st.integers(100, 10_000))
def test_the_rarer_a_token_the_more_it_tells(frequencies: list[int], passages: int) -> None:
    told = rarities(sorted(frequencies), passages)
    assert told == sorted(told, reverse=True)
    assert all(value > 0 for value in told)


def test_rarity_is_the_idf_of_bm25() -> None:
    assert rarities([0, 3], 10) == pytest.approx([math.log(22), math.log(1 + 7.5 / 3.5)])


@given(st.lists(st.integers(0, 100), max_size=10), st.integers(0, 100))
def test_a_question_that_says_more_has_a_higher_ideal(frequencies: list[int], more: int) -> None:
    assert lexical_ideal([*frequencies, more], 100) > lexical_ideal(frequencies, 100)
    assert lexical_ideal([], 100) == 0


def scores_of(n: int, least: float, most: float) -> st.SearchStrategy[Vectors]:
    return st.lists(st.floats(least, most, width=32), min_size=n, max_size=n).map(
        lambda scores: np.asarray(scores, np.float32)
    )


@given(scores_of(4, 0, 1))
def test_trust_grows_with_the_best_share_and_stays_within_one(shares: Vectors) -> None:
    assert 0 <= trust(shares) <= 1
    assert trust(shares * np.float32(0.5)) <= trust(shares)
    assert trust(shares) == trust(shares[::-1])


def test_words_that_no_passage_holds_are_not_trusted() -> None:
    assert trust(np.zeros(3, np.float32)) == 0
    assert trust(np.zeros(0, np.float32)) == 0


@given(scores_of(3, 0, 1), scores_of(3, -4, 4), scores_of(3, -4, 4))
def test_a_side_with_nothing_to_say_changes_no_order(
    shares: Vectors, dense: Vectors, late: Vectors
) -> None:
    silent = np.zeros(3, np.float32)
    assert fused(dense, late, silent, silent, silent) == pytest.approx(
        fused(dense, silent, silent, silent, silent) + fused(silent, late, silent, silent, silent),
        abs=1e-5,
    )
    assert np.array_equal(
        np.argsort(fused(silent, silent, silent, shares, silent)), np.argsort(shares)
    ) or (len(set(fused(silent, silent, silent, shares, silent).tolist())) < 3)


@given(scores_of(3, -4, 4), scores_of(3, -4, 4), scores_of(3, 0, 1), st.integers(0, 2))
def test_more_of_any_part_is_never_less(
    dense: Vectors, late: Vectors, shares: Vectors, at: int
) -> None:
    silent = np.zeros(3, np.float32)
    before = fused(dense, late, late, shares, silent)[at]
    more = np.zeros(3, np.float32)
    more[at] = 0.5
    assert fused(dense + more, late, late, shares, silent)[at] > before - 1e-6
    assert fused(dense, late + more, late, shares, silent)[at] > before - 1e-6
    assert fused(dense, late, late + more, shares, silent)[at] > before - 1e-6
    assert fused(dense, late, late, shares + more, silent)[at] > before - 1e-6
    assert fused(dense, late, late, shares, more)[at] > before


@given(scores_of(4, -1, 1), st.floats(-1, 1), st.floats(0.03125, 1))
def test_standardized_scores_keep_their_order_and_scale(
    scores: Vectors, mean: float, deviation: float
) -> None:
    above = standardized(scores, Spread(mean, deviation), 0.01)
    assert above * deviation + mean == pytest.approx(scores, abs=1e-4)
    assert standardized(scores, Spread(mean, 0.0), 0.5) == pytest.approx(
        (scores - mean) * 2, abs=1e-5
    )
