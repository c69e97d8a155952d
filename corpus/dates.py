"""Find the date a line gives, as ISO 8601."""

from __future__ import annotations

import re
from datetime import date

__all__ = ["date_in"]

_MONTHS = "january february march april may june july august september october november december"
_NUMBER = {name[:3]: number for number, name in enumerate(_MONTHS.split(), start=1)}
_NAME = "|".join(f"{name[:3]}(?:t|{name[3:]})?" for name in _MONTHS.split())
_DATES = (
    re.compile(
        r"(?P<year>(?:19|20)\d\d)\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?:(?P<day>\d{1,2})\s?[日号號일])?"
    ),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?!\d)"),
    re.compile(
        rf"\b(?P<name>{_NAME})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?P<day>\d{{1,2}})\.?\s+(?P<name>{_NAME})\.?\s+(?P<year>(?:19|20)\d\d)", re.I),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>(?:19|20)\d\d)(?!\d)"),
)


def date_in(words: str) -> str:
    """Return the first full date or month of a line as ISO 8601, empty where there is none.

    >>> date_in("2023年6月30日 星期五"), date_in("June 30, 2023"), date_in("建于1956年")
    ('2023-06-30', '2023-06-30', '')
    """
    for pattern in _DATES:
        found = pattern.search(words)
        if found:
            parts = found.groupdict()
            name = parts.get("name")
            month = _NUMBER[name[:3].lower()] if name else int(parts["month"])
            if iso := _iso(int(parts["year"]), month, int(parts["day"] or 0)):
                return iso
    return ""


def _iso(year: int, month: int, day: int) -> str:
    """Return a date as ISO 8601, a month where the day is 0, empty for what no calendar has."""
    try:
        whole = date(year, month, day or 1).isoformat()
    except ValueError:
        return ""
    return whole if day else whole[: len("2023-06")]
