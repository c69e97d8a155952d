"""Which of our languages a reader gets: the one chosen, else the browser's, else English."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["COOKIE", "LOCALES", "TAGS", "of_tag", "preferred"]

COOKIE = "wenju_language"
TAGS = {"en": "en", "zh": "zh-Hans", "zh-Hant": "zh-Hant"}  # what `<html lang>` says of each
LOCALES = {"en": "en", "zh": "zh-CN", "zh-Hant": "zh-TW"}  # what Gradio calls each
TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")
MAX_PREFERENCES = 20  # of an Accept-Language header that are looked at


def of_tag(tag: str) -> str | None:
    """Return our language for a BCP 47 tag, or None where we do not speak it.

    >>> of_tag("zh-TW"), of_tag("zh-CN"), of_tag("en-GB"), of_tag("fr")
    ('zh-Hant', 'zh', 'en', None)
    """
    lowered = tag.strip().lower().replace("_", "-")
    if lowered.startswith(TRADITIONAL):
        return "zh-Hant"
    language = lowered.split("-")[0]
    return language if language in TAGS else None


def preferred(headers: Mapping[str, str], cookies: Mapping[str, str], chosen: str = "") -> str:
    """Return the language to speak with a reader.

    >>> preferred({"accept-language": "fr;q=0.9, zh-HK;q=0.8, en;q=0.1"}, {})
    'zh-Hant'
    """
    for tag in (chosen, cookies.get(COOKIE, ""), *_accepted(headers.get("accept-language", ""))):
        if language := of_tag(tag):
            return language
    return "en"


def _accepted(header: str) -> list[str]:
    """Return the tags of an Accept-Language header, most wanted first; malformed weights are 0."""
    weighted = []
    for entry in header.split(",")[:MAX_PREFERENCES]:
        tag, _, weight = entry.partition(";q=")
        try:
            weighted.append((float(weight) if weight else 1.0, tag))
        except ValueError:
            weighted.append((0.0, tag))
    return [tag for weight, tag in sorted(weighted, key=lambda each: -each[0]) if weight > 0]
