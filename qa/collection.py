"""What changes a collection: the same steps for the command line and for the administration page.

Each step holds the data folder's write lock by itself, and leaves the folder consistent wherever
it is stopped: what was read but not indexed yet is indexed by the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from corpus.ledger import Ledger, write_lock
from qa.opening import open_embedder

if TYPE_CHECKING:
    from corpus.ingest import Report
    from index.sync import SyncReport
    from qa.settings import Settings

__all__ = ["LEDGER", "Indexing", "Reading", "add", "rebuild", "remove"]

LEDGER = "ledger.sqlite"
Reading: TypeAlias = Callable[[int, int, str], None]
Indexing: TypeAlias = Callable[[int, int], None]


def add(
    settings: Settings,
    paths: Sequence[Path],
    *,
    prune: bool = False,
    reading: Reading | None = None,
    indexing: Indexing | None = None,
) -> tuple[Report, SyncReport]:
    """Ingest files and folders and index what is new in them.

    `reading` is called with (files done, files to do, path), `indexing` with (passages done,
    passages to do).

    Raises:
        WenjuError: what stops all of it; one bad file is a line of the report.
    """
    from corpus.ingest import ingest

    with write_lock(settings.home), Ledger(settings.home / LEDGER) as ledger:
        report = ingest(paths, ledger, prune=prune, progress=reading)
    return report, index(settings, indexing)


def remove(settings: Settings, ids: Iterable[str], indexing: Indexing | None = None) -> int:
    """Remove articles for good and return how many; raises `NotFound` for an unknown id."""
    with write_lock(settings.home), Ledger(settings.home / LEDGER) as ledger:
        removed = ledger.remove(ids)
    index(settings, indexing)
    return removed


def index(settings: Settings, progress: Indexing | None = None) -> SyncReport:
    """Bring the index to what the ledger holds."""
    from index.sync import sync

    embedder = open_embedder(settings)
    with Ledger(settings.home / LEDGER) as ledger:
        return sync(
            settings.home, ledger, embedder, factory=settings.faiss or None, progress=progress
        )


def rebuild(
    settings: Settings, reading: Reading | None = None, indexing: Indexing | None = None
) -> SyncReport:
    """Build the index anew from the ledger, with the model of the settings.

    What an earlier version of the code has split into articles is split again first.
    """
    from corpus.ingest import resplit
    from index.factory import DEFAULT_FACTORY
    from index.sync import rebuild

    embedder = open_embedder(settings)
    with Ledger(settings.home / LEDGER) as ledger:
        with write_lock(settings.home):
            resplit(ledger, reading)
        factory = settings.faiss or DEFAULT_FACTORY
        return rebuild(settings.home, ledger, embedder, factory=factory, progress=indexing)
