"""What taking files in ends with."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Failure", "Report"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be taken in, why, and what to do."""

    path: str
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did: counts of files, but `passages` counts those stored and `seconds` time.

    `pages` counts those of the files that have pages, `doubtful` the characters on them that
    text recognition was in doubt about: they are stored as they were read.
    `duplicates` have the content of another file, `skipped` are of a kind we do not read.
    `warnings` are sentences that begin with the file's path.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    removed: int = 0
    skipped: int = 0
    failed: tuple[Failure, ...] = ()
    warnings: tuple[str, ...] = ()
    passages: int = 0
    pages: int = 0
    doubtful: int = 0
    seconds: float = 0.0
