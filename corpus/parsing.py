"""Parse files here or in other processes, several at once, and hand back what was made in order."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from corpus import loaders
from corpus.errors import WenjuError
from corpus.sandbox import Sandbox
from corpus.wire import Taken
from corpus.worker import take

__all__ = ["MANY", "Parser"]

# A process costs half a second to start, a text file a few milliseconds to take: from so many
# files on, text is parsed by all processors too.
MANY = 400
# Texts go to another process so many at a time, or as soon as they have so many bytes together:
# a message costs as much as parsing a short article does.
GROUP_FILES = 32
GROUP_BYTES = 200_000


@dataclass(slots=True)
class _Group:
    """Texts that go to another process together, and where what is made of them goes."""

    files: list[tuple[bytes, str]] = field(default_factory=list)
    futures: list[Future[Taken]] = field(default_factory=list)
    size: int = 0

    @property
    def is_full(self) -> bool:
        """Say whether it is worth a message."""
        return len(self.files) >= GROUP_FILES or self.size >= GROUP_BYTES


class Parser:
    """Parses what is risky, or much, in other processes; close it, or use it as a context."""

    def __init__(self, files: int) -> None:
        """Start nothing yet; `files` is how many there will be at most."""
        # Every processor has one, but a file alone may use all of them for text recognition.
        self._processes = os.cpu_count() or 1
        self._all_apart = files >= MANY and self._processes > 1
        self._sandbox = Sandbox()
        self._threads = ThreadPoolExecutor(self._processes, thread_name_prefix="parser")
        self._group = _Group()
        self._sent: list[Future[None]] = []

    def __enter__(self) -> Parser:
        """Return the parser itself."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """End what is running; what is left undone by an exception is given up."""
        if kind:
            self._sandbox.abort()
        self._threads.shutdown(cancel_futures=True)
        self._sandbox.close()

    @property
    def is_busy(self) -> bool:
        """Say whether every process has work now and after that."""
        self._sent = [sent for sent in self._sent if not sent.done()]
        return len(self._sent) >= 2 * self._processes

    def start(self, data: bytes, path: str) -> Future[Taken]:
        """Begin to take a file; the result raises WenjuError as `corpus.worker.take` does."""
        future: Future[Taken] = Future()
        if loaders.is_risky(data, path):
            self._send(_Group([(data, path)], [future]))
        elif self._all_apart:
            self._group.files.append((data, path))
            self._group.futures.append(future)
            self._group.size += len(data)
            if self._group.is_full:
                self._flush()
        else:
            try:
                future.set_result(take(data, path))
            except WenjuError as error:
                future.set_exception(error)
        return future

    def result(self, future: Future[Taken]) -> Taken:
        """Wait for what `start` has begun, also where it still waits for company."""
        if any(future is waiting for waiting in self._group.futures):
            self._flush()
        return future.result()

    def _flush(self) -> None:
        self._send(self._group)
        self._group = _Group()

    def _send(self, group: _Group) -> None:
        self._sent.append(self._threads.submit(self._take, group.files, group.futures))

    def _take(self, files: Sequence[tuple[bytes, str]], futures: Sequence[Future[Taken]]) -> None:
        try:
            taken = self._sandbox.take_all(files)
        except Exception as error:
            for future in futures:
                future.set_exception(error)
            raise
        for future, one in zip(futures, taken, strict=True):
            if isinstance(one, WenjuError):
                future.set_exception(one)
            else:
                future.set_result(one)
