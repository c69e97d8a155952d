"""A folder is watched as it would be ingested."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.watch import changes


def seen(folder: Path, act: Callable[[], object]) -> int:
    """Return how many files the first change names; 0 where a second brings none."""
    stop = threading.Event()
    found = changes([folder], together=200, stop=stop)
    assert next(found) == 0
    act()
    end = threading.Timer(1.0, stop.set)
    end.start()
    count = next(found, 0)
    end.cancel()
    end.join()
    return count


def test_files_that_come_change_and_go_are_noticed(tmp_path: Path) -> None:
    article = tmp_path / "文章.txt"
    assert seen(tmp_path, lambda: article.write_text("一", encoding="utf-8")) == 1
    assert seen(tmp_path, lambda: article.write_text("二", encoding="utf-8")) == 1
    assert seen(tmp_path, article.unlink) == 1


def test_what_is_not_read_is_not_noticed(tmp_path: Path) -> None:
    hidden = tmp_path / ".cache"
    hidden.mkdir()

    def act() -> None:
        (hidden / "a.txt").write_text("x", encoding="utf-8")
        (tmp_path / "a.exe").write_bytes(b"MZ")

    assert seen(tmp_path, act) == 0


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        next(changes([tmp_path / "none"]))
