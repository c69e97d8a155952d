"""Parse files in processes of their own, so that a bad one costs itself and nothing else.

A parser may crash, hang or fill the memory; then its process is ended and a new one started for
the next file. The processes are started afresh, not forked: a fork of a process that computes
(torch, FAISS) hangs. What comes back is unpickled as our own types and nothing else.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import subprocess
import sys
from queue import Empty, LifoQueue
from threading import Timer
from typing import IO, Any, TypeAlias

from corpus import errors
from corpus.errors import UnreadableFile
from corpus.types import Article, Document, Passage

__all__ = ["Sandbox", "Taken"]

Answer: TypeAlias = Any  # what was made, or an error's class, message and hint
Taken: TypeAlias = tuple[Document, list[Article], list[list[Passage]]]

# A large text is parsed in seconds. A scanned page has 25 KB at least and takes 10 s at most.
SECONDS = 60.0
SECONDS_PER_MB = 400.0
MOST_SECONDS = 7_200.0
# A page is drawn for a reader who waits for it.
DRAWING_SECONDS = 20.0
# Text recognition on a newspaper page takes 2 GB, and reserves more than it takes.
MEMORY = 6_000_000_000
_OURS = frozenset({"Article", "Document", "Part", "Passage", "PlacedLine", "Span"})


class Sandbox:
    """Processes that parse; any number of threads may use it. Close it, or use it as a context."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        """Start nothing yet. `seconds` are for a small file, `memory` is in bytes, per process."""
        self._seconds = seconds
        self._memory = memory
        self._idle: LifoQueue[_Worker] = LifoQueue()
        self._busy: set[_Worker] = set()

    def __enter__(self) -> Sandbox:
        """Return the sandbox itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        self.close()

    def close(self) -> None:
        """End the processes that are idle."""
        while True:
            try:
                self._idle.get_nowait().end()
            except Empty:
                return

    def abort(self) -> None:
        """End the processes that are busy; what waits for them gets an error."""
        for worker in list(self._busy):
            worker.abort()

    def take(self, data: bytes, path: str) -> Taken:
        """Parse, split and cut a file, as `corpus.worker.take`, in another process.

        Raises:
            WenjuError: what the parser says, or that it crashed, hung or took too much memory.
        """
        limit = min(MOST_SECONDS, self._seconds + SECONDS_PER_MB * len(data) / 1e6)
        document, articles, passages = self._ask(data, path, None, limit)
        return document, articles, passages

    def draw(self, data: bytes, path: str, page: int) -> bytes:
        """Draw a page of a file as a JPEG, as `corpus.loaders.draw`, in another process.

        Raises:
            WenjuError: what the loader says, or that it crashed, hung or took too much memory.
        """
        drawn: bytes = self._ask(data, path, page, min(DRAWING_SECONDS, self._seconds))
        return drawn

    def _ask(self, data: bytes, path: str, page: int | None, limit: float) -> Answer:
        """Let an idle process, or a new one, answer a request."""
        try:
            worker = self._idle.get_nowait()
        except Empty:
            worker = _Worker(self._memory)
        self._busy.add(worker)
        try:
            return worker.ask(data, path, page, limit)
        finally:
            self._busy.discard(worker)
            if worker.is_idle:
                self._idle.put(worker)
            else:
                worker.end()


class _Worker:
    """One process."""

    def __init__(self, memory: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "corpus.worker", str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # the chatter of libraries; failures come as answers
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        self.is_idle = True

    def ask(self, data: bytes, path: str, page: int | None, limit: float) -> Answer:
        """Hand a file over and wait for what is made of it, at most `limit` seconds."""
        timer = Timer(limit, self._process.kill)
        timer.daemon = True
        timer.start()
        self.is_idle = False
        try:
            answer = self._send(data, path, page)
            self.is_idle = True
        except (OSError, EOFError):
            raise self._lost(path, limit, hung=not timer.is_alive()) from None
        finally:
            timer.cancel()
        if isinstance(answer, tuple) and isinstance(answer[0], str):
            kind, message, hint = answer
            raise getattr(errors, kind)(message, hint=hint)
        return answer

    def _send(self, data: bytes, path: str, page: int | None) -> Answer:
        """Send a request and return the answer. Raises EOFError or OSError as the process ends."""
        requests, answers = self._pipes()
        head = json.dumps({"path": path, "size": len(data), "page": page}).encode() + b"\n"
        requests.write(head)
        requests.write(data)
        requests.flush()
        size = struct.unpack(">Q", _exactly(answers, 8))[0]
        answer: Answer = _Ours(io.BytesIO(_exactly(answers, size))).load()
        return answer

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process.stdin is None or self._process.stdout is None:
            raise EOFError
        return self._process.stdin, self._process.stdout

    def _lost(self, path: str, limit: float, *, hung: bool) -> UnreadableFile:
        if hung:
            return UnreadableFile(
                f"{path} was not read within {limit:.0f} s.", hint="Split it into smaller files."
            )
        code = self._process.wait()
        return UnreadableFile(
            f"{path} brought its parser down (exit code {code}).",
            hint="It is damaged or needs too much memory: open it elsewhere and save it again.",
        )

    def abort(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()

    def end(self) -> None:
        """End the process and close its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:  # what was still to be written has no reader any more
                    continue


class _Ours(pickle.Unpickler):
    """Unpickle our own types only."""

    def find_class(self, module: str, name: str) -> object:
        """Return a class of `corpus.types`. Raises UnpicklingError for anything else."""
        if module == "corpus.types" and name in _OURS:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not expected here")


def _exactly(stream: IO[bytes], size: int) -> bytes:
    """Read so many bytes. Raises EOFError where there are fewer."""
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
