"""BM25 scores are BM25's, and what was not committed does not exist."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import HomeLocked, IndexCorrupt
from index.tantivy_store import TantivyStore

DOCUMENTS = [
    (1, ["医院", "开诊", "开诊"], ["民医"]),
    (2, ["医院", "专家"], []),
    (3, ["学校"], ["民医", "工作室"]),
]


@pytest.fixture
def store(tmp_path: Path) -> TantivyStore:
    made = TantivyStore(tmp_path / "lexical")
    made.add(DOCUMENTS)
    made.commit()
    return made


def found(store: TantivyStore, *tokens: str, among: list[int] | None = None) -> list[int]:
    return [hit.passage for hit in store.search(tokens, 10, among)]


def test_scores_are_bm25(tmp_path: Path) -> None:
    store = TantivyStore(tmp_path / "lexical")
    store.add([(1, ["a"] * 2 + ["b"], []), (2, ["b"], []), (3, ["c"] * 4, [])])
    store.commit()
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    length = 3 / ((3 + 1 + 4) / 3)
    expected = idf * 2 * (1.2 + 1) / (2 + 1.2 * (1 - 0.75 + 0.75 * length))
    (hit,) = store.search(["a"], 10)
    assert hit.passage == 1
    assert hit.score == pytest.approx(expected, rel=1e-5)


def test_a_token_asked_twice_counts_twice(store: TantivyStore) -> None:
    once, twice = store.search(["专家"], 1)[0], store.search(["专家", "专家"], 1)[0]
    assert twice.score == pytest.approx(2 * once.score)


def test_best_first_and_by_rarity(store: TantivyStore) -> None:
    assert found(store, "医院", "专家") == [2, 1]
    assert found(store, "医院", "开诊") == [1, 2]


def test_the_context_finds_as_if_the_passage_said_it_once(tmp_path: Path) -> None:
    store = TantivyStore(tmp_path / "lexical")
    store.add([(1, ["a", "b"], []), (2, ["b"], ["a", "a"]), (3, ["a", "b"], ["a"]), (4, ["c"], [])])
    store.commit()
    scores = [hit.score for hit in store.search(["a"], 10)]
    assert len(scores) == 3
    assert len(set(scores)) == 1
    assert store.frequencies(["a"]) == [3]


def test_nothing_is_found_for_nothing(store: TantivyStore, tmp_path: Path) -> None:
    assert found(store) == []
    assert found(store, "火星") == []
    assert store.search(["医院"], 0) == []
    assert found(TantivyStore(tmp_path / "empty"), "医院") == []


def test_only_among_the_given(store: TantivyStore) -> None:
    assert found(store, "医院", among=[2, 3]) == [2]
    assert found(store, "医院", among=[]) == []
    scores = {hit.passage: hit.score for hit in store.search(["医院"], 10)}
    assert store.search(["医院"], 10, [2])[0].score == pytest.approx(scores[2])


def test_an_id_added_again_is_replaced(store: TantivyStore) -> None:
    store.add([(2, ["护士"], []), (2, ["护士"], [])])
    store.commit()
    assert found(store, "专家") == []
    assert found(store, "护士") == [2]
    assert len(store) == 3


def test_what_is_removed_is_not_found(store: TantivyStore) -> None:
    store.remove([1, 999])
    assert found(store, "开诊") == [1]
    store.commit()
    assert found(store, "开诊") == []
    assert len(store) == 2


def test_frequencies(store: TantivyStore) -> None:
    assert store.frequencies(["医院", "开诊", "火星"]) == [2, 1, 0]
    assert store.frequencies([]) == []


def test_what_was_not_committed_is_not_there_when_opened_again(tmp_path: Path) -> None:
    store = TantivyStore(tmp_path / "lexical")
    store.add(DOCUMENTS[:1])
    store.commit()
    store.add(DOCUMENTS[1:])
    store.close()
    again = TantivyStore(tmp_path / "lexical")
    assert len(again) == 1
    again.add(DOCUMENTS[1:])
    again.commit()
    assert len(again) == 3


def test_a_reader_keeps_what_it_saw_until_it_reloads(store: TantivyStore, tmp_path: Path) -> None:
    reader = TantivyStore(tmp_path / "lexical")
    store.remove([1])
    store.commit()
    assert found(reader, "开诊") == [1]
    reader.reload()
    assert found(reader, "开诊") == []


def test_a_second_writer_is_told_so(store: TantivyStore, tmp_path: Path) -> None:
    store.add([(9, ["x"], [])])
    other = TantivyStore(tmp_path / "lexical")
    with pytest.raises(HomeLocked):
        other.add([(10, ["y"], [])])
    store.commit()
    store.close()
    other.add([(10, ["y"], [])])
    other.commit()
    assert sorted(found(other, "x", "y")) == [9, 10]


@pytest.mark.parametrize("damage", ["garbage", "emptied"])
def test_a_damaged_store_is_refused(store: TantivyStore, tmp_path: Path, damage: str) -> None:
    store.close()
    for path in (tmp_path / "lexical").iterdir():
        if path.suffix in {".json", ".term", ".fast"}:
            path.write_bytes(b"\0garbage" * 10 if damage == "garbage" else b"")
    with pytest.raises(IndexCorrupt) as caught:
        TantivyStore(tmp_path / "lexical")
    assert "wenju rebuild" in caught.value.hint


def test_killed_before_the_commit_it_is_as_before(store: TantivyStore, tmp_path: Path) -> None:
    store.close()
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from index.tantivy_store import TantivyStore\n"
        "store = TantivyStore(Path(sys.argv[1])); store.remove([1]); store.add([(7, ['x'], [])])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path / "lexical")], check=False)
    assert ended.returncode == -9
    again = TantivyStore(tmp_path / "lexical")
    assert found(again, "开诊", "x") == [1]
    again.add([(7, ["x"], [])])
    again.commit()
    assert found(again, "x") == [7]
