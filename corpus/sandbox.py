"""Parse files in processes of their own, so that a bad one costs itself and nothing else.

A parser may crash, hang or fill the memory; then its process is ended and a new one started for
the next file. The processes are started afresh, not forked: a fork of a process that computes
(torch, FAISS) hangs. What comes back is plain data and nothing else, see `corpus.wire`.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from base64 import b64decode
from collections.abc import Sequence
from queue import Empty, LifoQueue
from threading import Timer
from typing import IO, Any, TypeAlias

from corpus import errors
from corpus.errors import UnreadableFile, WenjuError
from corpus.wire import Taken, unpacked

__all__ = ["Sandbox"]

Answer: TypeAlias = Any  # plain: what was made, or an error's class, message and hint
File: TypeAlias = tuple[bytes, str]  # and its path

# A large text is parsed in seconds. A scanned page has 25 KB at least and takes 10 s at most.
SECONDS = 60.0
SECONDS_PER_MB = 400.0
MOST_SECONDS = 7_200.0
# A page is drawn for a reader who waits for it.
DRAWING_SECONDS = 20.0
# Text recognition on a newspaper page takes 2 GB, and reserves more than it takes.
MEMORY = 6_000_000_000


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
        (taken,) = self.take_all([(data, path)])
        if isinstance(taken, WenjuError):
            raise taken
        return taken

    def take_all(self, files: Sequence[File]) -> list[Taken | WenjuError]:
        """Take files in one go, which for small ones costs less; return them, or what is wrong.

        When their process is lost, each is tried alone: the bad one costs itself only.
        """
        size = sum(len(data) for data, _ in files)
        limit = min(MOST_SECONDS, self._seconds + SECONDS_PER_MB * size / 1e6)
        try:
            answers = self._ask(files, None, limit)
        except UnreadableFile as error:
            if len(files) == 1:
                return [error]
            return [each for file in files for each in self.take_all([file])]
        return [_error(one) or unpacked(one) for one in answers]

    def draw(self, data: bytes, path: str, page: int) -> bytes:
        """Draw a page of a file as a JPEG, as `corpus.loaders.draw`, in another process.

        Raises:
            WenjuError: what the loader says, or that it crashed, hung or took too much memory.
        """
        limit = min(DRAWING_SECONDS, self._seconds)
        (drawn,) = self._ask([(data, path)], page, limit)
        if error := _error(drawn):
            raise error
        return b64decode(drawn)

    def _ask(self, files: Sequence[File], page: int | None, limit: float) -> list[Answer]:
        """Let an idle process, or a new one, answer a request."""
        try:
            worker = self._idle.get_nowait()
        except Empty:
            worker = _Worker(self._memory)
        self._busy.add(worker)
        try:
            return worker.ask(files, page, limit)
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

    def ask(self, files: Sequence[File], page: int | None, limit: float) -> list[Answer]:
        """Hand files over and wait for what is made of them, at most `limit` seconds."""
        timer = Timer(limit, self._process.kill)
        timer.daemon = True
        timer.start()
        self.is_idle = False
        try:
            answers = self._send(files, page)
            self.is_idle = True
        except (OSError, EOFError, ValueError):
            raise self._lost(files[0][1], limit, hung=not timer.is_alive()) from None
        finally:
            timer.cancel()
        return answers

    def _send(self, files: Sequence[File], page: int | None) -> list[Answer]:
        """Send a request and return the answers. Raises EOFError or OSError as it ends."""
        requests, answers = self._pipes()
        head = {"files": [(path, len(data)) for data, path in files], "page": page}
        requests.write(json.dumps(head).encode() + b"\n")
        for data, _ in files:
            requests.write(data)
        requests.flush()
        size = struct.unpack(">Q", _exactly(answers, 8))[0]
        found: list[Answer] = json.loads(_exactly(answers, size))
        return found

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


def _error(answer: Answer) -> WenjuError | None:
    """Return the error that an answer is, if it is one."""
    if not isinstance(answer, dict):
        return None
    error: WenjuError = getattr(errors, answer["error"])(answer["message"], hint=answer["hint"])
    return error


def _exactly(stream: IO[bytes], size: int) -> bytes:
    """Read so many bytes. Raises EOFError where there are fewer."""
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
