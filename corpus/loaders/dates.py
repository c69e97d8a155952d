"""A date as somebody wrote it becomes ISO 8601, as coarse as it was written."""

from __future__ import annotations

import re
from datetime import date

__all__ = ["iso_date"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
# After a full date an ISO time may follow; it is left out.
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<y>\d{4})\s*年?",
        r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*月?",
        r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?([t\s].*)?",
        r"(?P<y>\d{4})\s*년\s*(?P<m>\d{1,2})\s*월(\s*(?P<d>\d{1,2})\s*일)?",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
        rf"(?P<d>\d{{1,2}})\.?\s+{_MONTH},?\s+(?P<y>\d{{4}})",
        rf"{_MONTH}\s+((?P<d>\d{{1,2}})(st|nd|rd|th)?,?\s+)?(?P<y>\d{{4}})",
    )
)


def iso_date(text: str) -> str:
    """Return `2023`, `2023-06` or `2023-06-30`; "" for what is no date, or one in two readings.

    Full-width digits are read as digits. `6/7/2023` is not read: half the world means July.

    >>> iso_date("2023年6月30日"), iso_date("30 June 2023"), iso_date("2023-06"), iso_date("soon")
    ('2023-06-30', '2023-06-30', '2023-06', '')
    """
    plain = text.strip().lower()
    for form in _FORMS:
        found = form.fullmatch(plain)
        if found:
            parts = found.groupdict()
            month = parts.get("m") or _number(parts.get("name"))
            return _checked(parts["y"], month, parts.get("d"))
    return ""


def _number(month: str | None) -> str | None:
    return str(_MONTHS.index(month) + 1) if month else None


def _checked(year: str, month: str | None, day: str | None) -> str:
    """Join the parts if the calendar has such a day."""
    try:
        whole = date(int(year), int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        return ""
    return whole[: 10 if day else 7 if month else 4]
