"""Notice when files under a folder come, change or go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from corpus import loaders

if TYPE_CHECKING:
    from watchfiles import Change

__all__ = ["changes"]

# Changes that come within this time are one: a scanner writes a page in pieces, an editor saves
# twice. Milliseconds.
TOGETHER = 1_600
# How long a look for changes lasts before it is repeated, in milliseconds.
LOOK = 300


def changes(
    paths: Sequence[Path], *, together: int = TOGETHER, stop: Event | None = None
) -> Iterator[int]:
    """Yield 0 once the watch has begun, then how many files changed, each time some did.

    What changes while the caller is busy is yielded after that: between taking in what is there,
    at the 0, and the first change nothing is missed. It ends when stopped or interrupted.
    Only files that can be read count, and hidden ones never do, as when a folder is ingested.

    Raises:
        FileNotFoundError: a path does not exist.
    """
    from watchfiles import watch

    roots = [path.expanduser().resolve() for path in paths]
    suffixes = loaders.suffixes()

    def counts(_: Change, name: str) -> bool:
        path = Path(name)
        if path in roots:
            return True
        root = next((root for root in roots if path.is_relative_to(root)), path.parent)
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        return path.suffix.lower() in suffixes and not hidden

    begun = False
    for found in watch(
        *roots,
        watch_filter=counts,
        debounce=together,
        stop_event=stop,
        rust_timeout=LOOK,
        yield_on_timeout=True,
        raise_interrupt=True,
    ):
        if not begun:
            begun = True
            yield 0
        if found:
            yield len({name for _, name in found})
