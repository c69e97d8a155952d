"""Reading order: a page falls into slabs, a slab into columns, a column into slabs again.

A slab is a stretch of the page through which at least one gutter runs from top to bottom; a
headline across the columns ends it. Inside a slab the columns are read from left to right. What
looks like columns but is a table is read by rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from corpus.layout.types import Box, TextLine

__all__ = ["BIG", "body_size", "columns"]

# All lengths in ems of the body type. Gutters of newspapers have one to two; recognised boxes
# reach over their text and take up to half of one.
NARROWEST_GUTTER = 0.6
# The narrowest newspaper columns have eight characters; below five it is a label or a number.
NARROWEST_COLUMN = 5.0
# A line so full is running text, and running text fills its column in at least this share of lines.
FULL_LINE = 0.8
FULL_SHARE = 0.4
# In a table the lines of all columns stand side by side.
ROWS_SHARE = 0.7
# Recognised boxes overlap a little where lines are set close.
OVERLAP = 0.15
# Type this much larger than the body's is a headline.
BIG = 1.5
# Deeper nesting of columns is on no page; a hostile one must not exhaust the stack.
DEEPEST = 12


def body_size(lines: Iterable[TextLine]) -> float:
    """Return the size of most of the text, 0.0 without any."""
    sizes: list[tuple[float, int]] = sorted((line.size, len(line.text)) for line in lines)
    half = sum(count for _, count in sizes) / 2
    for size, count in sizes:
        half -= count
        if half <= 0:
            return size
    return 0.0


def columns(lines: Sequence[TextLine], em: float, depth: int = 0) -> list[list[TextLine]]:
    """Return the lines as columns in reading order, each in the order of its lines.

    `em` is the size of the body type. Nothing gives nothing.
    """
    if not lines:
        return []
    ordered = sorted(lines, key=lambda line: (line.box.top, line.box.left))
    slabs = _slabs(_bands(ordered, em), em) if depth < DEEPEST else [ordered]
    if len(slabs) > 1:
        return [column for slab in slabs for column in columns(slab, em, depth + 1)]
    sides = _sides(ordered, _gutters(ordered, em))
    if depth < DEEPEST and len(sides) > 1 and _are_columns(sides, em):
        return [column for side in sides for column in columns(side, em, depth + 1)]
    return [ordered]


def _bands(ordered: Sequence[TextLine], em: float) -> list[list[TextLine]]:
    """Return the lines grouped by the white that runs across from edge to edge."""
    bands: list[list[TextLine]] = []
    bottom = float("-inf")
    for line in ordered:
        shrink = min(OVERLAP * line.box.height, OVERLAP * em)
        if line.box.top + shrink >= bottom:
            bands.append([])
        bands[-1].append(line)
        bottom = max(bottom, line.box.bottom - shrink)
    return bands


def _slabs(bands: Sequence[list[TextLine]], em: float) -> list[list[TextLine]]:
    """Return the bands put together as long as a gutter runs through."""
    slabs: list[list[TextLine]] = []
    gutters: list[tuple[float, float]] = []  # of the last slab
    shut = True  # nothing may be added to the last slab
    loose: list[list[TextLine]] = []  # bands of one column at the end of the last slab
    for band in bands:
        own = _gutters(band, em)
        if not own and all(line.size >= BIG * em for line in band):
            slabs.append(list(band))
            shut, gutters, loose = True, [], []
            continue
        together = [] if shut else _common(gutters, _gutters([*slabs[-1], *band], em))
        if not shut and bool(together) == bool(gutters) and (gutters or not own):
            slabs[-1] += band
            gutters = together
            loose = [] if gutters else [*loose, band]
            continue
        slab, back = _with_loose(band, own, loose, em)
        if back:
            slabs[-1] = [line for held in loose[:-back] for line in held]
            if not slabs[-1]:
                slabs.pop()
        slabs.append(slab)
        gutters, shut = _gutters(slab, em), False
        loose = [] if gutters else [band]
    return slabs


def _with_loose(
    band: list[TextLine],
    own: Sequence[tuple[float, float]],
    loose: Sequence[list[TextLine]],
    em: float,
) -> tuple[list[TextLine], int]:
    """Return a new slab that begins with a band, and how many bands above it belong to it.

    One column may begin higher than the others, beside a picture.
    """
    slab, back = list(band), 0
    for held in reversed(loose if own else []):
        if not _common(own, _gutters([*held, *slab], em)):
            break
        slab, back = [*held, *slab], back + 1
    return slab, back


def _gutters(lines: Sequence[TextLine], em: float) -> list[tuple[float, float]]:
    """Return the stretches of the x axis between the lines that no line covers."""
    found: list[tuple[float, float]] = []
    reached = float("inf")
    for left, right in sorted((line.box.left, line.box.right) for line in lines):
        if left - reached >= NARROWEST_GUTTER * em:
            found.append((reached, left))
        reached = right if reached == float("inf") else max(reached, right)
    return found


def _common(
    first: Sequence[tuple[float, float]], second: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Return the gutters of the second that go on with one of the first."""
    return [
        gutter
        for gutter in second
        if any(min(gutter[1], other[1]) > max(gutter[0], other[0]) for other in first)
    ]


def _sides(
    lines: Sequence[TextLine], gutters: Sequence[tuple[float, float]]
) -> list[list[TextLine]]:
    """Return the lines between the gutters, from left to right."""
    sides: list[list[TextLine]] = [[] for _ in range(len(gutters) + 1)]
    for line in lines:
        sides[sum(line.box.left >= right for _, right in gutters)].append(line)
    return [side for side in sides if side]


def _are_columns(sides: Sequence[Sequence[TextLine]], em: float) -> bool:
    """Say whether lines side by side are columns of text and not a table's cells."""
    if any(median(line.box.width for line in side) < NARROWEST_COLUMN * em for side in sides):
        return False
    if _share_in_rows(sides) < ROWS_SHARE:
        return True
    shares = []
    for side in sides:
        widest = Box.around([line.box for line in side]).width
        full = sum(line.box.width >= FULL_LINE * widest for line in side)
        shares.append(full / len(side))
    return sum(shares) / len(shares) >= FULL_SHARE


def _share_in_rows(sides: Sequence[Sequence[TextLine]]) -> float:
    """Return the share of the first side's lines that have one beside them on every side."""
    first, *others = sides
    paired = sum(
        all(any(line.box.above(other.box) > 0 for other in side) for side in others)
        for line in first
    )
    return paired / len(first)
