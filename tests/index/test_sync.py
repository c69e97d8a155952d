"""The stores follow the ledger, through removal, interruption, damage and a full disk."""

from __future__ import annotations

import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.errors import HomeLocked, IndexCorrupt, IndexMismatch, StorageFull
from corpus.ledger import Ledger, write_lock
from corpus.passages import passages
from corpus.types import Article, Document
from index.manifest import read_manifest
from index.search import Index
from index.sync import SyncReport, rebuild, sync
from index.types import Embedder

HOSPITALS = ["洛阳", "衡阳", "邵阳", "株洲", "长沙", "岳阳", "常德", "益阳", "郴州", "永州"]


def put(ledger: Ledger, name: str, text: str, title: str = "") -> str:
    article = Article(name, text, title)
    file = Document(name, text, "text/plain", "utf-8")
    return ledger.put(file, str(hash(text)), [article], [passages(article)])[0]


def fill(ledger: Ledger) -> dict[str, str]:
    return {
        name: put(ledger, f"{name}.txt", f"{name}医院在二〇{place:02}年开诊。", f"{name}的医院")
        for place, name in enumerate(HOSPITALS)
    }


@pytest.fixture
def ledger(home: Path) -> Iterator[Ledger]:
    with Ledger(home / "ledger.sqlite") as opened:
        yield opened


def found(home: Path, ledger: Ledger, embedder: Embedder, query: str) -> list[str]:
    hits = Index(home, ledger, embedder).search(query, 3)
    return [row.article for row in ledger.passages(hit.passage for hit in hits).values()]


def consistent(home: Path, ledger: Ledger, embedder: Embedder) -> None:
    """Every passage finds itself, nothing else is found, and nothing is left to do."""
    index = Index(home, ledger, embedder)
    rows = [row for article in ledger.articles() for row in ledger.passages_of(article.id)]
    assert len(index) == len(rows)
    counts = ledger.counts()
    assert (counts.pending, counts.removed) == (0, 0)
    for mode in ("dense", "lexical"):
        for row in rows[:20]:
            assert row.id in {hit.passage for hit in index.search(row.text, 1000, mode=mode)}
        everything = index.search("医院在二〇年开诊", 1000, mode=mode)
        assert {hit.passage for hit in everything} <= {row.id for row in rows}


def test_an_empty_ledger_gives_an_empty_index(
    home: Path, ledger: Ledger, embedder: Embedder
) -> None:
    assert sync(home, ledger, embedder) == SyncReport(0, 0, 0)
    assert Index(home, ledger, embedder).search("医院") == []


def test_build_and_update(home: Path, ledger: Ledger, embedder: Embedder) -> None:
    ids = fill(ledger)
    told: list[tuple[int, int]] = []
    report = sync(home, ledger, embedder, progress=lambda done, all: told.append((done, all)))
    assert report == SyncReport(10, 0, 10)
    assert told[-1] == (10, 10)
    consistent(home, ledger, embedder)
    assert sync(home, ledger, embedder) == SyncReport(0, 0, 10)

    ledger.remove([ids["洛阳"]])
    put(ledger, "衡阳.txt", "衡阳医院又添了一座门诊楼。")
    put(ledger, "湘潭.txt", "湘潭医院在二〇二二年开诊。")
    assert sync(home, ledger, embedder) == SyncReport(2, 2, 10)
    consistent(home, ledger, embedder)
    assert found(home, ledger, embedder, "洛阳医院")[0] != ids["洛阳"]


def test_one_generation_of_files_is_kept(home: Path, ledger: Ledger, embedder: Embedder) -> None:
    for name in ("甲", "乙", "丙"):
        put(ledger, name, f"{name}医院开诊。")
        sync(home, ledger, embedder)
    manifest = read_manifest(home)
    assert manifest is not None
    kept = {path.name for path in home.iterdir() if path.name.startswith(("vectors", "lexical"))}
    assert kept == {manifest.vectors, manifest.lexical}


def test_a_title_helps_to_find_without_being_in_the_passage(
    home: Path, ledger: Ledger, embedder: Embedder
) -> None:
    text = "新楼在周一开诊。"
    ids = [put(ledger, name, text, f"{name}人民医院") for name in ("洛阳", "株洲", "邵阳")]
    sync(home, ledger, embedder)
    assert found(home, ledger, embedder, "株洲的医院什么时候开诊？")[0] == ids[1]


@pytest.mark.parametrize("factory", ["HNSW16", "IVF2,Flat"])
def test_another_factory_answers_and_forgets_too(
    home: Path, ledger: Ledger, embedder: Embedder, factory: str
) -> None:
    ids = fill(ledger)
    sync(home, ledger, embedder, factory=factory)
    ledger.remove([ids["洛阳"]])
    sync(home, ledger, embedder)
    manifest = read_manifest(home)
    assert manifest is not None
    assert manifest.factory == factory
    consistent(home, ledger, embedder)
    with pytest.raises(IndexMismatch):
        sync(home, ledger, embedder, factory="IDMap2,Flat")


