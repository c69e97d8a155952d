"""The laws of putting rankings together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fuse import candidates, fused, lexical_ideal, rarities
from index.types import Hit

RANKINGS = st.lists(
    st.lists(st.integers(1, 30), unique=True, max_size=8).map(
        lambda ids: [Hit(id, -float(place)) for place, id in enumerate(ids)]
    ),
    max_size=4,
)


@given(RANKINGS)
def test_candidates_are_everything_found_once(rankings: list[list[Hit]]) -> None:
    found = candidates(rankings)
    assert sorted(found) == sorted({hit.passage for ranking in rankings for hit in ranking})


@given(RANKINGS)
def test_each_first_is_a_candidate_before_each_second(rankings: list[list[Hit]]) -> None:
    found = candidates(rankings)
    firsts = {ranking[0].passage for ranking in rankings if ranking}
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


SCORES = st.lists(st.floats(-1, 1, width=32), min_size=3, max_size=3).map(
    lambda scores: np.asarray(scores, np.float32)
)


@given(SCORES, SCORES, st.floats(0, 4), st.floats(0, 4))
def test_fusion_is_linear_and_ignores_the_order_of_parts(
    dense: np.ndarray[tuple[int], np.dtype[np.float32]],
    late: np.ndarray[tuple[int], np.dtype[np.float32]],
    one: float,
    other: float,
) -> None:
    weights = {"dense": one, "late": other}
    together = fused({"dense": dense, "late": late}, weights)
    assert together == pytest.approx(one * dense + other * late, abs=1e-5)
    assert together == pytest.approx(fused({"late": late, "dense": dense}, weights), abs=1e-5)


@given(SCORES)
def test_a_side_with_nothing_to_say_changes_no_order(
    dense: np.ndarray[tuple[int], np.dtype[np.float32]],
) -> None:
    silent = np.zeros(3, np.float32)
    weights = {"dense": 1.0, "bm25": 1.0}
    assert np.array_equal(fused({"dense": dense, "bm25": silent}, weights), dense)
