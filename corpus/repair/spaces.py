"""Spaces inside Chinese text, where a scanner met the end of a line."""

from __future__ import annotations

import re

from corpus.aligned import AlignedText, Edit
from corpus.repair.bonds import Bonds
from corpus.repair.lines import BODY, Line, lines_of

__all__ = ["drop_spaces"]

_HAN = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_PUNCTUATION = r"\u3001-\u3011\uff01-\uff0f\uff1a-\uff1f“”‘’…"
# Between characters, between a character and its punctuation, behind a narrow comma.
_SPACE = re.compile(
    rf"""(?<=[{_HAN}])[ \u3000]+(?=[{_HAN}])
      | (?<=[{_HAN}{_PUNCTUATION},;:!?)"])[ \u3000]+(?=[{_HAN}{_PUNCTUATION}])
      | (?<=[{_HAN}{_PUNCTUATION}])[ \u3000]+(?=[{_HAN}{_PUNCTUATION},;:!?()"])
      | (?<=[{_HAN}])[ \u3000]+(?=\d) | (?<=\d)[ \u3000]+(?=[{_HAN}])
      | (?<=[。，、；：！？])[ \u3000]+(?=\d)""",
    re.VERBOSE,
)
_PHRASE_END = re.compile(rf"[{_PUNCTUATION},;:!?()\"\s]")
# Spaces set on purpose part phrases of the same few characters: 树家风 强科风 促行风.
_LONGEST_PHRASE = 9
# With a space in so many characters of running text, a line end became a space everywhere.
_ONE_SPACE_IN = 60
_ENCLOSED = re.compile(rf"[《“「『（(\"][^{_PUNCTUATION},;:!?()\"]*\Z")
_NAMES = re.compile(r"记者|通讯员|作者|编辑|摄影|实习生")


def drop_spaces(text: AlignedText) -> AlignedText:
    """Drop the spaces a scan left inside Chinese running text.

    Spaces beside Latin words, in headings and other short lines, and between parallel phrases
    stay. Where only a few spaces are odd, those inside a word go and the others stay.
    """
    bodies = [line for line in lines_of(text.text) if line.kind == BODY]
    found = [(line, space) for line in bodies for space in _spaces(line)]
    if not found:
        return text
    everywhere = len(found) * _ONE_SPACE_IN > sum(len(line.text) for line in bodies)
    bonds = Bonds(text.text)
    edits: list[Edit] = []
    for line, space in found:
        words, start, end = line.text, space.start(), space.end()
        if _on_purpose(words, space, everywhere):
            continue
        if everywhere or _in_word(words, start, end, bonds):
            edits.append((line.span.start + start, line.span.start + end, ""))
    return text.edit(edits) if edits else text


def _spaces(line: Line) -> list[re.Match[str]]:
    """Return the spaces of a line that may be a scan's."""
    if " " not in line.text and "\u3000" not in line.text:
        return []
    return list(_SPACE.finditer(line.text))


def _on_purpose(words: str, space: re.Match[str], everywhere: bool) -> bool:
    """Say whether a space parts parallel phrases or names.

    Where spaces are everywhere, two phrases are as long as each other by chance, and only those
    in a title or quotation count.
    """
    if everywhere and not _ENCLOSED.search(words, 0, space.start()):
        return False
    left = _PHRASE_END.split(words[max(0, space.start() - 2 * _LONGEST_PHRASE) : space.start()])[-1]
    right = _PHRASE_END.split(words[space.end() : space.end() + 2 * _LONGEST_PHRASE], maxsplit=1)[0]
    parallel = len(left) == len(right) and 2 <= len(left) <= _LONGEST_PHRASE
    return parallel or bool(_NAMES.search(left) or _NAMES.search(right))


def _in_word(words: str, start: int, end: int, bonds: Bonds) -> bool:
    """Say whether a space stands inside a word or before punctuation."""
    left, right = words[start - 1], words[end]
    if right in "，。、；：！？”’）》」』,;:!?)":
        return True
    return bonds.holds(left, right) and left.isalpha() and right.isalpha()
