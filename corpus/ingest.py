"""Take files into the ledger: read, split, cut, store.

A file whose bytes are known costs a hash. One that cannot be read costs a line in the report.
What was stored stays stored when the run is interrupted, and the next run goes on from there.
The caller holds `corpus.ledger.write_lock`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from corpus import loaders
from corpus.articles import split
from corpus.errors import (
    EmptyFile,
    InputError,
    NotFound,
    UnreadableFile,
    UnsupportedFile,
    WenjuError,
)
from corpus.ledger import Ledger
from corpus.passages import CHUNKER_VERSION, passages
from corpus.report import Failure, Report
from corpus.types import Article, Document, Passage
from corpus.walking import Found, find_files, path_key

__all__ = ["Failure", "Progress", "Report", "ingest", "resplit"]

# Called after each file with how many are done, how many there are, and the file's path.
Progress: TypeAlias = Callable[[int, int, str], None]

# Stored together, because a commit waits for the disk. An interruption loses at most this much
# work, and memory holds at most this much text beside the file that is being read.
BATCH_FILES = 500
BATCH_CHARACTERS = 4_000_000
BATCH_SECONDS = 2.0

VERSION = str(CHUNKER_VERSION)


def ingest(
    paths: Iterable[Path],
    ledger: Ledger,
    *,
    prune: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Take in files and folders, and with `prune` forget what vanished under them.

    An article that was removed by its id comes back only when its file is named itself.

    Raises:
        NotFound: a path does not exist (with `prune`, and was not ingested either).
        UnsupportedFile: there is no file to read under the paths.
        StoreError: the ledger cannot be written; what was stored before stays.
    """
    began = time.monotonic()
    found = find_files(paths, loaders.suffixes(), gone_is_fine=prune)
    vanished = _vanished(found, ledger) if prune else []
    _check_found(found, vanished)
    run = _Run(ledger)
    for folder, reason in found.closed:
        run.fail(
            path_key(folder), UnreadableFile(f"The folder cannot be opened: {reason}.", hint="")
        )
    run.warnings += [
        f"{path_key(link)}: a link out of the folder, not followed." for link in found.links
    ]
    for done, file in enumerate(found.files, start=1):
        run.take(file, named=file in found.named)
        if progress:
            progress(done, len(found.files), path_key(file))
    run.store()
    with ledger.transaction():
        for path in vanished:
            # Not one that was found again under another name meanwhile.
            run.tally["removed"] += ledger.digest_of(path) is not None
            ledger.remove_document(path)
    return run.report(found.skipped, time.monotonic() - began)


def resplit(ledger: Ledger, progress: Progress | None = None) -> Report:
    """Split again, from the stored texts, what an earlier version of the code has split."""
    began = time.monotonic()
    run = _Run(ledger)
    every = ledger.paths()
    for done, path in enumerate(every, start=1):
        run.split_again(path)
        if progress:
            progress(done, len(every), path)
    run.store()
    return run.report(0, time.monotonic() - began)


def _vanished(found: Found, ledger: Ledger) -> list[str]:
    """Return the known files under what was given that are no longer there."""
    present = {path_key(file) for file in found.files}
    roots = [path_key(root) for root in found.roots]
    closed = [path_key(folder) for folder, _ in found.closed]
    return [
        path
        for path in ledger.paths()
        if path not in present and _is_under(path, roots) and not _is_under(path, closed)
    ]


def _is_under(path: str, folders: Sequence[str]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)


def _check_found(found: Found, vanished: Sequence[str]) -> None:
    """Refuse paths that mean nothing at all."""
    for root in found.gone:
        if not any(_is_under(path, [path_key(root)]) for path in vanished):
            raise NotFound(f"There is no file or folder {root}.", hint="Check the path.")
    if not found.files and not vanished and not found.closed:
        names = ", ".join(root.name or str(root) for root in found.roots) or "Nothing"
        others = f" ({found.skipped} files of other kinds)" if found.skipped else ""
        raise UnsupportedFile(
            f"There is no article to read in {names}{others}.",
            hint=f"We read files that end in {', '.join(sorted(loaders.suffixes()))}.",
        )


@dataclass(frozen=True, slots=True)
class _Ready:
    """A file that was read and waits to be stored."""

    document: Document
    digest: str
    articles: list[Article]
    passages: list[list[Passage]]
    outcome: str
    restore: bool = False


