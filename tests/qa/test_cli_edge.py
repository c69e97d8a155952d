"""What happened, as words, JSON and an exit code."""

from __future__ import annotations

import json

import pytest

from corpus.errors import NotFound, StorageFull
from qa.cli.edge import asked_for, fail


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["ask", "--json"], True),
        (["ask", "json"], False),
        (["ask", "--", "--json"], False),
        ([], False),
    ],
)
def test_an_option_counts_before_the_double_dash(arguments: list[str], asked: bool) -> None:
    assert asked_for("--json", arguments) is asked


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (NotFound("No such thing.", hint="Look."), 2, ["No such thing.", "Look."]),
        (StorageFull("Full."), 3, ["Full."]),
        (PermissionError(13, "Permission denied", "/etc/x"), 71, ["Permission denied: /etc/x"]),
        (RuntimeError("boom"), 70, ["RuntimeError: boom", "This is a fault in Wenju."]),
        (NotFound("No \x1b[2J thing."), 2, ["No �[2J thing."]),
    ],
)
def test_a_failure_is_told_in_words(
    capsys: pytest.CaptureFixture[str], error: Exception, code: int, words: list[str]
) -> None:
    assert fail(error, as_json=False, debug=False) == code
    said = capsys.readouterr()
    assert said.out == ""
    for line, start in zip(said.err.splitlines(), words, strict=False):
        assert line.startswith(start)
    assert "Traceback" not in said.err


def test_with_json_it_is_an_object_too(capsys: pytest.CaptureFixture[str]) -> None:
    fail(NotFound("没有。", hint="Look."), as_json=True, debug=False)
    said = capsys.readouterr()
    assert json.loads(said.out) == {
        "error": {"type": "NotFound", "message": "没有。", "hint": "Look."}
    }
    assert said.err == "没有。\nLook.\n"


def test_debug_shows_where(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise RuntimeError("boom")
    except RuntimeError as error:
        fail(error, as_json=False, debug=True)
    assert "test_cli_edge.py" in capsys.readouterr().err
