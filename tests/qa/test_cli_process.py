"""The command as a process: stopped, cut off, in an ascii terminal, and from nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from corpus.ledger import Ledger
from tests.bench.ingesting import generate
from tests.terminal import Wenju

WENJU = (sys.executable, "-c", "from qa.cli import main; main()")
QUESTION = "民医工作室什么时候开诊？"


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start the command with its three streams as pipes."""
    with subprocess.Popen(
        [*WENJU, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_stopped_by_ctrl_c_all_is_consistent_and_the_next_run_goes_on(
    wenju: Wenju, home: Path, tmp_path: Path
) -> None:
    articles = 1_500
    generate(tmp_path / "articles", articles)
    with started("ingest", str(tmp_path / "articles"), "--home", str(home)) as process:
        wait_for_articles(home, process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 130
    assert (out, err) == (
        "",
        "Stopped. What was done is kept; run the same command again to go on.\n",
    )
    with Ledger(home / "ledger.sqlite") as ledger:
        kept = ledger.counts().articles
        assert ledger.check() == []
    assert 0 < kept < articles
    report = wenju("ingest", str(tmp_path / "articles"), "--json", home=home).json
    assert (report["added"], report["unchanged"]) == (articles - kept, kept)
    state = wenju("status", "--json", home=home).json
    assert (state["pending"], state["index"]["passages"]) == (0, state["passages"])


def wait_for_articles(home: Path, process: subprocess.Popen[str]) -> None:
    """Return as soon as something is stored, while more is to come."""
    while process.poll() is None:
        if (home / "ledger.sqlite").exists():
            with Ledger(home / "ledger.sqlite") as ledger:
                if ledger.counts().articles:
                    return
    raise AssertionError("it ended before it was stopped")


def test_each_line_is_answered_before_the_next_is_sent(samples_home: Path) -> None:
    with started("ask", "--json", "--home", str(samples_home)) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for question in (QUESTION, "", "Where is it?"):
            process.stdin.write(question + "\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert answer["question"] == question
            assert ("error" in answer) == (not question)
        process.stdin.close()
        assert process.wait() == 0


def test_a_reader_that_has_seen_enough_is_no_error(samples_home: Path) -> None:
    with started("list", "--json", "--home", str(samples_home)) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""


@pytest.mark.parametrize("encoding", ["ascii", "gb18030", "cp1252"])
def test_a_terminal_without_our_characters(samples_home: Path, encoding: str) -> None:
    done = subprocess.run(
        [*WENJU, "ask", QUESTION, "--home", str(samples_home)],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        check=True,
    )
    assert done.stderr == b""
    assert done.stdout.decode(encoding).startswith("[1] ")
    assert ("工作室" in done.stdout.decode(encoding)) == (encoding == "gb18030")


def test_json_is_utf8_in_any_terminal(samples_home: Path) -> None:
    done = subprocess.run(
        [*WENJU, "list", "--json", "--home", str(samples_home)],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        check=True,
    )
    assert "民医工作室" in done.stdout.decode()


def test_output_that_cannot_be_written_is_told(samples_home: Path) -> None:
    for form in ((), ("--json",)):
        with Path("/dev/full").open("w") as full:
            command = [*WENJU, "list", *form, "--home", str(samples_home)]
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 71
        assert done.stderr.startswith("No space left on device\n")
        assert "Traceback" not in done.stderr
        assert "Exception ignored" not in done.stderr


def test_serve_says_where_answers_there_and_stops_when_told(samples_copy: Path) -> None:
    with started("serve", "--port", "0", "--home", str(samples_copy)) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        body = json.dumps({"question": QUESTION}).encode()
        asked = Request(f"{url}api/ask", body, {"Content-Type": "application/json"})
        with urlopen(asked) as response:
            assert json.load(response)["answered"]
        port = str(urlsplit(url).port)
        with started("serve", "--port", port, "--home", str(samples_copy)) as second:
            _, err = second.communicate()
        assert second.returncode == 2
        assert f"127.0.0.1:{port} cannot be listened on: Address already in use." in err
        assert "--port" in err
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
