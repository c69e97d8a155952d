"""Ids that survive an edit: of documents by path, of articles by title and place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

__all__ = ["Known", "document_id", "match"]

# 48 bits: among a million documents the chance of any two meeting is 0.2 %, and then salt decides.
ID_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Known:
    """An article that its document held before, in the order of the file."""

    ordinal: int
    title: str
    withdrawn: bool = False


def document_id(digest: str, path: str, taken: Callable[[str], bool]) -> str:
    """Return the id of a document seen for the first time, from the sha256 of its bytes.

    Content that was given its id before, and has moved on to another path's, is salted.
    """
    candidate = digest[:ID_LENGTH]
    salt = 0
    while taken(candidate):
        salted = f"{digest}\0{path}\0{salt}".encode("utf-8", "surrogatepass")
        candidate = sha256(salted).hexdigest()[:ID_LENGTH]
        salt += 1
    return candidate


def match(known: Sequence[Known], titles: Sequence[str]) -> list[int | None]:
    """Say which known article each title continues: its index in `known`, or None for a new one.

    Equal titles come first, in order; what is left is matched by place, because an article whose
    title was mended is still the same. A withdrawn one is only continued under its own title:
    what was removed by its id must not take a new article with it.

    >>> match([Known(1, "甲"), Known(2, "乙")], ["丙", "甲", "乙"])
    [None, 0, 1]
    """
    result: list[int | None] = [None] * len(titles)
    by_title: dict[str, list[int]] = {}
    for index in reversed(range(len(known))):
        by_title.setdefault(known[index].title, []).append(index)
    used = set()
    for place, title in enumerate(titles):
        if title and by_title.get(title):
            result[place] = by_title[title].pop()
            used.add(result[place])
    for place, title in enumerate(titles[: len(known)]):
        if result[place] is None and place not in used:
            old = known[place]
            if not old.withdrawn or old.title == title:
                result[place] = place
    return result
