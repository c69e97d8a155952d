"""The text of a picture, by RapidOCR, whose models come with its package (extra `ocr`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from math import atan2, cos, radians, sin
from statistics import median
from typing import TYPE_CHECKING, Any, TypeAlias

from corpus.errors import ExtraMissing
from corpus.layout import Box, Page, TextLine, turned
from corpus.repair.lines import is_cjk, width
from corpus.types import PlacedLine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

__all__ = ["doubts", "recognise"]

Engine: TypeAlias = Any  # rapidocr ships no types
Pixels: TypeAlias = "NDArray[np.uint8]"  # height by width by blue, green, red
Points: TypeAlias = Sequence[tuple[float, float]]

# The longer side that a page is read at. An A4 page of 10-point type is then 24 pixels high a
# line, and read no worse than at twice that size, in a third of the time.
SIDE = 2_000
# Larger prints are read at a larger size, where the lines would be lower than this: about where
# strokes begin to run together. The largest side takes 4 GB.
LOWEST_LINE = 18.0
LARGEST_SIDE = 4_500
# What is read with less confidence than this is noise: speckle, pictures, edges.
NOISE = 0.3
# A recognised box reaches over the type by an eighth of it on all sides.
REACH = 1.25
# Scans lie askew by a degree or two; beyond this the page was put in sideways.
MOST_ASKEW = radians(10)
# A line of so many characters tells its size by its width.
TELLING = 4
MOSTLY = 0.6
# How far the size by the width may be from that by the height.
SPACED = 1.4

_HALF_WHITE = "，。、；：？！”）》」』"


def recognise(image: Image) -> Page:
    """Return the lines of a page, turned upright; vertical print is turned (`layout.turned`).

    Raises:
        ExtraMissing: text recognition is not installed.
    """
    import numpy as np

    pixels = np.asarray(image.convert("RGB"))[:, :, ::-1]
    found = _read(pixels, SIDE)
    side = max(pixels.shape[:2])
    heights = [_height(points) for points, _, _ in found]
    if found and side > SIDE and median(heights) * SIDE / side < LOWEST_LINE:
        wanted = LOWEST_LINE * 1.3 / median(heights) * side
        found = _read(pixels, int(min(wanted, side, LARGEST_SIDE)))
    height, across = pixels.shape[:2]
    return _page(found, float(across), float(height))


def doubts(lines: Sequence[PlacedLine]) -> list[str]:
    """Return a warning that counts the lines read with doubt; none where there are none."""
    doubtful = [line for line in lines if line.is_doubtful]
    if not doubtful:
        return []
    characters = sum(len(line.span) for line in doubtful)
    return [f"{len(doubtful)} of {len(lines)} lines ({characters} characters) are doubtful."]


@cache
def _engine(side: int) -> Engine:
    """Load the models, for pages read at a size."""
    # rapidocr would miss onnxruntime only when it reads.
    if not all(find_spec(name) for name in ("rapidocr", "onnxruntime")):
        raise ExtraMissing(
            "Reading pictures needs text recognition, which is not installed.",
            hint='Install it: pip install "wenju[ocr]"',
        )
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": side,
            "Global.text_score": NOISE,
        }
    )


def _read(pixels: Pixels, side: int) -> list[tuple[Points, str, float]]:
    """Return (corners, text, confidence) of every line; corners go round from the upper left."""
    read = _engine(side)(pixels, use_cls=False)
    if read.txts is None:
        return []
    return [
        ([(float(x), float(y)) for x, y in box], text, float(score))
        for box, text, score in zip(read.boxes, read.txts, read.scores, strict=True)
        if text.strip()
    ]


def _page(found: Sequence[tuple[Points, str, float]], across: float, height: float) -> Page:
    """Return a page of upright lines."""
    angle = _angle([points for points, _, _ in found])
    lines = tuple(
        _line(_straight(points, angle, across / 2, height / 2), text, score)
        for points, text, score in found
    )
    page = Page(across, height, lines, scanned=True, angle=angle)
    tall = sum(line.box.height > 1.5 * line.box.width for line in lines if len(line.text) > 1)
    if tall <= len(lines) / 2:
        return page
    page = turned(page)
    return replace(
        page, lines=tuple(replace(line, size=_size(line.text, line.box)) for line in page.lines)
    )


def _angle(boxes: Sequence[Points]) -> float:
    """Return how far the page lies askew, in radians; wide lines tell it best."""
    angles = []
    for (left, top), (right, bottom), *_ in boxes:
        angle = atan2(bottom - top, right - left)
        if right - left > 0 and abs(angle) < MOST_ASKEW:
            angles += [angle] * int(1 + (right - left) / 100)
    return median(angles) if angles else 0.0


def _straight(points: Points, angle: float, x: float, y: float) -> Points:
    """Return points turned back about the middle of the page."""
    c, s = cos(angle), sin(angle)
    return [(x + c * (a - x) + s * (b - y), y - s * (a - x) + c * (b - y)) for a, b in points]


def _line(points: Points, text: str, confidence: float) -> TextLine:
    """Return a line with the box of its type, not of the white around it."""
    (a, b), (c, d), (e, f), (g, h) = points
    # The middles of the four sides: corners of a box that is still askew would widen it.
    box = Box((a + g) / 2, (b + d) / 2, (c + e) / 2, (f + h) / 2)
    size = _size(text, box)
    reach = max(0.0, min(box.width, box.height) - size) / 2
    inner = Box(box.left + reach, box.top + reach, box.right - reach, box.bottom - reach)
    return TextLine(text.strip(), inner, size, confidence)


def _size(text: str, box: Box) -> float:
    """Return the size of the type: by the width of a Chinese line, else by the height.

    Recognised heights differ by a third within a column; Chinese characters are as wide as high.
    """
    by_height = box.height / REACH
    words = text.strip()
    units = width(words) - (0.5 if words[-1] in _HALF_WHITE else 0.0)
    chinese = sum(map(is_cjk, words))
    if units < TELLING or chinese < MOSTLY * len(words) or box.height > box.width:
        return by_height
    by_width = box.width / (units + REACH - 1)
    return min(max(by_width, by_height / SPACED), by_height * SPACED)  # letters may be spaced


def _height(points: Points) -> float:
    (_, top), _, _, (_, bottom) = points
    return abs(bottom - top)