class _Run:
    """One run: what is ready to be stored, and the tally."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.tally: Counter[str] = Counter()
        self.failed: list[Failure] = []
        self.warnings: list[str] = []
        self._ready: dict[str, _Ready] = {}  # by digest
        self._characters = 0
        self._stored_at = time.monotonic()

    def take(self, file: Path, *, named: bool) -> None:
        """Read one file, unless it is known as it is, and store it with its batch."""
        path = path_key(file)
        try:
            data = loaders.read(file)
            digest = sha256(data).hexdigest()
            state = self.ledger.state_of(path)
            restore = named and self.ledger.withdrawn(path) > 0
            if state == (digest, VERSION) and not restore:
                self.tally["unchanged"] += 1
            elif (state is None or state[0] != digest) and self._stands_elsewhere(path, digest):
                return
            else:
                outcome = "added" if state is None else "updated"
                self._prepare(_parsed(data, path), digest, outcome, restore=restore)
        except InputError as error:
            self.fail(path, error)

    def split_again(self, path: str) -> None:
        """Split a stored document again if another version of the code has split it."""
        digest, version = self.ledger.state_of(path) or ("", "")
        document = self.ledger.document(path)
        if version == VERSION or not document.text:
            self.tally["unchanged"] += 1
            return
        try:
            self._prepare(document, digest, "updated")
        except InputError as error:
            self.fail(path, error)

    def _stands_elsewhere(self, path: str, digest: str) -> bool:
        """Deal with content that another file has: a duplicate, or the same file moved."""
        if digest in self._ready:
            self.store()
        holder = self.ledger.path_of(digest)
        if holder is None:
            return False
        now = _digest_now(holder)
        if now is None and self.ledger.state_of(path) is None:
            self.ledger.move(holder, path)
            self.tally["updated"] += 1
            return True
        if now != digest:  # it has changed since, and is or will be read again
            return False
        self.ledger.remove_document(path)
        self.tally["duplicates"] += 1
        self.warnings.append(f"{path}: has the same content as {holder} and is not stored twice.")
        return True

    def _prepare(
        self, document: Document, digest: str, outcome: str, *, restore: bool = False
    ) -> None:
        articles, cut = _cut(document)
        self._ready[digest] = _Ready(document, digest, articles, cut, outcome, restore)
        self._characters += len(document.text)
        if (
            len(self._ready) >= BATCH_FILES
            or self._characters >= BATCH_CHARACTERS
            or time.monotonic() - self._stored_at >= BATCH_SECONDS
        ):
            self.store()

    def store(self) -> None:
        """Store what is ready, in one transaction."""
        with self.ledger.transaction():
            for ready in self._ready.values():
                self.ledger.put(
                    ready.document,
                    ready.digest,
                    ready.articles,
                    ready.passages,
                    version=VERSION,
                    restore=ready.restore,
                )
        for ready in self._ready.values():
            self.tally[ready.outcome] += 1
            self.tally["passages"] += sum(map(len, ready.passages))
            self.warnings += [f"{ready.document.path}: {w}" for w in ready.document.warnings]
        self._ready.clear()
        self._characters = 0
        self._stored_at = time.monotonic()

    def fail(self, path: str, error: WenjuError) -> None:
        """Note a file that could not be taken in."""
        self.failed.append(Failure(path, str(error), error.hint))
        if self.ledger.state_of(path):
            self.warnings.append(f"{path}: what was read from it before is kept.")

    def report(self, skipped: int, seconds: float) -> Report:
        """Return the tally."""
        return Report(
            added=self.tally["added"],
            updated=self.tally["updated"],
            unchanged=self.tally["unchanged"],
            duplicates=self.tally["duplicates"],
            removed=self.tally["removed"],
            skipped=skipped,
            failed=tuple(self.failed),
            warnings=tuple(self.warnings),
            passages=self.tally["passages"],
            seconds=round(seconds, 3),
        )


def _parsed(data: bytes, path: str) -> Document:
    """Parse a file; whatever a parser stumbles over is that file's failure and not the run's."""
    try:
        return loaders.parse(data, path)
    except InputError:
        raise
    except Exception as error:
        raise _stumbled(path, error) from error


def _cut(document: Document) -> tuple[list[Article], list[list[Passage]]]:
    """Split a document and cut its articles."""
    try:
        articles = split(document)
        cut = [passages(article) for article in articles]
    except Exception as error:
        raise _stumbled(document.path, error) from error
    if not articles:
        raise EmptyFile(f"{document.path} holds no article.", hint="There is no text in it.")
    return articles, cut


def _stumbled(path: str, error: Exception) -> UnreadableFile:
    return UnreadableFile(
        f"{path} could not be taken in ({type(error).__name__}: {error}).",
        hint="This is a mistake in Wenju; please report it with the file.",
    )


def _digest_now(path: str) -> str | None:
    """Return the digest that a stored file has now: None if it is gone, "" if it is unreadable."""
    try:
        return sha256(loaders.read(Path(path))).hexdigest()
    except NotFound:
        return None
    except InputError:
        return ""
