"""One run of an ingest: files are read, parsed, and stored in batches; the tally is kept."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from corpus import loaders
from corpus.errors import ExtraMissing, InputError, NotFound, WenjuError
from corpus.ledger import Ledger
from corpus.parsing import Parser
from corpus.passages import CHUNKER_VERSION
from corpus.report import Failure, Report
from corpus.types import Article, Document, Passage
from corpus.walking import path_key
from corpus.wire import Taken
from corpus.worker import cut

__all__ = ["VERSION", "Run"]

# Stored together, because a commit waits for the disk. An interruption loses at most this much
# work, and memory holds at most this much text beside the files that are being read.
BATCH_FILES = 500
BATCH_CHARACTERS = 4_000_000
BATCH_SECONDS = 2.0

VERSION = str(CHUNKER_VERSION)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A file that was read and waits to be stored."""

    document: Document
    digest: str
    articles: list[Article]
    passages: list[list[Passage]]
    outcome: str
    restore: bool = False


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A file that is being parsed."""

    future: Future[Taken]
    path: str
    digest: str
    outcome: str
    restore: bool


@dataclass(slots=True)
class Run:
    """What is being parsed, what is ready to be stored, and the tally."""

    ledger: Ledger
    parser: Parser
    tally: Counter[str] = field(default_factory=Counter)
    failed: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _waiting: deque[_Waiting] = field(default_factory=deque)
    _ready: dict[str, _Ready] = field(default_factory=dict)  # by digest
    _archives: dict[str, dict[str, str]] = field(default_factory=dict)  # digests of members
    # All that the ledger may know, what is gone since among it.
    _paths: set[str] = field(default_factory=set)
    _digests: set[str] = field(default_factory=set)
    _characters: int = 0
    _stored_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Note what is stored: of what is new nothing needs to be asked."""
        for path, digest in self.ledger.digests().items():
            self._paths.add(path)
            self._digests.add(digest)

    @property
    def unfinished(self) -> int:
        """Return how many files are being parsed."""
        return len(self._waiting)

    def take(self, file: Path, *, named: bool) -> None:
        """Begin with one file, unless it is known as it is; store what is ready, batch by batch."""
        path = path_key(file)
        try:
            data = loaders.read(file)
            inner = loaders.unpack(data, path)
            if inner is None:
                self._take(data, path, named=named)
            else:
                self._take_archive(path, inner, named=named)
        except InputError as error:
            self.fail(path, error)

    def _take_archive(self, path: str, inner: Iterator[tuple[str, bytes]], *, named: bool) -> None:
        """Take what an archive holds, and forget what it no longer does."""
        seen = set()
        for member, data in inner:
            seen.add(member)
            self._take(data, member, named=named)
        known = [other for other in self.ledger.paths() if other.startswith(path + "/")]
        for gone in (other for other in known if other not in seen):
            self.ledger.remove_document(gone)
            self.tally["removed"] += 1

    def _take(self, data: bytes, path: str, *, named: bool) -> None:
        digest = sha256(data).hexdigest()
        state = self.ledger.state_of(path) if path in self._paths else None
        restore = named and self.ledger.withdrawn(path) > 0
        if state == (digest, VERSION) and not restore:
            self.tally["unchanged"] += 1
        elif (state is None or state[0] != digest) and self._stands_elsewhere(path, digest):
            return
        else:
            outcome = "added" if state is None else "updated"
            self._paths.add(path)
            self._digests.add(digest)
            future = self.parser.start(data, path)
            self._waiting.append(_Waiting(future, path, digest, outcome, restore))
            self._collect_while(lambda: self.parser.is_busy)

    def collect(self) -> None:
        """Wait for all that is being parsed, and take it over."""
        self._collect_while(lambda: True)

    def _collect_while(self, wanted: Callable[[], bool]) -> None:
        """Take over what is parsed, in order; wait for what is not while that is wanted."""
        while self._waiting and (self._waiting[0].future.done() or wanted()):
            waiting = self._waiting.popleft()
            try:
                taken = self.parser.result(waiting.future)
            except (InputError, ExtraMissing) as error:
                self.fail(waiting.path, error)
            else:
                self._prepare(
                    _Ready(taken[0], waiting.digest, *taken[1:], waiting.outcome, waiting.restore)
                )

    def split_again(self, path: str) -> None:
        """Split a stored document again if another version of the code has split it."""
        digest, version = self.ledger.state_of(path) or ("", "")
        document = self.ledger.document(path) if version != VERSION else None
        if document is None or not document.text:
            self.tally["unchanged"] += 1
            return
        try:
            self._prepare(_Ready(document, digest, *cut(document), "updated"))
        except InputError as error:
            self.fail(path, error)

    def _stands_elsewhere(self, path: str, digest: str) -> bool:
        """Deal with content that another file has: a duplicate, or the same file moved."""
        if digest not in self._digests:  # neither stored nor being taken
            return False
        if any(waiting.digest == digest for waiting in self._waiting):
            self.collect()
        if digest in self._ready:
            self.store()
        holder = self.ledger.path_of(digest)
        if holder is None:
            return False
        now = self._digest_now(holder)
        if now is None and self.ledger.state_of(path) is None:
            self.ledger.move(holder, path)
            self._paths.add(path)
            self.tally["updated"] += 1
            return True
        if now != digest:  # it has changed since, and is or will be read again
            return False
        self.ledger.remove_document(path)
        self.tally["duplicates"] += 1
        self.warnings.append(f"{path}: has the same content as {holder} and is not stored twice.")
        return True

    def _digest_now(self, path: str) -> str | None:
        """Return the digest that a stored file has now: None if it is gone, "" if unreadable."""
        try:
            archive = next((p for p in Path(path).parents if p.is_file()), None)
            if archive is None:
                return sha256(loaders.read(Path(path))).hexdigest()
            if path_key(archive) not in self._archives:
                inner = loaders.unpack(loaders.read(archive), path_key(archive)) or ()
                digests = {member: sha256(data).hexdigest() for member, data in inner}
                self._archives[path_key(archive)] = digests
            return self._archives[path_key(archive)].get(path)
        except NotFound:
            return None
        except (InputError, OSError):
            return ""

    def _prepare(self, ready: _Ready) -> None:
        self._ready[ready.digest] = ready
        self._characters += len(ready.document.text)
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
            self.tally["pages"] += len(ready.document.pages)
            self.tally["doubtful"] += sum(map(len, ready.document.doubtful))
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
            pages=self.tally["pages"],
            doubtful=self.tally["doubtful"],
            seconds=round(seconds, 3),
        )
