"""What a file declares about its article, brought to the one form that the corpus keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from corpus.dates import iso_date

__all__ = ["KEYS", "clean_metadata"]

KEYS = ("title", "author", "source", "date", "language", "url")

# A headline is a line; what is longer was pasted in by mistake and would fill every list.
MAX_LENGTH = 500

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


def clean_metadata(declared: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the declared values in canonical form, and a warning for each that was left out.

    Values are one line; `date` is ISO 8601, `language` a BCP 47 tag, `url` http or https.
    Empty values and unknown keys are left out silently.
    """
    values: dict[str, str] = {}
    warnings: list[str] = []
    for key in KEYS:
        value = " ".join(declared.get(key, "").split())
        if not value:
            continue
        cleaned = _CLEANERS.get(key, _line)(value)
        if cleaned:
            values[key] = cleaned
        else:
            warnings.append(f"The {key} {value[:60]!r} was left out: {_EXPECTED[key]}.")
    return values, warnings


def _line(value: str) -> str:
    return value[:MAX_LENGTH]


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        return ""
    primary, *rest = value.replace("_", "-").split("-")
    # Case as BCP 47 recommends it: zh-Hans-CN.
    cased = [part.title() if len(part) == 4 else part.upper() for part in rest]
    return "-".join([primary.lower(), *cased])


def _url(value: str) -> str:
    """Let only web addresses through: a link is shown, and `javascript:` must not be."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    usable = parts.scheme in ("http", "https") and parts.netloc and " " not in value
    return value if usable else ""


_CLEANERS = {"date": iso_date, "language": _language, "url": _url}
_EXPECTED = {
    "date": "write it as 2023, 2023-06 or 2023-06-30",
    "language": "write a tag such as zh, zh-TW or en",
    "url": "write a whole http or https address",
}
