"""A server as a user starts it, over a data folder, on a free port."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["running"]


@contextmanager
def running(home: Path) -> Iterator[str]:
    """Yield the address of `wenju serve`, ready to answer, without the slash at its end."""
    command = [sys.executable, "-c", "from qa.cli import main; main()"]
    with subprocess.Popen(
        [*command, "serve", "--port", "0", "--home", str(home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1].rstrip("/")
        finally:
            process.terminate()