def test_rebuild_mends_what_sync_refuses(home: Path, ledger: Ledger, embedder: Embedder) -> None:
    fill(ledger)
    sync(home, ledger, embedder)
    manifest = read_manifest(home)
    assert manifest is not None
    (home / manifest.vectors).write_bytes(b"damaged")
    put(ledger, "x", "湘潭医院。")
    with pytest.raises(IndexCorrupt):
        sync(home, ledger, embedder)
    assert rebuild(home, ledger, embedder) == SyncReport(11, 0, 11)
    consistent(home, ledger, embedder)


def test_rebuild_of_nothing_leaves_nothing(home: Path, ledger: Ledger, embedder: Embedder) -> None:
    ids = fill(ledger)
    sync(home, ledger, embedder)
    ledger.remove(ids.values())
    assert rebuild(home, ledger, embedder) == SyncReport(0, 0, 0)
    consistent(home, ledger, embedder)


def test_another_ledger_never_meets_the_stores_of_the_old(home: Path, embedder: Embedder) -> None:
    with Ledger(home / "ledger.sqlite") as ledger:
        fill(ledger)
        sync(home, ledger, embedder)
    for path in home.glob("ledger.sqlite*"):
        path.unlink()
    with Ledger(home / "ledger.sqlite") as ledger:
        put(ledger, "x", "湘潭医院。")
        assert sync(home, ledger, embedder) == SyncReport(1, 0, 1)
        consistent(home, ledger, embedder)


def test_stores_that_lost_what_the_ledger_thinks_they_hold_are_built_anew(
    home: Path, ledger: Ledger, embedder: Embedder
) -> None:
    fill(ledger)
    ledger_says = [id for id, _, _ in ledger.pending()][:3]
    sync(home, ledger, embedder)
    for path in home.glob("vectors-*"):
        path.unlink()
    (home / "manifest.json").unlink()
    ledger.mark_indexed(ledger_says)
    assert sync(home, ledger, embedder) == SyncReport(10, 0, 10)
    consistent(home, ledger, embedder)


def test_a_second_writer_is_refused(home: Path, ledger: Ledger, embedder: Embedder) -> None:
    fill(ledger)
    with write_lock(home), pytest.raises(HomeLocked):
        sync(home, ledger, embedder)
    with write_lock(home), pytest.raises(HomeLocked):
        rebuild(home, ledger, embedder)


WORK = """
import sys
from pathlib import Path
from corpus.ledger import Ledger
from index.embed import load_embedder
from index.sync import rebuild, sync
import index.sync
index.sync._COMMIT_PASSAGES, index.sync._STEP_PASSAGES = 2, 2
home = Path(sys.argv[1])
embedder = load_embedder("bundled")
with Ledger(home / "ledger.sqlite") as ledger:
    print("begins", flush=True)
    {"sync": sync, "rebuild": rebuild}[sys.argv[2]](home, ledger, embedder)
print("ended", flush=True)
"""


@pytest.mark.parametrize("seed", range(8))
def test_killed_at_any_point_the_next_start_is_consistent(
    home: Path, embedder: Embedder, seed: int
) -> None:
    chance = random.Random(seed)
    with Ledger(home / "ledger.sqlite") as ledger:
        ids = fill(ledger)
        if seed % 2:
            sync(home, ledger, embedder)
            ledger.remove([ids["洛阳"], ids["永州"]])
            put(ledger, "衡阳.txt", "衡阳医院又添了一座门诊楼。")
        work = "rebuild" if seed % 4 == 3 else "sync"
        with subprocess.Popen(
            [sys.executable, "-c", WORK, str(home), work], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begins\n"
            time.sleep(chance.random() * 0.3)
            process.send_signal(signal.SIGKILL)
        # Whatever answers in between is in the ledger.
        for hit in Index(home, ledger, embedder).search("洛阳医院", 100):
            assert hit.passage in ledger.passages([hit.passage])
        sync(home, ledger, embedder)
        consistent(home, ledger, embedder)


@pytest.mark.parametrize("limit", [2_000, 6_000, 20_000, 60_000])
def test_a_full_disk_is_told_and_the_old_index_answers(
    home: Path, ledger: Ledger, embedder: Embedder, limit: int, file_limit: Callable[[int], None]
) -> None:
    ids = fill(ledger)
    sync(home, ledger, embedder)
    for number in range(100):
        characters = map(chr, range(0x4E00 + 150 * number, 0x4E00 + 150 * (number + 1)))
        put(ledger, f"{number}.txt", "".join(characters))
    file_limit(limit)
    with pytest.raises(StorageFull) as caught:
        sync(home, ledger, embedder)
    assert caught.value.hint
    assert found(home, ledger, embedder, "株洲医院")[0] == ids["株洲"]
    file_limit(-1)
    sync(home, ledger, embedder)
    consistent(home, ledger, embedder)


@pytest.fixture
def file_limit() -> Iterator[Callable[[int], None]]:
    """Let no file grow beyond so many bytes; the system then fails as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda limit: resource.setrlimit(
        resource.RLIMIT_FSIZE, (soft if limit < 0 else limit, hard)
    )
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
