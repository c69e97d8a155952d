"""The manifest is old or new, never between, and refuses what it was not built by."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import HomeTooNew, IndexCorrupt, IndexMismatch, StorageFull
from index.manifest import MANIFEST, Manifest, read_manifest, replacing, write_manifest
from index.types import EmbedderIdentity

MODEL = EmbedderIdentity("bundled", "abc", 256, "query: ", "passage: ")
ONE = Manifest(3, MODEL, "ledger", "IDMap2,Flat", "vectors-3.faiss", "00", "lexical-1", 7, (5, 6))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None
    write_manifest(tmp_path, ONE)
    assert read_manifest(tmp_path) == ONE
    write_manifest(tmp_path, ONE.following(4, "vectors-4.faiss", "11", 8, []))
    assert read_manifest(tmp_path) == replace(
        ONE, generation=4, vectors="vectors-4.faiss", sha256="11", passages=8, gone=()
    )
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST]


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (replace(MODEL, name="other/model"), "other/model"),
        (replace(MODEL, revision="def"), "def"),
        (replace(MODEL, dimension=384), "384"),
        (replace(MODEL, query_prompt=""), "passage: "),
    ],
)
def test_another_model_is_refused_with_the_command_to_run(
    model: EmbedderIdentity, says: str
) -> None:
    with pytest.raises(IndexMismatch, match=says) as caught:
        ONE.check(model)
    assert "wenju rebuild" in caught.value.hint


def test_another_model_by_name_may_be_gone_back_to() -> None:
    with pytest.raises(IndexMismatch) as caught:
        ONE.check(replace(MODEL, name="other/model"))
    assert "--model bundled" in caught.value.hint


@pytest.mark.parametrize("field", ["tokenizer", "chunker"])
def test_another_version_is_refused(field: str) -> None:
    older = {"tokenizer": replace(ONE, tokenizer=0), "chunker": replace(ONE, chunker=0)}[field]
    with pytest.raises(IndexMismatch, match=f"{field} version 0"):
        older.check(MODEL)


def test_what_it_was_built_by_is_taken() -> None:
    ONE.check(MODEL)
    ONE.check(MODEL, "IDMap2,Flat")
    with pytest.raises(IndexMismatch, match="HNSW32"):
        ONE.check(MODEL, "HNSW32")


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", "{}", '{"version": 1}', '{"version": "x"}', "\0\0"]
)
def test_a_damaged_manifest_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(IndexCorrupt) as caught:
        read_manifest(tmp_path)
    assert "wenju rebuild" in caught.value.hint


def test_a_newer_manifest_is_refused(tmp_path: Path) -> None:
    write_manifest(tmp_path, replace(ONE, version=99))
    with pytest.raises(HomeTooNew):
        read_manifest(tmp_path)


def test_a_file_that_fails_while_written_is_as_before(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before")
    with pytest.raises(StorageFull), replacing(path) as file:
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(KeyError), replacing(path) as file:
        file.write(b"half")
        raise KeyError
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
