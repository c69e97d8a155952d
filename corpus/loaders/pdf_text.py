"""The text layer of one page of a PDF, as pieces of lines with their place."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import hypot, pi
from typing import TYPE_CHECKING

from corpus.layout import Box, Page, TextLine
from corpus.loaders.decoding import normalise
from corpus.repair.lines import is_cjk

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

__all__ = ["page_text"]

# A page of the smallest print has 30,000 characters; what is above is a drawing or an attack.
MAX_CHARACTERS = 200_000
# In ems: the gap after which the next character opens another piece of text, the gap that is a
# space between Latin words, how far it may go back (kerning), and how far from the line it stands.
PIECE_GAP = 0.9
SPACE_GAP = 0.2
BACK = 0.5
RISE = 0.35
# Where on its line a character of any font stands, in ems from the baseline.
ASCENT = 0.88
DESCENT = 0.12

# Chromium and some scanners write 日 as the radical ⽇: the two blocks of radicals.
_RADICALS = re.compile("[\u2e80-\u2fdf]")
_HYPHENS = "\ufffe\uffff\u0002"  # what pdfium gives for a hyphen at a line's end


@dataclass(frozen=True, slots=True)
class _Mark:
    """A character, its first and last point on the baseline; y grows downwards.

    `angle` counts quarter turns to the right. pdfium makes up spaces where it sees gaps.
    """

    text: str
    start: tuple[float, float]
    end: tuple[float, float]
    size: float
    angle: int
    made_up: bool

    @property
    def left(self) -> float:
        """Return where an upright character begins."""
        return min(self.start[0], self.end[0])

    @property
    def right(self) -> float:
        """Return where an upright character ends."""
        return max(self.start[0], self.end[0])

    @property
    def baseline(self) -> float:
        """Return the line that an upright character stands on."""
        return self.start[1]


def page_text(page: PdfPage) -> Page:
    """Return a page's text in pieces that stand together on one line.

    Most of the text decides which way is up; what runs otherwise is a stamp or a signature and
    is left out. Text set downwards is turned, see `corpus.layout.turned`.
    """
    left, bottom, right, top = page.get_bbox()  # inherited boxes count here, and only here
    width, height = right - left, top - bottom
    textpage = page.get_textpage()
    try:
        marks = list(_marks(textpage, left, top))
    finally:
        textpage.close()
    angles = Counter(mark.angle for mark in marks).most_common(1)
    angle = angles[0][0] if angles else 0
    upright = [mark for mark in marks if mark.angle == angle]
    turns = angle + page.get_rotation() // 90
    for _ in range(angle):
        upright = [_turned(mark, width) for mark in upright]
        width, height = height, width
    if _runs_down(upright):
        upright = [_laid_down(mark, width) for mark in upright]
        width, height, turns = height, width, turns + 1
    return Page(width, height, tuple(_pieces(upright)), turns % 4)


def _marks(textpage: PdfTextPage, left: float, top: float) -> Iterator[_Mark]:
    """Yield the characters in the order of the file."""
    import pypdfium2.raw as raw

    x, y, matrix = ctypes.c_double(), ctypes.c_double(), raw.FS_MATRIX()
    high = ""
    for index in range(min(textpage.count_chars(), MAX_CHARACTERS)):
        text = chr(raw.FPDFText_GetUnicode(textpage, index))
        if "\ud800" <= text < "\udc00":
            high = text
            continue
        text, high = _character(high + text), ""
        if not text:
            continue
        box = textpage.get_charbox(index, loose=True)
        raw.FPDFText_GetCharOrigin(textpage, index, x, y)
        raw.FPDFText_GetMatrix(textpage, index, matrix)
        angle = round(raw.FPDFText_GetCharAngle(textpage, index) / (pi / 2)) % 4
        if angle % 2:
            start, end = (x.value - left, top - box[1]), (x.value - left, top - box[3])
        else:
            start, end = (box[0] - left, top - y.value), (box[2] - left, top - y.value)
        size = raw.FPDFText_GetFontSize(textpage, index) * hypot(matrix.c, matrix.d)
        made_up = bool(raw.FPDFText_IsGenerated(textpage, index))
        yield _Mark(text, start, end, max(size, 0.1), angle, made_up)


def _character(units: str) -> str:
    """Return a character in its ordinary form, empty for what is none."""
    text = units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if text in _HYPHENS:
        return "-"
    if _RADICALS.match(text):
        return unicodedata.normalize("NFKC", text)
    return "" if text in "\r\n" else normalise(text)[0]


def _turned(mark: _Mark, width: float) -> _Mark:
    """Return a character as it stands when the page is turned to the left by a quarter."""
    (x, y), (u, v) = mark.start, mark.end
    return replace(mark, start=(y, width - x), end=(v, width - u))


def _runs_down(marks: Sequence[_Mark]) -> bool:
    """Say whether most characters stand below the one before them."""
    steps = [pair for pair in pairwise(marks) if is_cjk(pair[0].text) and is_cjk(pair[1].text)]
    down = sum(
        abs(b.left - a.left) < RISE * a.size and 0 < b.baseline - a.baseline < 2 * a.size
        for a, b in steps
    )
    return down > len(steps) / 2


def _laid_down(mark: _Mark, width: float) -> _Mark:
    """Return a character of a line that runs down, as part of one that runs to the right."""
    baseline = width - mark.left - DESCENT * mark.size
    start, end = mark.baseline - ASCENT * mark.size, mark.baseline + DESCENT * mark.size
    return replace(mark, start=(start, baseline), end=(end, baseline))


def _pieces(marks: Sequence[_Mark]) -> Iterator[TextLine]:
    """Yield what stands together on a line."""
    piece: list[_Mark] = []
    for mark in marks:
        if mark.text.isspace() and not piece:
            continue
        if piece and not _follows(piece[-1], mark):
            yield from _line(piece)
            piece = [] if mark.text.isspace() else [mark]
        else:
            piece.append(mark)
    yield from _line(piece)


def _follows(before: _Mark, mark: _Mark) -> bool:
    """Say whether a character goes on with the piece that another one ended."""
    em = max(before.size, mark.size)
    if abs(mark.baseline - before.baseline) > RISE * em:
        return False
    return -BACK * em <= mark.left - before.right <= PIECE_GAP * em


def _line(piece: Sequence[_Mark]) -> Iterator[TextLine]:
    """Yield a piece as a line, its spaces those between words."""
    while piece and piece[-1].text.isspace():
        piece = piece[:-1]
    if not piece:
        return
    text = ""
    printed = [mark for mark in piece if not mark.text.isspace()]
    before: _Mark | None = None
    spaced = False
    for mark in piece:
        if mark.text.isspace():
            spaced = spaced or not mark.made_up
            continue
        if before:
            gap = mark.left - before.right > SPACE_GAP * before.size
            chinese = is_cjk(before.text[-1]) or is_cjk(mark.text[0])
            text += " " if spaced or (gap and not chinese) else ""
        text += mark.text
        before, spaced = mark, False
    sizes = sorted(mark.size for mark in printed)
    size, baseline = sizes[len(sizes) // 2], printed[0].baseline
    box = Box(
        printed[0].left, baseline - ASCENT * size, printed[-1].right, baseline + DESCENT * size
    )
    if box.left <= box.right:
        yield TextLine(text, box, size)
