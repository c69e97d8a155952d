"""Progress bars for what takes long, on standard error and only before a person's eyes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

    from qa.collection import Indexing, Reading

__all__ = ["progress"]


@contextmanager
def progress(words: Mapping[str, str]) -> Iterator[tuple[Reading, Indexing]]:
    """Lend one function to call with each file read, and one with the passages indexed."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        reading = bar(bars, words["reading"])

        def read(done: int, total: int, path: str) -> None:
            reading(done, total)

        yield read, bar(bars, words["indexing"])


def bar(bars: Progress, title: str) -> Callable[[int, int], None]:
    """Return what moves a bar that appears with its first step."""
    task = bars.add_task(title, visible=False)

    def step(done: int, total: int) -> None:
        bars.update(task, completed=done, total=total, visible=True)

    return step
