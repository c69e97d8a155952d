"""One writer per data folder: `write.lock`, held while it is written to.

The lock is the operating system's and ends with its process, however that ends. Who holds it
stands beside it in `write.pid`, for the message only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import HomeLocked, StorageFull

__all__ = ["write_lock"]


@contextmanager
def write_lock(home: Path) -> Iterator[None]:
    """Hold the data folder's lock; the folder is made where there is none.

    The same process may take it again in another place only after it was released.

    Raises:
        HomeLocked: at once, when another process (or another part of this one) holds it.
        StorageFull: the folder cannot be written to.
    """
    holder = home / "write.pid"
    lock = FileLock(home / "write.lock", timeout=0)
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        holder.write_text(str(os.getpid()), encoding="ascii")
    except Timeout as error:
        raise HomeLocked(
            f"{home} is being written to by {_who(holder)}.",
            hint="Wait until it has ended, then try again.",
        ) from error
    except OSError as error:
        lock.release()
        raise StorageFull(
            f"{home} cannot be written to: {error.strerror}.",
            hint="Free some disk space, or choose a folder that you may write to, with --home.",
        ) from error
    try:
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _who(holder: Path) -> str:
    try:
        return f"process {int(holder.read_text(encoding='ascii'))}"
    except (OSError, ValueError):
        return "another process"
