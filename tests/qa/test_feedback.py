"""Judgements are kept, exported in order, and bounded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import IndexCorrupt, StorageFull
from qa import feedback
from qa.feedback import VERDICTS, Cited, Feedback, Judgement

ONE = Judgement("up", "问？", "问？", (Cited("a1", 3, 9, "六十张病床。"),), "准")
TWO = Judgement("wrong_evidence", "Where?", "Where?")


def test_what_was_kept_is_exported_in_order(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "feedback.sqlite"
    with Feedback(path) as kept:
        assert (kept.count(), list(kept.export())) == (0, [])
        assert [kept.add(ONE), kept.add(TWO)] == [1, 2]
    with Feedback(path) as again:
        lines = [each.as_dict() for each in again.export()]
        assert [line["verdict"] for line in lines] == ["up", "wrong_evidence"]
        assert lines[0]["quotes"][0]["text"] == "六十张病床。"
        assert lines[0]["at"].endswith("+00:00")
        assert [each.question for each in again.export(["wrong_evidence"])] == ["Where?"]
        json.dumps(lines)
    assert VERDICTS == ("up", "down", "wrong_evidence")


def test_a_full_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "MOST", 1)
    with Feedback(tmp_path / "feedback.sqlite") as kept:
        kept.add(ONE)
        with pytest.raises(StorageFull, match="kept already"):
            kept.add(TWO)
        assert kept.count() == 1


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "feedback.sqlite"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(IndexCorrupt, match="cannot be opened"):
        Feedback(path)
