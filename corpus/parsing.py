"""Parse files here or in other processes, several at once, and hand back what was made in order."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor

from corpus import loaders
from corpus.sandbox import Sandbox, Taken
from corpus.worker import take

__all__ = ["MANY", "Parser"]

# A process costs half a second to start, a text file a few milliseconds to take: from so many
# files on, text is parsed by all processors too.
MANY = 400


class Parser:
    """Parses what is risky, or much, in other processes; close it, or use it as a context."""

    def __init__(self, files: int) -> None:
        """Start nothing yet; `files` is how many there will be at most."""
        # Every processor has one, but a file alone may use all of them for text recognition.
        self.processes = os.cpu_count() or 1
        self._all_apart = files >= MANY and self.processes > 1
        self._sandbox = Sandbox()
        self._threads = ThreadPoolExecutor(self.processes, thread_name_prefix="parser")

    def __enter__(self) -> Parser:
        """Return the parser itself."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """End what is running; what is left undone by an exception is given up."""
        if kind:
            self._sandbox.abort()
        self._threads.shutdown(cancel_futures=True)
        self._sandbox.close()

    def start(self, data: bytes, path: str) -> Future[Taken]:
        """Begin to take a file; the result raises WenjuError as `corpus.worker.take` does."""
        if self._all_apart or loaders.is_risky(data, path):
            return self._threads.submit(self._sandbox.take, data, path)
        future: Future[Taken] = Future()
        try:
            future.set_result(take(data, path))
        except Exception as error:
            future.set_exception(error)
        return future
