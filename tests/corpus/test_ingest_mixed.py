"""Files of every kind together: killed at any point and run again, nothing is lost or doubled."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path

import docx

from corpus.ingest import ingest
from corpus.ledger import Ledger

INGEST = """
import sys
from pathlib import Path
from corpus.ingest import ingest
from corpus import taking
from corpus.ledger import Ledger
taking.BATCH_SECONDS = 0.05
with Ledger(Path(sys.argv[2])) as ledger:
    ingest([Path(sys.argv[1])], ledger, progress=lambda *_: print("file", flush=True))
"""


def write_files(folder: Path, count: int) -> None:
    """Write texts, tables, Word documents and archives, and a few that are none."""
    folder.mkdir()
    for n in range(count):
        text = f"第{n}号简报：本院今日接诊{n + 100}人次，较昨日增加{n % 7}人。"
        (folder / f"{n:03}.txt").write_text(text, encoding="utf-8")
        if n % 10 == 0:
            row = json.dumps({"title": f"表{n}", "text": "表中" + text}, ensure_ascii=False)
            (folder / f"{n:03}.jsonl").write_text(row, encoding="utf-8")
            with zipfile.ZipFile(folder / f"{n:03}.zip", "w") as archive:
                archive.writestr("a.txt", "包内" + text)
                archive.writestr("b.pdf", b"%PDF-1.7 broken")
        if n % 25 == 0:
            made, buffer = docx.Document(), BytesIO()
            made.add_paragraph("文档" + text)
            made.save(buffer)
            (folder / f"{n:03}.docx").write_bytes(buffer.getvalue())


def holdings(path: Path) -> dict[str, list[str]]:
    """Return the texts of every stored file by its path."""
    with Ledger(path) as ledger:
        held: dict[str, list[str]] = {known: [] for known in ledger.paths()}
        for row in ledger.articles():
            held[row.path].append(ledger.article(row.id).text)
        assert ledger.check() == []
        return held


def test_a_killed_run_is_taken_up_again(tmp_path: Path) -> None:
    folder, ledger_path = tmp_path / "files", tmp_path / "ledger.sqlite"
    write_files(folder, 60)
    for files in (3, 30):
        with subprocess.Popen(
            [sys.executable, "-c", INGEST, str(folder), str(ledger_path)], stdout=subprocess.PIPE
        ) as run:
            assert run.stdout is not None
            for _ in range(files):
                assert run.stdout.readline() == b"file\n"
            run.kill()
    with Ledger(ledger_path) as ledger:
        before = len(ledger.paths())
        report = ingest([folder], ledger)
    assert 0 < before < 60 + 6 + 6 + 3
    assert report.unchanged == before
    assert report.added == 60 + 6 + 6 + 3 - before
    assert (len(report.failed), report.duplicates) == (6, 0)
    with Ledger(tmp_path / "other.sqlite") as ledger:
        ingest([folder], ledger)
    assert holdings(ledger_path) == holdings(tmp_path / "other.sqlite")


def test_the_workers_of_a_killed_run_end_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_files(folder, 1)
    command = [sys.executable, "-c", INGEST.replace("print(", "time.sleep(60) or print(")]
    command[2] = "import time\n" + command[2]
    with subprocess.Popen([*command, str(folder), str(tmp_path / "l.sqlite")]) as run:
        workers: list[str] = []
        for _ in range(100):
            workers = children(run.pid)
            if workers:
                break
            time.sleep(0.1)
        run.kill()
    assert workers
    for _ in range(100):
        if not any(Path(f"/proc/{worker}/cmdline").exists() for worker in workers):
            return
        time.sleep(0.1)
    raise AssertionError(f"{workers} go on")


def children(process: int) -> list[str]:
    """Return the ids of the processes that another one's threads started (Linux)."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [child for task in tasks for child in task.read_text().split()]
