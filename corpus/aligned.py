"""Text that knows where each of its characters came from.

A text cut, mended and put in another order keeps, for every character, its offset in the source.
The map is kept as runs `(start in text, start in source)`: from such a position on, text and
source advance together until the next run. Most texts need a few dozen runs. What this leaves
out: anything about language; that is the business of `corpus.repair`.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.types import Span

__all__ = ["AlignedText", "Edit", "Runs", "source_offset", "source_span", "source_spans"]

Runs = tuple[tuple[int, int], ...]
Edit = tuple[int, int, str]

# Behind every offset: runs are searched by where they start in the text.
_FAR = sys.maxsize


@dataclass(frozen=True, slots=True)
class AlignedText:
    """A text and the source offset of each of its characters.

    >>> text = AlignedText.of("问 据").edit([(1, 2, "")])
    >>> text.text, text.source_offset(1)
    ('问据', 2)
    """

    text: str
    runs: Runs

    @classmethod
    def of(cls, source: str, start: int = 0, end: int | None = None) -> AlignedText:
        """Return a part of the source, unchanged; the whole of it by default."""
        text = source[start:end]
        return cls(text, ((0, start),) if text else ())

    @classmethod
    def join(cls, parts: Iterable[AlignedText]) -> AlignedText:
        """Return the parts one after the other; without any, the empty text."""
        pieces: list[str] = []
        runs: list[tuple[int, int]] = []
        length = 0
        for part in parts:
            pieces.append(part.text)
            _extend(runs, length, part.runs)
            length += len(part.text)
        return cls("".join(pieces), tuple(runs))

    def edit(self, edits: Iterable[Edit]) -> AlignedText:
        """Replace `text[start:end]` by the new text of every `(start, end, new)`.

        Edits are sorted and do not overlap; an empty new text deletes, an empty range inserts.
        A replacement of the same length maps character by character; characters of any other
        replacement map to where it came in. Raises `ValueError` where edits are out of order.
        """
        edits = list(edits)
        done = 0
        for start, end, _ in edits:
            if not done <= start <= end <= len(self.text):
                raise ValueError(f"edits overlap or are out of order at {start}..{end}")
            done = end
        if all(len(new) == end - start for start, end, new in edits):
            return AlignedText(self._overwritten(edits), self.runs)
        return self._edited(edits)

    def _overwritten(self, edits: Sequence[Edit]) -> str:
        """Return the text with edits that keep its length, and so its map."""
        pieces: list[str] = []
        done = 0
        for start, end, new in edits:
            pieces += (self.text[done:start], new)
            done = end
        return "".join(pieces) + self.text[done:]

    def _edited(self, edits: Sequence[Edit]) -> AlignedText:
        """Apply edits that may change the text's length."""
        pieces: list[str] = []
        runs: list[tuple[int, int]] = []
        done = length = 0
        for start, end, new in edits:
            length += self._keep(done, start, pieces, runs, length)
            if len(new) == end - start:
                _extend(runs, length, self._runs_of(start, end))
            else:
                origin = self._origin(start)
                for position in range(length, length + len(new)):
                    _extend(runs, position, [(0, origin)])
            pieces.append(new)
            length += len(new)
            done = end
        self._keep(done, len(self.text), pieces, runs, length)
        return AlignedText("".join(pieces), tuple(runs))

    def replace(self, pattern: re.Pattern[str], new: str) -> AlignedText:
        """Replace every match of a pattern by one and the same new text."""
        edits = [(match.start(), match.end(), new) for match in pattern.finditer(self.text)]
        return self.edit(edits) if edits else self

    def take(self, spans: Iterable[Span]) -> AlignedText:
        """Return the given parts of the text, in the order given."""
        pieces: list[str] = []
        runs: list[tuple[int, int]] = []
        length = 0
        for start, end in spans:
            length += self._keep(start, end, pieces, runs, length)
        return AlignedText("".join(pieces), tuple(runs))

    def source_offset(self, position: int) -> int:
        """Return the source offset of the character at a position."""
        return source_offset(self.runs, position)

    def source_span(self, span: Span) -> Span:
        """Return the stretch of the source that a span of the text came from."""
        return source_span(self.runs, span)

    def _keep(
        self, start: int, end: int, pieces: list[str], runs: list[tuple[int, int]], at: int
    ) -> int:
        """Copy a part of the text with its map to position `at`; return its length."""
        if start < end:
            pieces.append(self.text[start:end])
            _extend(runs, at, self._runs_of(start, end))
        return end - start

    def _runs_of(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the runs inside a range, their text starts counted from its start."""
        if start >= end:
            return []
        first = bisect_right(self.runs, (start, _FAR)) - 1
        found = [(0, self.runs[first][1] + start - self.runs[first][0])]
        # A slice of all later runs would make a long text's every edit cost its whole length.
        last = bisect_left(self.runs, (end, 0), first + 1)
        found += [
            (text_start - start, origin) for text_start, origin in self.runs[first + 1 : last]
        ]
        return found

    def _origin(self, position: int) -> int:
        """Return the source offset at a position that may be the end of the text."""
        if not self.runs:
            return 0
        if position < len(self.text):
            return self.source_offset(position)
        return self.source_offset(position - 1) + 1


def source_offset(runs: Sequence[tuple[int, int]], position: int) -> int:
    """Return the source offset of the character at a position of the text.

    Raises `ValueError` where there are no runs: a text without a map has no source.
    """
    if not runs:
        raise ValueError("a text without runs has no source")
    text_start, origin = runs[max(0, bisect_right(runs, (position, _FAR)) - 1)]
    return origin + position - text_start


def source_span(runs: Sequence[tuple[int, int]], span: Span) -> Span:
    """Return the smallest stretch of the source that holds all characters of a span.

    Where a caption was taken out of a sentence, the sentence's stretch holds the caption. An
    empty span gives the empty span where it would begin, without runs `Span(0, 0)`.
    """
    if not runs:
        return Span(0, 0)
    if not len(span):
        origin = source_offset(runs, span.start)
        return Span(origin, origin)
    spans = source_spans(runs, span)
    return Span(min(each.start for each in spans), max(each.end for each in spans))


def source_spans(runs: Sequence[tuple[int, int]], span: Span) -> list[Span]:
    """Return the stretches of the source that the characters of a span came from, in its order.

    Without runs, and for an empty span, there are none.
    """
    found = []
    for number in range(max(0, bisect_right(runs, (span.start, _FAR)) - 1), len(runs)):
        text_start, origin = runs[number]
        if text_start >= span.end:
            break
        following = runs[number + 1][0] if number + 1 < len(runs) else span.end
        begin, end = max(text_start, span.start), min(following, span.end)
        if begin < end:
            found.append(Span(origin + begin - text_start, origin + end - text_start))
    return found


def _extend(runs: list[tuple[int, int]], at: int, found: Iterable[tuple[int, int]]) -> None:
    """Add runs that begin at text position `at`, but none that only continues the last one."""
    for text_start, origin in found:
        start = at + text_start
        if not runs or origin - runs[-1][1] != start - runs[-1][0]:
            runs.append((start, origin))
