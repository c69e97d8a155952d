import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import parsing, taking, worker
from corpus.errors import InputError, NotFound
from corpus.ingest import ingest, resplit
from corpus.ledger import Ledger
from corpus.report import Report
from corpus.types import Article, Document, Filters, Passage

SENTENCE = "门诊从早上八点开到晚上九点，第{}天来了{}个病人。"


def body(number: int) -> str:
    lines = "".join(SENTENCE.format(day, number) for day in range(6))
    return f"第{number}号门诊开了\n\n{lines}\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "home" / "ledger.sqlite") as ledger:
        yield ledger


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "文章"
    for number in range(3):
        write(folder, f"{number}.txt", body(number))
    write(folder, "深/处.md", "---\ntitle: 深处\ndate: 2023-06\n---\n" + body(3))
    return folder


def counted(report: Report) -> dict[str, int]:
    names = ("added", "updated", "unchanged", "duplicates", "removed", "skipped")
    return {name: count for name in names if (count := getattr(report, name))} | (
        {"failed": len(report.failed)} if report.failed else {}
    )


def test_a_folder_is_taken_in_once(folder: Path, ledger: Ledger) -> None:
    report = ingest([folder], ledger)
    assert counted(report) == {"added": 4}
    assert report.passages == ledger.counts().passages >= 4
    assert [row.title for row in ledger.articles()][-1] == "深处"
    assert counted(ingest([folder], ledger)) == {"unchanged": 4}
    assert counted(ingest([folder, folder / "0.txt"], ledger)) == {"unchanged": 4}


