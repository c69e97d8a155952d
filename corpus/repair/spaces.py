"""Spaces inside Chinese text, where a scanner met the end of a line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.aligned import AlignedText, Edit
from corpus.repair.bonds import Bonds
from corpus.repair.lines import BODY, HEADING, SHORT, Line, is_chinese, lines_of

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
# 在 2023 年: whoever sets figures apart on both sides does so on purpose.
_FIGURES_APART = re.compile(rf"(?<=[{_HAN}]) \d+(?:[.,]\d+)* (?=[{_HAN}])")
_PHRASE_END = re.compile(rf"[{_PUNCTUATION},;:!?()\"\s]")
# Spaces set on purpose part phrases of the same few characters: 树家风 强科风 促行风.
_LONGEST_PHRASE = 9
_LONGEST_TITLE = 40
# With a space in so many characters of running text, a line end became a space everywhere.
_ONE_SPACE_IN = 60
_SEVERAL = 3
# One figure may be at both ends of a line by chance, two are a habit.
_HABIT = 2
_ENCLOSED = re.compile(rf"[《“「『（(\"][^{_PUNCTUATION},;:!?()\"]*\Z")
# A title set with a space behind every character; two or three of them are a name.
_SPACED_OUT = re.compile(rf"(?<![{_HAN}])(?:[{_HAN}] ){{3,}}[{_HAN}](?![{_HAN}])")
_ROLE_BEFORE = re.compile(r"(?:记者|通讯员|作者|编辑|摄影|实习生)\Z")
_ROLE_BEHIND = re.compile(r"(?:记者|通讯员|作者|编辑|摄影|实习生)")


def drop_spaces(text: AlignedText) -> AlignedText:
    """Drop the spaces a scan left inside Chinese running text.

    Spaces beside Latin words, in headings and other short lines, and between parallel phrases
    stay. A paragraph with several spaces and one of them inside a word was scanned, and all the
    others go with it; elsewhere only those inside a word do.
    """
    lines = lines_of(text.text)
    habit = len(_FIGURES_APART.findall(text.text)) >= _HABIT
    bodies = [
        (line, spaces)
        for line in lines
        if line.kind == BODY and (spaces := _spaces(line, figures=not habit))
    ]
    bonds = Bonds(text.text)
    everywhere = _is_everywhere(bodies, sum(len(line.text) for line in lines))
    edits: list[Edit] = []
    for line, spaces in bodies:
        in_word = [space for space in spaces if _in_word(line.text, space, bonds)]
        scanned = everywhere or (len(spaces) > 1 and bool(in_word))
        edits += [
            (line.span.start + space.start(), line.span.start + space.end(), "")
            for space in (spaces if scanned else in_word)
            if not _on_purpose(line.text, space, bonds, scanned)
        ]
    for line in lines:
        if line.kind in (SHORT, HEADING):
            edits += _letter_spaced(line)
    return text.edit(sorted(edits)) if edits else text


def _is_everywhere(bodies: Sequence[tuple[Line, list[re.Match[str]]]], length: int) -> bool:
    """Say whether the scan put a space wherever a line ended."""
    # Spaces beside figures do not count, they may be a matter of taste: 在 2023 年.
    between = sum(
        not _beside_figure(line.text, space) for line, spaces in bodies for space in spaces
    )
    return between >= _SEVERAL and between * _ONE_SPACE_IN > length


def _letter_spaced(line: Line) -> list[Edit]:
    """Return the edits that close up a line set with a space behind every character."""
    at = line.span.start
    return [
        (at + run.start() + space, at + run.start() + space + 1, "")
        for run in _SPACED_OUT.finditer(line.text)
        for space in range(1, len(run.group()), 2)
    ]


def _spaces(line: Line, *, figures: bool) -> list[re.Match[str]]:
    """Return the spaces of a line that may be a scan's; those beside figures if asked to."""
    if (" " not in line.text and "\u3000" not in line.text) or not is_chinese(line.text):
        return []
    found = _SPACE.finditer(line.text)
    return [space for space in found if figures or not _beside_figure(line.text, space)]


def _beside_figure(words: str, space: re.Match[str]) -> bool:
    """Say whether a figure stands beside a space."""
    return words[space.start() - 1].isdigit() or words[space.end()].isdigit()


def _on_purpose(words: str, space: re.Match[str], bonds: Bonds, scanned: bool) -> bool:
    """Say whether a space parts parallel phrases or names.

    In a scanned paragraph two phrases are as long as each other by chance, and only those
    in a title or quotation count.
    """
    near = max(0, space.start() - _LONGEST_TITLE)
    if _ROLE_BEFORE.search(words, near, space.start()) or _ROLE_BEHIND.match(words, space.end()):
        return True
    if scanned and not _ENCLOSED.search(words, near, space.start()):
        return False
    left = _PHRASE_END.split(words[max(0, space.start() - 2 * _LONGEST_PHRASE) : space.start()])[-1]
    right = _PHRASE_END.split(words[space.end() : space.end() + 2 * _LONGEST_PHRASE], maxsplit=1)[0]
    if left and right and bonds.holds(left[-1], right[0]):
        return False
    return len(left) == len(right) and 2 <= len(left) <= _LONGEST_PHRASE


def _in_word(words: str, space: re.Match[str], bonds: Bonds) -> bool:
    """Say whether a space stands inside a word or before punctuation."""
    left, right = words[space.start() - 1], words[space.end()]
    if right in "，。、；：！？”’）》」』,;:!?)":
        return True
    return bonds.holds(left, right) and left.isalpha() and right.isalpha()
