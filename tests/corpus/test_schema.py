import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import HomeTooNew, IndexCorrupt
from corpus.ledger import Ledger
from corpus.schema import migrations


def test_migrations_are_numbered_from_one_without_a_gap() -> None:
    assert [number for number, _ in migrations()] == list(range(1, len(migrations()) + 1))


def test_a_new_ledger_has_every_migration(tmp_path: Path) -> None:
    path = tmp_path / "数据" / "ledger.sqlite"
    with Ledger(path) as ledger:
        assert ledger.counts().documents == 0
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(migrations()),)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_ledger_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger(path).close()
    _run(path, f"PRAGMA user_version = {len(migrations()) + 1}")
    with pytest.raises(HomeTooNew, match="newer") as caught:
        Ledger(path)
    assert "Update" in caught.value.hint


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    _run(path, "CREATE TABLE theirs (x)")
    with pytest.raises(IndexCorrupt, match="not one of Wenju's"):
        Ledger(path)
    with sqlite3.connect(path) as connection:
        names = connection.execute("SELECT name FROM sqlite_schema").fetchall()
    connection.close()
    assert names == [("theirs",)]


def test_a_ledger_without_its_tables_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    _run(path, "PRAGMA user_version = 1")
    with pytest.raises(IndexCorrupt, match="lost its tables"):
        Ledger(path)


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """The tables of a first migration cannot be half there: it is one transaction."""
    path = tmp_path / "ledger.sqlite"
    program = (
        "import sys; from pathlib import Path; from corpus import schema\n"
        "real = schema.migrations()\n"
        "schema.migrations = lambda: [*real, (len(real) + 1, 'CREATE TABLE a (x);\\nNONSENSE;')]\n"
        "from corpus.ledger import Ledger; Ledger(Path(sys.argv[1]))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True)
    assert done.returncode == 1
    assert b"NONSENSE" in done.stderr
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)
    connection.close()
    with Ledger(path) as ledger:
        assert ledger.check() == []


def test_two_processes_may_open_a_new_home_at_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    program = (
        "import sys; from pathlib import Path; from corpus.ledger import Ledger\n"
        "sys.stdin.readline(); Ledger(Path(sys.argv[1])).set_meta(sys.argv[2], 'here')"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(path), name], stdin=subprocess.PIPE, text=True
        )
        for name in ("one", "two", "three")
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0, 0, 0]
    with Ledger(path) as ledger:
        assert [ledger.meta(name) for name in ("one", "two", "three")] == ["here"] * 3


def _run(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()
