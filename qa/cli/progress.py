"""What takes long: progress bars before a person's eyes, and what is said when it is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from typer import Exit

if TYPE_CHECKING:
    from rich.progress import Progress

    from qa.collection import Indexing, Reading

__all__ = ["progress"]

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


@contextmanager
def progress(words: Mapping[str, str]) -> Iterator[tuple[Reading, Indexing]]:
    """Lend one function to call with each file read, and one with the passages indexed.

    Ctrl-C ends the command with the usual code; every step before it is stored.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    try:
        with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
            reading = bar(bars, words["reading"])

            def read(done: int, total: int, path: str) -> None:
                reading(done, total)

            yield read, bar(bars, words["indexing"])
    except KeyboardInterrupt:
        console.print(words["interrupted"], style="yellow", soft_wrap=True)
        raise Exit(INTERRUPTED) from None


def bar(bars: Progress, title: str) -> Callable[[int, int], None]:
    """Return what moves a bar that appears with its first step."""
    task = bars.add_task(title, visible=False)

    def step(done: int, total: int) -> None:
        bars.update(task, completed=done, total=total, visible=True)

    return step
