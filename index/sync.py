"""From the ledger to the stores: the one path by which an index is built, changed and mended.

What a change does, in this order, so that it may be killed anywhere and done again:
    1. the lexical store forgets what is removed, takes in what is pending, and commits
    2. the vectors are written to a file of the next generation
    3. the manifest names that file: from here on readers see the change
    4. the ledger notes what the stores hold
Until 4 the ledger still holds the passages for pending, and adding one twice replaces it.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np

from corpus.errors import IndexCorrupt
from corpus.ledger import Ledger, write_lock
from index.factory import DEFAULT_FACTORY
from index.faiss_store import FaissStore
from index.manifest import Manifest, read_manifest, replacing, write_manifest
from index.passage_text import passage_text
from index.pinyin import terms
from index.tantivy_store import TantivyStore
from index.types import Embedder

__all__ = ["SyncReport", "rebuild", "sync"]

# So many passages, or as many as there already are, make one commit: each writes all vectors.
_COMMIT_PASSAGES = 20_000
# But no more, since their texts are held in memory together.
_MOST_PASSAGES = 200_000
# So many passages between two reports of progress; a few batches of the model.
_STEP_PASSAGES = 2_048
# Under which the ledger keeps who it is, so that a new one never meets an old one's stores.
_LEDGER_ID = "index.ledger"

Progress: TypeAlias = Callable[[int, int], None]
Pending: TypeAlias = Sequence[tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did: passages added and removed, and how many the index holds now."""

    added: int
    removed: int
    passages: int


@dataclass(slots=True)
class _Stores:
    manifest: Manifest
    vectors: FaissStore
    lexical: TantivyStore


def sync(
    home: Path,
    ledger: Ledger,
    embedder: Embedder,
    *,
    factory: str | None = None,
    progress: Progress | None = None,
) -> SyncReport:
    """Bring the stores to what the ledger holds.

    `factory` is a FAISS factory string, None for what the index was built with, or the default.
    `progress` is called with (passages done, passages to do).

    Raises:
        HomeLocked: another process is writing to the data folder.
        IndexMismatch: the index was built by another model, tokenizer, chunker or factory.
        IndexCorrupt: a file of the index is damaged.
        StorageFull: the disk is full; what was indexed before still answers.
    """
    with write_lock(home):
        manifest = read_manifest(home)
        if manifest is None or manifest.ledger != ledger.meta(_LEDGER_ID):
            return _build(home, ledger, embedder, factory or DEFAULT_FACTORY, progress)
        manifest.check(embedder.identity, factory)
        counts = ledger.counts()
        if not counts.pending and not counts.removed and manifest.passages == counts.passages:
            return SyncReport(0, 0, manifest.passages)
        report = _follow(home, ledger, embedder, _opened(home, manifest), progress)
        if report.passages == ledger.counts().passages:
            return report
        return _build(home, ledger, embedder, manifest.factory, progress)


def rebuild(
    home: Path,
    ledger: Ledger,
    embedder: Embedder,
    *,
    factory: str = DEFAULT_FACTORY,
    progress: Progress | None = None,
) -> SyncReport:
    """Build the index anew from the ledger, whatever state it is in.

    Raises:
        HomeLocked: another process is writing to the data folder.
        StorageFull: the disk is full.
    """
    with write_lock(home):
        return _build(home, ledger, embedder, factory, progress)


def _build(
    home: Path, ledger: Ledger, embedder: Embedder, factory: str, progress: Progress | None
) -> SyncReport:
    if ledger.meta(_LEDGER_ID) is None:
        ledger.set_meta(_LEDGER_ID, uuid.uuid4().hex)
    generation = _last_generation(home) + 1
    lexical = f"lexical-{generation}"
    manifest = Manifest(
        generation=generation,
        model=embedder.identity,
        ledger=ledger.meta(_LEDGER_ID) or "",
        factory=factory,
        vectors="",
        sha256="",
        lexical=lexical,
        passages=0,
    )
    vectors = FaissStore.empty(embedder.identity.dimension, factory)
    ledger.reset_indexed()
    stores = _Stores(manifest, vectors, TantivyStore(home / lexical))
    report = _follow(home, ledger, embedder, stores, progress)
    if not report.passages:
        # Nothing to hold is a state to be published too: the old index must not answer.
        _publish(home, stores)
    if report.passages != ledger.counts().passages:
        raise IndexCorrupt(
            f"The ledger has {ledger.counts().passages} passages, the index {report.passages}.",
            hint="Run `wenju status`, and report this with what it prints.",
        )
    return report


def _opened(home: Path, manifest: Manifest) -> _Stores:
    path = home / manifest.vectors
    gone = np.asarray(manifest.gone, np.int64)
    vectors = FaissStore.open(path, manifest.factory, manifest.sha256, gone)
    return _Stores(manifest, vectors, TantivyStore.opened(home / manifest.lexical))


def _follow(
    home: Path, ledger: Ledger, embedder: Embedder, stores: _Stores, progress: Progress | None
) -> SyncReport:
    """Remove and add until the ledger has nothing more to tell."""
    total = ledger.counts().pending
    added = removed = 0
    try:
        while True:
            gone = ledger.removed()
            window = min(max(_COMMIT_PASSAGES, len(stores.vectors)), _MOST_PASSAGES)
            pending = ledger.pending(window)
            if not gone and not pending:
                return SyncReport(added, removed, len(stores.vectors))
            stores.lexical.remove(gone)
            removed += stores.vectors.remove(np.asarray(gone, np.int64))
            for start in range(0, len(pending), _STEP_PASSAGES):
                part = pending[start : start + _STEP_PASSAGES]
                _take_in(stores, embedder, part)
                added += len(part)
                if progress is not None:
                    progress(added, max(total, added))
            _publish(home, stores)
            ledger.mark_indexed([id for id, _, _ in pending], gone)
    finally:
        stores.lexical.close()


def _take_in(stores: _Stores, embedder: Embedder, part: Pending) -> None:
    texts = [passage_text(text, context) for _, text, context in part]
    ids = np.asarray([id for id, _, _ in part], np.int64)
    stores.lexical.add((id, terms(text), _of_context(context)) for id, text, context in part)
    stores.vectors.add(ids, embedder.encode_documents(texts))


@lru_cache(maxsize=1024)  # the passages of an article share it, and follow each other
def _of_context(context: str) -> list[str]:
    return terms(context)


def _publish(home: Path, stores: _Stores) -> None:
    """Make the stores as they are now what readers see."""
    stores.lexical.commit()
    generation = stores.manifest.generation + 1
    name = f"vectors-{generation}.faiss"
    with replacing(home / name) as file:
        sha256 = stores.vectors.save(file)
    stores.manifest = stores.manifest.following(
        generation, name, sha256, len(stores.vectors), stores.vectors.gone.tolist()
    )
    write_manifest(home, stores.manifest)
    _clean(home, {name, stores.manifest.lexical})


def _last_generation(home: Path) -> int:
    """Return the highest number in the folder: a new file never takes the name of an old one."""
    numbers = [
        int(path.stem.rpartition("-")[2])
        for pattern in ("vectors-*.faiss", "lexical-*")
        for path in home.glob(pattern)
        if path.stem.rpartition("-")[2].isdecimal()
    ]
    return max(numbers, default=0)


def _clean(home: Path, wanted: set[str]) -> None:
    """Delete other generations; a reader that is opening one reads the manifest anew."""
    for path in [*home.glob("vectors-*.faiss*"), *home.glob("lexical-*")]:
        if path.name in wanted:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            # Open elsewhere (Windows): it goes with the next generation.
            with suppress(OSError):
                path.unlink()
