"""What can go wrong from outside, each with its own message, cure and exit code."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal import Wenju

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples" / "articles"
QUESTION = "民医工作室什么时候开诊？"
WENJU = (sys.executable, "-c", "from qa.cli import main; main()")
GOOD = "市图书馆新馆开放\n\n市图书馆新馆于2024年5月1日开放，馆内有三百个座位。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good article beside which a test puts a bad file."""
    made = tmp_path / "articles"
    made.mkdir()
    (made / "good.txt").write_text(GOOD, encoding="utf-8")
    return made


def write_sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200_000_000)


BAD_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "blank": (lambda path: path.write_bytes(b" \n\n \n"), "is empty"),
    "program": (lambda path: path.write_bytes(b"\x7fELF\x02\x01\x01\0" * 999), "a program"),
    "noise": (lambda path: path.write_bytes(random.Random(1).randbytes(9_999)), "not text"),
    "large": (write_sparse, "200 MB"),
    "broken": (lambda path: path.write_bytes(bytes(range(128, 256)) * 99), "encoding"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_one_line_of_the_report(
    wenju: Wenju, home: Path, folder: Path, kind: str
) -> None:
    make, message = BAD_FILES[kind]
    make(folder / f"{kind}.txt")
    said = wenju("ingest", str(folder), "--json", home=home)
    assert said.code == 0
    assert said.json["added"] == 1
    (failure,) = said.json["failed"]
    assert failure["path"].endswith(f"{kind}.txt")
    assert message in failure["reason"]
    assert failure["hint"]
    human = wenju("ingest", str(folder), home=home)
    assert failure["reason"] in human.out
    (hit,) = wenju("search", "新馆什么时候开放？", "--json", home=home).json
    assert "5月1日开放" in hit["text"]


@pytest.mark.parametrize("kind", BAD_FILES)
def test_nothing_but_a_bad_file_is_a_failure(
    wenju: Wenju, home: Path, folder: Path, kind: str
) -> None:
    make, _ = BAD_FILES[kind]
    make(folder / f"{kind}.txt")
    said = wenju("ingest", str(folder / f"{kind}.txt"), home=home)
    assert said.code == 2


def test_a_folder_without_articles(wenju: Wenju, home: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.xyz").write_bytes(b"1")
    said = wenju("ingest", str(tmp_path / "photos"), home=home)
    assert said.code == 2
    assert "no article to read in photos" in said.err
    assert ".txt" in said.err


def test_a_path_that_is_not_there(wenju: Wenju, home: Path, tmp_path: Path) -> None:
    said = wenju("ingest", str(tmp_path / "nowhere"), home=home)
    assert said.code == 2
    assert "There is no file or folder" in said.err


def test_an_unreadable_file(home: Path, folder: Path) -> None:
    (folder / "secret.txt").write_text(GOOD, encoding="utf-8")
    (folder / "secret.txt").chmod(0)
    command = [*WENJU, "ingest", str(folder), "--home", str(home), "--json"]
    if os.geteuid() == 0:  # who may read everything, unless that right is given up
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert report["added"] == 1
    (failure,) = report["failed"]
    assert failure["path"].endswith("secret.txt")
    assert "permission" in (failure["reason"] + failure["hint"]).lower()


@pytest.mark.parametrize("limit", [0, 20_000, 100_000, 200_000])
def test_a_full_disk_while_indexing(wenju: Wenju, home: Path, limit: int) -> None:
    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [*WENJU, "ingest", str(SAMPLES), "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=fill)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "disk" in done.stderr
    said = wenju("ingest", str(SAMPLES), "--json", home=home)
    assert said.code == 0
    assert wenju("ask", QUESTION, "--json", home=home).json["answered"]


def test_a_data_folder_that_may_not_be_written(wenju: Wenju, tmp_path: Path, folder: Path) -> None:
    (tmp_path / "file").write_text("")
    said = wenju("ingest", str(folder), home=tmp_path / "file" / "home")
    assert said.code == 3
    assert "--home" in said.err


@pytest.mark.parametrize("damage", [b"", b"not an index", b"\xff" * 100_000])
def test_a_corrupted_vector_file(wenju: Wenju, samples_copy: Path, damage: bytes) -> None:
    (path,) = samples_copy.glob("vectors-*.faiss")
    path.write_bytes(damage)
    said = wenju("ask", QUESTION, home=samples_copy)
    assert said.code == 3
    assert path.name in said.err
    assert "wenju rebuild" in said.err
    assert wenju("rebuild", home=samples_copy).code == 0
    assert wenju("ask", QUESTION, "--json", home=samples_copy).json["answered"]


def test_one_flipped_bit_of_the_vector_file(wenju: Wenju, samples_copy: Path) -> None:
    (path,) = samples_copy.glob("vectors-*.faiss")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert "wenju rebuild" in wenju("ask", QUESTION, home=samples_copy).err


def test_a_damaged_ledger(wenju: Wenju, samples_copy: Path) -> None:
    for path in samples_copy.glob("ledger.sqlite*"):
        path.unlink()
    (samples_copy / "ledger.sqlite").write_bytes(b"SQLite format 3\0" + b"\xff" * 5_000)
    said = wenju("list", home=samples_copy)
    assert said.code == 3
    assert "ledger.sqlite" in said.err


def test_an_index_of_another_model(
    wenju: Wenju, samples_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_TRUNCATE_DIM", "32")
    said = wenju("ask", QUESTION, home=samples_copy)
    assert said.code == 3
    assert "model" in said.err
    assert "wenju rebuild" in said.err
    assert wenju("rebuild", home=samples_copy).code == 0
    assert wenju("ask", QUESTION, "--json", home=samples_copy).code == 0


def test_a_model_that_is_not_there(
    wenju: Wenju, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_MODEL", "./no-such-model")
    said = wenju("ask", QUESTION, home=home)
    assert said.code == 4
    assert "./no-such-model" in said.err


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "The question is empty."),
        (" 　？", "The question is empty."),
        ("\x00\x1b\x07", "The question is empty."),
        ("开" * 100_000, "The question has 100,000 characters; at most 2,000 are read."),
    ],
)
def test_a_question_that_cannot_be_asked(
    wenju: Wenju, samples_home: Path, question: str, message: str
) -> None:
    for command in ("ask", "search"):
        said = wenju(command, question, home=samples_home)
        assert said.code == 2
        assert said.err.startswith(message)


def test_control_characters_are_not_asked_nor_echoed(wenju: Wenju, samples_home: Path) -> None:
    said = wenju("ask", "民医工作室\x1b\u202e\0什么时候开诊？", "--json", home=samples_home)
    assert said.json["answered"]
    assert "\x1b" not in said.json["question"]
    assert "\x1b" not in wenju("ask", "\x1b[31m火星\x1b[0m", home=samples_home).out


def test_control_characters_of_an_article_do_not_reach_the_screen(
    wenju: Wenju, home: Path, folder: Path
) -> None:
    (folder / "good.txt").write_text(GOOD.replace("三百", "三\x1b[2J百"), encoding="utf-8")
    wenju("ingest", str(folder), home=home)
    (row,) = wenju("list", "--json", home=home).json
    for said in (wenju("ask", "有多少座位？", home=home), wenju("show", row["id"], home=home)):
        assert "\x1b" not in said.out + said.err


def test_a_second_process_that_writes(wenju: Wenju, samples_copy: Path, folder: Path) -> None:
    hold = (
        "import sys; from pathlib import Path; from corpus.lock import write_lock\n"
        "with write_lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(samples_copy)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        for command in (("ingest", str(folder)), ("rebuild",)):
            said = wenju(*command, home=samples_copy)
            assert said.code == 3
            assert f"is being written to by process {holder.pid}" in said.err
            assert "Wait" in said.err
        assert wenju("ask", QUESTION, "--json", home=samples_copy).json["answered"]
        holder.communicate()
    assert wenju("ingest", str(folder), home=samples_copy).code == 0


def test_an_unknown_setting(wenju: Wenju, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_TRESHOLD", "0.5")
    said = wenju("list", "--json", home=home)
    assert said.code == 2
    assert said.json["error"]["type"] == "BadSetting"
    assert said.json["error"]["hint"] == "Did you mean WENJU_THRESHOLD?"
