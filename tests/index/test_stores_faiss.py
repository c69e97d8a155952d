"""Vectors come back by id and similarity, whatever the factory, and never after removal."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.errors import BadSetting, IndexCorrupt
from index.factory import DEFAULT_FACTORY
from index.faiss_store import FaissStore
from index.types import Vectors

FACTORIES = [
    DEFAULT_FACTORY,
    "Flat",
    "HNSW16",
    "HNSW16,Flat",
    "IDMap2,HNSW16",
    "IVF4,Flat",
    "IVF4,SQ8",
]
EXACT = [DEFAULT_FACTORY, "HNSW16,Flat"]


def rows(n: int, d: int = 16, seed: int = 0) -> Vectors:
    made = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def numbered(n: int, first: int = 1) -> NDArray[np.int64]:
    return np.arange(first, first + n, dtype=np.int64)


def filled(factory: str, n: int = 300) -> tuple[FaissStore, Vectors]:
    store = FaissStore.empty(16, factory)
    vectors = rows(n)
    store.add(numbered(n), vectors)
    return store, vectors


def found(store: FaissStore, vector: Vectors, k: int = 10, **wanted: list[int]) -> list[int]:
    return [hit.passage for hit in store.search(vector[None], k, **wanted)[0]]


def saved(store: FaissStore, path: Path) -> str:
    with path.open("wb") as file:
        return store.save(file)


@pytest.mark.parametrize("factory", FACTORIES)
def test_each_vector_finds_itself(factory: str) -> None:
    store, vectors = filled(factory)
    assert len(store) == 300
    assert sorted(store.ids.tolist()) == list(range(1, 301))
    assert [found(store, vector, 1) for vector in vectors[:50]] == [[id] for id in range(1, 51)]


@pytest.mark.parametrize("factory", EXACT)
def test_scores_are_inner_products_best_first(factory: str) -> None:
    store, vectors = filled(factory)
    query = rows(1, seed=7)
    wanted = (vectors @ query[0]).argsort()[::-1][:10]
    hits = store.search(query, 10)[0]
    assert [hit.passage for hit in hits] == (wanted + 1).tolist()
    assert [hit.score for hit in hits] == pytest.approx((vectors @ query[0])[wanted].tolist(), 1e-5)


@pytest.mark.parametrize("factory", FACTORIES)
def test_what_is_removed_is_never_found_again(factory: str) -> None:
    store, vectors = filled(factory)
    assert store.remove(np.array([5, 6, 999])) == 2
    assert store.remove(np.array([5])) == 0
    assert len(store) == 298
    assert 5 not in store.ids.tolist()
    assert 5 not in found(store, vectors[4], 300)
    assert found(store, vectors[6], 1) == [7]


@pytest.mark.parametrize("factory", FACTORIES)
def test_removing_most_leaves_the_rest(factory: str) -> None:
    store, vectors = filled(factory)
    store.remove(numbered(290))
    assert sorted(found(store, vectors[0], 300)) == list(range(291, 301))


@pytest.mark.parametrize("factory", FACTORIES)
def test_an_id_added_again_is_replaced(factory: str) -> None:
    store, vectors = filled(factory)
    other = rows(1, seed=3)
    store.add(np.array([5]), other)
    assert len(store) == 300
    assert found(store, other[0], 1) == [5]
    assert found(store, vectors[4], 300).count(5) <= 1


@pytest.mark.parametrize("factory", FACTORIES)
def test_a_removed_id_can_come_back(factory: str) -> None:
    store, vectors = filled(factory)
    store.remove(np.array([5]))
    store.add(np.array([5]), vectors[4:5])
    assert found(store, vectors[4], 1) == [5]
    assert len(store) == 300


@pytest.mark.parametrize("factory", FACTORIES)
def test_only_among_the_given(factory: str) -> None:
    store, vectors = filled(factory)
    store.remove(np.array([8]))
    assert set(found(store, vectors[0], 10, among=[7, 8, 9])) <= {7, 9}
    assert found(store, vectors[8], 1, among=[9]) == [9]
    assert found(store, vectors[0], 10, among=[]) == []


@pytest.mark.parametrize("factory", FACTORIES)
def test_saved_and_opened_it_is_the_same(factory: str, tmp_path: Path) -> None:
    path = tmp_path / "民医索引.faiss"
    store, vectors = filled(factory)
    store.remove(np.array([3]))
    sha256 = saved(store, path)
    assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    again = FaissStore.open(path, factory, sha256, store.gone)
    assert sorted(again.ids.tolist()) == sorted(store.ids.tolist())
    assert found(again, vectors[9]) == found(store, vectors[9])
    again.add(np.array([3, 1000]), rows(2, seed=9))
    assert len(again) == 301


def test_an_empty_store_finds_nothing(tmp_path: Path) -> None:
    store = FaissStore.empty(16)
    assert store.search(rows(2), 10) == [[], []]
    assert store.ids.tolist() == []
    assert store.remove(np.array([1])) == 0
    store.add(np.zeros(0, np.int64), np.zeros((0, 16), np.float32))
    sha256 = saved(store, tmp_path / "empty")
    assert len(FaissStore.open(tmp_path / "empty", DEFAULT_FACTORY, sha256)) == 0


def test_no_query_gives_no_row_and_nan_finds_nothing() -> None:
    store, _ = filled(DEFAULT_FACTORY)
    assert store.search(np.zeros((0, 16), np.float32), 5) == []
    assert store.search(np.full((1, 16), np.nan, np.float32), 5) == [[]]


def test_an_ivf_is_exact_until_it_can_be_trained() -> None:
    store = FaissStore.empty(16, "IVF4,Flat")
    vectors = rows(400)
    for at in range(0, 400, 50):
        store.add(numbered(50, at + 1), vectors[at : at + 50])
        assert found(store, vectors[at], 1) == [at + 1]
    assert len(store) == 400


def test_a_wrong_shape_is_misuse() -> None:
    with pytest.raises(ValueError, match="16"):
        FaissStore.empty(16).add(numbered(2), rows(2, 8))


def test_an_unknown_factory_names_a_known_one() -> None:
    with pytest.raises(BadSetting, match="Flatt") as caught:
        FaissStore.empty(16, "Flatt")
    assert DEFAULT_FACTORY in caught.value.hint


@pytest.mark.parametrize(
    "damage", ["missing", "truncated", "garbage", "flipped", "longer", "empty"]
)
def test_a_damaged_file_is_refused(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    sha256 = saved(filled(DEFAULT_FACTORY)[0], path)
    whole = path.read_bytes()
    middle = len(whole) // 2
    damaged = {
        "truncated": whole[:middle],
        "garbage": b"not an index" * 100,
        "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "longer": whole + b"x",
        "empty": b"",
    }
    path.unlink() if damage == "missing" else path.write_bytes(damaged[damage])
    with pytest.raises(IndexCorrupt) as caught:
        FaissStore.open(path, DEFAULT_FACTORY, sha256)
    assert "wenju rebuild" in caught.value.hint
