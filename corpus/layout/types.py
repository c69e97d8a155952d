"""Lines of text with their place on a page, and the blocks they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, sin

__all__ = ["BODY", "CAPTION", "HEADING", "HEADLINE", "Block", "Box", "Page", "TextLine", "turned"]

HEADLINE = "headline"  # opens an article
HEADING = "heading"  # stands within one, or above a headline
BODY = "body"
CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; y grows downwards, the unit is the page's own (points, pixels)."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Return the extent from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Return the extent from top to bottom."""
        return self.bottom - self.top

    def beside(self, other: Box) -> float:
        """Return how much of the x axis both share; negative is the gap between them."""
        return min(self.right, other.right) - max(self.left, other.left)

    def above(self, other: Box) -> float:
        """Return how much of the y axis both share; negative is the gap between them."""
        return min(self.bottom, other.bottom) - max(self.top, other.top)

    @staticmethod
    def around(boxes: Sequence[Box]) -> Box:
        """Return the smallest box that holds all. Raises ValueError where there is none."""
        return Box(
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line, or a piece of one. `size` is that of the type, an em; `confidence` is in [0, 1]."""

    text: str
    box: Box
    size: float
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """What is printed on a page, in any order.

    `turns` says how often the page was turned to the left by a quarter, so that its lines run
    from left to right and the first is on top (see `turned`). `scanned`: sizes are estimates.
    `angle` is what its lines were turned back by about its middle, in radians, to lie straight.
    """

    width: float
    height: float
    lines: tuple[TextLine, ...]
    turns: int = 0
    scanned: bool = False
    angle: float = 0.0

    def shares(self, box: Box) -> tuple[float, float, float, float]:
        """Return a box as shares of width and height of the page as it is seen: turned, askew.

        On a page that lies askew it is the upright box around the slanting one.
        """
        left, right = _share(box.left, self.width), _share(box.right, self.width)
        top, bottom = _share(box.top, self.height), _share(box.bottom, self.height)
        for _ in range(self.turns % 4):
            left, top, right, bottom = 1 - bottom, left, 1 - top, right
        if self.angle:
            seen = (self.width, self.height) if self.turns % 2 == 0 else (self.height, self.width)
            left, top, right, bottom = _slanting((left, top, right, bottom), self.angle, *seen)
        return round(left, 4), round(top, 4), round(right, 4), round(bottom, 4)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading or a caption: rows in reading order, on one page.

    `begins` says whether the first row's indent shows a paragraph's beginning; None: cannot tell.
    """

    kind: str
    rows: tuple[TextLine, ...]
    begins: bool | None = None

    @property
    def box(self) -> Box:
        """Return what all rows cover."""
        return Box.around([row.box for row in self.rows])


def turned(page: Page) -> Page:
    """Return a page turned to the left by a quarter.

    Lines that run downwards and follow each other from right to left, as in old Chinese prints,
    then run from left to right and follow each other downwards.
    """
    lines = tuple(
        replace(
            line,
            box=Box(
                line.box.top,
                page.width - line.box.right,
                line.box.bottom,
                page.width - line.box.left,
            ),
        )
        for line in page.lines
    )
    return replace(page, width=page.height, height=page.width, lines=lines, turns=page.turns + 1)


def _slanting(
    shares: tuple[float, float, float, float], angle: float, width: float, height: float
) -> tuple[float, float, float, float]:
    """Return the box around a box that is turned by an angle about the middle of its page."""
    left, top, right, bottom = shares
    c, s = cos(angle), sin(angle)
    corners = [
        ((x - 0.5) * width, (y - 0.5) * height) for x in (left, right) for y in (top, bottom)
    ]
    across = [0.5 + (c * x - s * y) / width for x, y in corners]
    down = [0.5 + (s * x + c * y) / height for x, y in corners]
    return (
        _share(min(across), 1),
        _share(min(down), 1),
        _share(max(across), 1),
        _share(max(down), 1),
    )


def _share(value: float, whole: float) -> float:
    return min(1.0, max(0.0, value / whole)) if whole else 0.0