def test_an_unchanged_file_is_not_parsed(
    folder: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([folder], ledger)
    monkeypatch.setattr(parsing, "take", None)  # calling it would be a TypeError
    (folder / "0.txt").touch()  # the time says nothing, the bytes do
    assert counted(ingest([folder], ledger)) == {"unchanged": 4}


def test_a_changed_file_is_updated_and_keeps_its_id(folder: Path, ledger: Ledger) -> None:
    ingest([folder], ledger)
    before = {row.path: row.id for row in ledger.articles()}
    write(folder, "1.txt", body(1) + "\n又过了一天，门诊搬到了三楼。\n")
    assert counted(ingest([folder], ledger)) == {"updated": 1, "unchanged": 3}
    assert {row.path: row.id for row in ledger.articles()} == before
    path = str(folder / "1.txt")
    assert "搬到了三楼" in ledger.article(before[path]).text
    assert len(ledger.removed()) > 0


def test_what_vanished_goes_only_when_asked_and_only_there(folder: Path, ledger: Ledger) -> None:
    elsewhere = write(folder.parent / "别处", "a.txt", body(9))
    ingest([folder, elsewhere], ledger)
    (folder / "1.txt").unlink()
    (folder / "深" / "处.md").unlink()
    elsewhere.unlink()
    assert counted(ingest([folder], ledger)) == {"unchanged": 2}
    assert counted(ingest([folder], ledger, prune=True)) == {"unchanged": 2, "removed": 2}
    assert str(elsewhere) in ledger.paths()
    assert counted(ingest([elsewhere], ledger, prune=True)) == {"removed": 1}
    with pytest.raises(NotFound):
        ingest([elsewhere], ledger, prune=True)


def test_a_folder_may_be_pruned_to_nothing_but_not_by_mistake(folder: Path, ledger: Ledger) -> None:
    ingest([folder], ledger)
    for path in folder.rglob("*.*"):
        path.unlink()
    with pytest.raises(InputError):
        ingest([folder], ledger)
    assert counted(ingest([folder], ledger, prune=True)) == {"removed": 4}
    with pytest.raises(InputError):
        ingest([folder], ledger, prune=True)


def test_a_duplicate_is_told_and_steps_in_when_the_first_is_gone(
    folder: Path, ledger: Ledger
) -> None:
    write(folder, "副本.txt", body(0))
    report = ingest([folder], ledger)
    assert counted(report) == {"added": 4, "duplicates": 1}
    (warning,) = report.warnings
    assert "副本.txt" in warning
    assert "0.txt" in warning
    (id,) = [row.id for row in ledger.articles() if row.path.endswith("/0.txt")]
    (folder / "0.txt").unlink()
    assert counted(ingest([folder], ledger, prune=True)) == {"updated": 1, "unchanged": 3}
    assert ledger.article(id).path.endswith("副本.txt")


def test_a_renamed_file_keeps_its_ids_and_passages(folder: Path, ledger: Ledger) -> None:
    ingest([folder], ledger)
    ids = [row.id for row in ledger.articles()]
    passages = ledger.filtered(Filters())
    (folder / "2.txt").rename(folder / "新名.txt")
    assert counted(ingest([folder], ledger)) == {"updated": 1, "unchanged": 3}
    assert sorted(row.id for row in ledger.articles()) == sorted(ids)
    assert ledger.filtered(Filters()) == passages
    assert ledger.removed() == []


def test_two_files_may_swap_what_they_hold(folder: Path, ledger: Ledger) -> None:
    ingest([folder], ledger)
    write(folder, "0.txt", body(1))
    write(folder, "1.txt", body(0))
    assert counted(ingest([folder], ledger)) == {"updated": 2, "unchanged": 2}
    rows = {Path(row.path).name: row.title for row in ledger.articles()}
    assert (rows["0.txt"], rows["1.txt"]) == ("第1号门诊开了", "第0号门诊开了")


def test_a_file_that_becomes_a_duplicate_lets_go_of_its_own(folder: Path, ledger: Ledger) -> None:
    ingest([folder], ledger)
    write(folder, "1.txt", body(0))
    assert counted(ingest([folder], ledger)) == {"duplicates": 1, "unchanged": 3}
    assert not [row for row in ledger.articles() if row.path.endswith("/1.txt")]


def test_one_bad_file_never_stops_the_run(folder: Path, ledger: Ledger) -> None:
    (folder / "a.txt").write_bytes(bytes(range(256)) * 9)
    write(folder, "b.txt", "")
    write(folder, "c.md", "---\ntitle: [x\n---\n正文")
    with (folder / "d.txt").open("wb") as file:
        file.truncate(200_000_000)
    report = ingest([folder], ledger)
    assert counted(report) == {"added": 4, "failed": 4}
    assert [Path(failure.path).name for failure in report.failed] == [
        "a.txt",
        "b.txt",
        "c.md",
        "d.txt",
    ]
    assert all(failure.reason and failure.hint for failure in report.failed)


def test_a_parser_that_stumbles_costs_one_line(
    folder: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = worker.cut

    def stumble(document: Document) -> tuple[list[Article], list[list[Passage]]]:
        if document.path.endswith("/1.txt"):
            raise RecursionError("too deep")
        return real(document)

    monkeypatch.setattr(worker, "cut", stumble)
    report = ingest([folder], ledger)
    assert counted(report) == {"added": 3, "failed": 1}
    assert "RecursionError" in report.failed[0].reason


def test_a_file_that_turns_bad_keeps_what_was_read_before(folder: Path, ledger: Ledger) -> None:
    ingest([folder], ledger)
    (folder / "0.txt").write_bytes(bytes(range(256)) * 9)
    report = ingest([folder], ledger, prune=True)
    assert counted(report) == {"unchanged": 3, "failed": 1}
    assert "is kept" in report.warnings[-1]
    assert len(ledger.articles()) == 4


def test_what_is_not_read_is_passed_over(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    outside = write(tmp_path / "外", "x.txt", body(8))
    write(folder, ".hidden.txt", body(5))
    write(folder, ".git/a.txt", body(6))
    write(folder, "table.xyz", "1")
    (folder / "link.txt").symlink_to(outside)
    (folder / "link").symlink_to(outside.parent)
    (folder / "inside.txt").symlink_to(folder / "0.txt")
    (folder / "round").symlink_to(folder)
    (folder / "broken.txt").symlink_to(tmp_path / "none")
    report = ingest([folder], ledger)
    assert counted(report) == {"added": 4, "skipped": 1}
    told = [line for line in report.warnings if "not followed" in line]
    assert [line.split(":")[0].rsplit("/", 1)[1] for line in told] == [
        "broken.txt",
        "link",
        "link.txt",
    ]


def test_a_folder_without_articles_says_what_is_read(tmp_path: Path, ledger: Ledger) -> None:
    write(tmp_path / "空", "a.xyz", "x")
    with pytest.raises(InputError, match="no article") as caught:
        ingest([tmp_path / "空"], ledger)
    assert "空" in str(caught.value)
    assert "1 files" in str(caught.value)
    assert ".txt" in caught.value.hint
    with pytest.raises(NotFound, match="none"):
        ingest([tmp_path / "none", tmp_path / "空"], ledger)


def test_a_named_file_of_another_kind_is_a_failure(tmp_path: Path, ledger: Ledger) -> None:
    path = write(tmp_path, "a.xyz", "x")
    report = ingest([path], ledger)
    assert counted(report) == {"failed": 1}
    assert ".txt" in report.failed[0].hint


def test_a_removed_article_comes_back_only_by_name(folder: Path, ledger: Ledger) -> None:
    ingest([folder], ledger)
    (row,) = [row for row in ledger.articles() if row.path.endswith("/0.txt")]
    ledger.remove([row.id])
    assert counted(ingest([folder], ledger)) == {"unchanged": 4}
    assert len(ledger.articles()) == 3
    assert counted(ingest([folder / "0.txt"], ledger)) == {"updated": 1}
    assert row.id in [row.id for row in ledger.articles()]


def test_another_version_of_the_splitter_splits_again(
    folder: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([folder], ledger)
    ids = [row.id for row in ledger.articles()]
    for path in folder.rglob("*.*"):
        path.unlink()  # the stored texts are enough
    assert counted(resplit(ledger)) == {"unchanged": 4}
    monkeypatch.setattr(taking, "VERSION", "next")
    assert counted(resplit(ledger)) == {"updated": 4}
    assert counted(resplit(ledger)) == {"unchanged": 4}
    assert [row.id for row in ledger.articles()] == ids


def test_progress_counts_every_file(folder: Path, ledger: Ledger) -> None:
    write(folder, "bad.txt", "")
    seen: list[tuple[int, int, str]] = []
    ingest([folder], ledger, progress=lambda *step: seen.append(step))
    done = [done for done, _, _ in seen]
    assert done == sorted(done)
    assert seen[-1][:2] == (5, 5)
    assert {total for _, total, _ in seen} == {5}
    names = list(dict.fromkeys(Path(path).name for _, _, path in seen))
    assert names == ["0.txt", "1.txt", "2.txt", "bad.txt", "处.md"]


def test_names_that_are_no_unicode_are_kept_apart(tmp_path: Path, ledger: Ledger) -> None:
    folder = tmp_path / "names"
    folder.mkdir()
    for number, name in enumerate((b"\xc4\xe3.txt", b"\xc4\xe4.txt")):
        path = Path(str(folder)) / name.decode("utf-8", "surrogateescape")
        path.write_text(body(number), encoding="utf-8")
    assert counted(ingest([folder], ledger)) == {"added": 2}
    assert counted(ingest([folder], ledger, prune=True)) == {"unchanged": 2}
    assert [path.rsplit("/", 1)[1] for path in ledger.paths()] == [r"\xc4\xe3.txt", r"\xc4\xe4.txt"]


PROGRAM = """
import sys
from pathlib import Path
from corpus import ingest as module, taking
from corpus.ledger import Ledger, write_lock
taking.BATCH_FILES = 7
home = Path(sys.argv[2])
with write_lock(home), Ledger(home / "ledger.sqlite") as ledger:
    module.ingest([Path(sys.argv[1])], ledger, progress=lambda *step: print(*step[:1], flush=True))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_killed_goes_on_without_loss_or_doubles(tmp_path: Path, how: int) -> None:
    """Killed at random points, then finished: the ledger is what one run would have made."""
    folder, home = tmp_path / "many", tmp_path / "home"
    for number in range(120):
        write(folder, f"{number:03}.txt", body(number))
    chance = random.Random(how)
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder), str(home)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        for _ in range(chance.randrange(1, 60)):
            process.stdout.readline()
        time.sleep(chance.random() / 100)
        process.send_signal(how)
        process.communicate(timeout=60)
        with Ledger(home / "ledger.sqlite") as ledger:
            assert ledger.check() == []
            assert {row.articles for row in ledger.documents()} <= {1}
    with Ledger(home / "ledger.sqlite") as ledger:
        ingest([folder], ledger)
        assert counted(ingest([folder], ledger)) == {"unchanged": 120}
        killed = {(row.path, row.id, row.passages) for row in ledger.articles()}
    with Ledger(tmp_path / "other" / "ledger.sqlite") as ledger:
        ingest([folder], ledger)
        assert {(row.path, row.id, row.passages) for row in ledger.articles()} == killed


def test_a_reader_of_another_process_sees_the_last_commit(folder: Path, ledger: Ledger) -> None:
    ingest([folder], ledger)
    program = (
        "import sys; from pathlib import Path; from corpus.ledger import Ledger\n"
        "with Ledger(Path(sys.argv[1])) as ledger:\n"
        "    print(ledger.counts().articles, flush=True)\n"
        "    sys.stdin.readline()\n"
        "    print(ledger.counts().articles)"
    )
    path = folder.parent / "home" / "ledger.sqlite"
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "4\n"
    write(folder, "new.txt", body(7))
    ingest([folder], ledger)
    out, _ = process.communicate("\n", timeout=60)
    assert out == "5\n"


NAMES = st.sampled_from(["a.txt", "b.txt", "c/d.txt", "e.md"])
STEPS = st.one_of(
    st.tuples(st.just("write"), NAMES, st.integers(0, 3)),
    st.tuples(st.just("delete"), NAMES, st.just(0)),
    st.tuples(st.just("ingest"), st.just(""), st.just(0)),
)


@given(steps=st.lists(STEPS, max_size=14))
@settings(max_examples=25, deadline=None)
def test_after_a_prune_the_ledger_holds_just_what_the_files_say(
    steps: list[tuple[str, str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("law")
    folder = place / "files"
    write(folder, "always.txt", body(99))
    with Ledger(place / "ledger.sqlite") as ledger:
        for what, name, number in [*steps, ("ingest", "", 0)]:
            if what == "write":
                write(folder, name, body(number))
            elif what == "delete":
                (folder / name).unlink(missing_ok=True)
            else:
                ingest([folder], ledger, prune=True)
                files = {str(path): path.read_bytes() for path in folder.rglob("*.*")}
                held = {row.path: row.digest for row in ledger.documents()}
                digests = {path: sha256(data).hexdigest() for path, data in files.items()}
                assert set(held.values()) == set(digests.values())
                assert held.items() <= digests.items()
                assert len(set(held.values())) == len(held)
                assert ledger.counts().articles == len(held)
        assert ledger.check() == []
