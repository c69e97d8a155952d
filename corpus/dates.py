"""Dates as people write them become ISO 8601: found in a line, or as the whole of a value."""

from __future__ import annotations

import re
from datetime import date

__all__ = ["date_in", "iso_date"]

_MONTHS = "january february march april may june july august september october november december"
_NUMBER = {name[:3]: number for number, name in enumerate(_MONTHS.split(), start=1)}
_NAME = "|".join(f"{name[:3]}(?:t|{name[3:]})?" for name in _MONTHS.split())
_IN_A_LINE = (
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
# A value may be as coarse as a year, and name its month in any length. After a full date an ISO
# time may follow; it is left out.
_ANY_NAME = rf"(?P<name>{'|'.join(_NUMBER)})[a-z]*\.?"
_WHOLE = tuple(
    re.compile(form)
    for form in (
        r"(?P<year>\d{4})\s*年?",
        r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*月?",
        r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?([t\s].*)?",
        r"(?P<year>\d{4})\s*년\s*(?P<month>\d{1,2})\s*월(\s*(?P<day>\d{1,2})\s*일)?",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        rf"(?P<day>\d{{1,2}})\.?\s+{_ANY_NAME},?\s+(?P<year>\d{{4}})",
        rf"{_ANY_NAME}\s+((?P<day>\d{{1,2}})(st|nd|rd|th)?,?\s+)?(?P<year>\d{{4}})",
    )
)


def date_in(words: str) -> str:
    """Return the first full date or month of a line as ISO 8601, empty where there is none.

    >>> date_in("2023年6月30日 星期五"), date_in("June 30, 2023"), date_in("建于1956年")
    ('2023-06-30', '2023-06-30', '')
    """
    for pattern in _IN_A_LINE:
        found = pattern.search(words)
        if found and (iso := _iso(found)):
            return iso
    return ""


def iso_date(text: str) -> str:
    """Return `2023`, `2023-06` or `2023-06-30`; "" for what is no date, or one in two readings.

    Full-width digits are read as digits. `6/7/2023` is not read: half the world means July.

    >>> iso_date("2023年6月30日"), iso_date("30 June 2023"), iso_date("2023-06"), iso_date("soon")
    ('2023-06-30', '2023-06-30', '2023-06', '')
    """
    plain = text.strip().lower()
    found = next((found for form in _WHOLE if (found := form.fullmatch(plain))), None)
    return _iso(found) if found else ""


def _iso(found: re.Match[str]) -> str:
    """Return what was found as ISO 8601, as coarse as it is, empty for what no calendar has."""
    parts = found.groupdict()
    name, day = parts.get("name"), parts.get("day")
    month = _NUMBER[name[:3].lower()] if name else parts.get("month")
    try:
        whole = date(int(parts["year"]), int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        return ""
    return whole[: 10 if day else 7 if month else 4]
