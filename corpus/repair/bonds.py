"""Which Chinese characters stand together inside words."""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["Bonds"]

# One meeting in the same text is chance, two are a habit of this text (names, terms).
_HABIT = 2
# A newspaper page has ten thousand characters; of a whole book the beginning tells as much.
_ENOUGH = 100_000


class Bonds:
    """Say of characters whether they belong together, by a list and by the text itself."""

    def __init__(self, text: str) -> None:
        """Remember the text's beginning: a pair it has twice is a bond of its own."""
        self._text = text[:_ENOUGH]
        self._found: dict[str, bool] = {}

    def holds(self, left: str, right: str) -> bool:
        """Say whether two characters in a row are usually the inside of a word."""
        pair = left + right
        if pair not in self._found:
            self._found[pair] = pair in _known() or self._text.count(pair) >= _HABIT
        return self._found[pair]

    def opens(self, words: str) -> bool:
        """Say whether another paragraph of the text begins with the same two characters."""
        start = "\n" + words[:2]
        if start not in self._found:
            self._found[start] = self._text.count(start) >= _HABIT
        return self._found[start]

    def complete(self, words: str) -> bool:
        """Say whether the last word of a line is whole, as far as its last two characters tell."""
        last = words[-2:]
        if not _is_chinese(last[-1:]) or last[-1:] in _SINGLE:
            return True
        return len(last) == 2 and _is_chinese(last) and self.holds(*last)


# Characters that are words by themselves and may be the last of a line.
_SINGLE = (
    "的了是在和与及等为对把将以于从向到被让由并而且或也都还不就才又更最我你他她它"
    "个名次年月日人家项种位例台张件份元岁时分秒天周"
    "后前上下里中内外间过着"
)


def _is_chinese(words: str) -> bool:
    """Say whether all characters are Chinese ones."""
    return all("\u3400" <= letter <= "\u9fff" for letter in words)


@cache
def _known() -> frozenset[str]:
    """Read the pairs of the list."""
    lines = Path(__file__).with_name("bonds.txt").read_text("utf-8").splitlines()
    return frozenset(line[0] + end for line in lines if line[0] != "#" for end in line[1:])
