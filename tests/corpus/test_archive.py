"""ZIP archives: what is in them is taken in as if it lay in a folder, bounded in every way."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pytest

from corpus import loaders
from corpus.errors import FileTooLarge, UnreadableFile
from corpus.ingest import ingest
from corpus.ledger import Ledger
from corpus.loaders import packages

TEXT = "第{}篇：城南卫生院添了新的救护车。"


def packed(files: Mapping[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return buffer.getvalue()


def held(data: bytes) -> list[str]:
    inner = loaders.unpack(data, "a.zip")
    assert inner is not None
    return [path for path, _ in inner]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


def test_files_inside_are_documents_of_their_own(tmp_path: Path, ledger: Ledger) -> None:
    archive = tmp_path / "year.zip"
    inner = packed({"三.txt": TEXT.format("三")})
    files: dict[str, bytes | str] = {
        "一.txt": TEXT.format("一"),
        "sub/二.md": TEXT.format("二"),
        "sub/inner.zip": inner,
    }
    archive.write_bytes(packed({**files, ".hidden.txt": "x", "x.exe": "MZ", "empty/": ""}))
    report = ingest([archive], ledger)
    assert (report.added, report.failed) == (3, ())
    assert [path.removeprefix(f"{archive}/") for path in ledger.paths()] == [
        "sub/inner.zip/三.txt",
        "sub/二.md",
        "一.txt",
    ]
    assert ingest([tmp_path], ledger).unchanged == 3


def test_an_archive_that_changes_changes_what_is_known(tmp_path: Path, ledger: Ledger) -> None:
    archive = tmp_path / "year.zip"
    archive.write_bytes(packed({f"{n}.txt": TEXT.format(n) for n in range(4)}))
    ingest([tmp_path], ledger)
    archive.write_bytes(packed({"0.txt": TEXT.format(0), "1.txt": TEXT.format("new")}))
    report = ingest([tmp_path], ledger, prune=True)
    assert (report.unchanged, report.updated, report.removed) == (1, 1, 2)
    archive.unlink()
    assert ingest([tmp_path], ledger, prune=True).removed == 2
    assert ledger.paths() == []


def test_a_bad_file_inside_costs_itself(tmp_path: Path, ledger: Ledger) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(packed({"a.txt": TEXT, "b.pdf": b"%PDF-1.4 x", "c.txt": b""}))
    report = ingest([archive], ledger)
    assert report.added == 1
    assert [Path(failure.path).name for failure in report.failed] == ["b.pdf", "c.txt"]


def test_the_same_text_inside_and_outside_is_stored_once(tmp_path: Path, ledger: Ledger) -> None:
    (tmp_path / "z.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.zip").write_bytes(packed({"a.txt": TEXT, "b.txt": TEXT}))
    report = ingest([tmp_path], ledger)
    assert (report.added, report.duplicates) == (1, 2)
    report = ingest([tmp_path], ledger)
    assert (report.unchanged, report.duplicates, report.added) == (1, 2, 0)


def test_names_lead_nowhere(tmp_path: Path, ledger: Ledger) -> None:
    (tmp_path / "a.zip").write_bytes(packed({"../../out.txt": TEXT, "/root.txt": TEXT + "。"}))
    ingest([tmp_path / "a.zip"], ledger)
    assert all(path.startswith(f"{tmp_path}/a.zip/") for path in ledger.paths())
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".txt") == []


def test_names_in_gbk_are_read() -> None:
    data = packed({"XXXX.txt": TEXT})
    name = "医院.txt".encode("gbk")
    assert held(data.replace(b"XXXX.txt", name)) == ["a.zip/医院.txt"]


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileTooLarge, match="unpack to"):
        held(packed({"zeros.txt": b"\0" * 50_000_000}))
    nested = packed({"a.txt": TEXT})
    for _ in range(4):
        nested = packed({"inner.zip": nested})
    with pytest.raises(FileTooLarge, match="nested"):
        held(nested)
    monkeypatch.setattr(packages, "MAX_FILES", 3)
    with pytest.raises(FileTooLarge, match="4 files"):
        held(packed({f"{n}.txt": "x" for n in range(4)}))


def test_damage_and_passwords_are_said() -> None:
    data = packed({"a.txt": TEXT * 50})
    with pytest.raises(UnreadableFile, match="damaged"):
        held(data[:-30])
    with pytest.raises(UnreadableFile, match=r"a\.txt"):
        held(data[:40] + b"\xff\xff\xff\xff" + data[44:])
    stored = packed({"a.txt": TEXT}, method=zipfile.ZIP_STORED)
    locked = bytearray(stored)
    locked[6] |= 1
    locked[stored.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableFile, match="password"):
        held(bytes(locked))
