"""A measured figure, the same work by raw library calls beside it, and what it must not exceed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Figure", "lines"]


@dataclass(frozen=True, slots=True)
class Figure:
    """`ours` and `raw` in `unit`; `raw` says in words what was called. None: nothing to compare."""

    name: str
    ours: float
    unit: str
    wanted: str
    raw: float | None = None
    by: str = ""


def lines(figures: Iterable[Figure]) -> Iterable[str]:
    """Yield one Markdown table row a figure."""
    for figure in figures:
        raw = "" if figure.raw is None else f"{figure.raw:,.4g} {figure.unit} ({figure.by})"
        ours = f"{figure.ours:,.4g} {figure.unit}"
        yield f"| {figure.name} | {ours} | {figure.wanted} | {raw} |"
