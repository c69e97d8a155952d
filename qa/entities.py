"""Find in a sentence what could answer a question of a kind: dates, numbers, names, places.

The patterns stand in `entities.json`, a list for each kind, for a dozen languages; of a why they
are the words that announce a reason, «because» or 为了. They are used as a weak sign when sentences
are scored, and to mark the span that answers inside a quote, so a miss costs little. A surname
begins many a word too (党员, 周一), and not all that has capitals is a person (Harrow Lane):
`words` are no names. People in Chinese text come from `qa.people`; the patterns add names that
follow a title, and those of other languages.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from importlib import resources

from corpus.types import Span
from qa.people import people, rules

__all__ = ["KINDS", "entities"]

KINDS = ("when", "how many", "who", "where", "phone", "price", "why")
# The numbers of a date count nothing: «2023年3月3日», and «3月» beside «3个月».
_DATE = re.compile(r"\d{4}年(?:\d{1,2}月)?(?:\d{1,2}[日号號])?|\d{1,2}月(?:\d{1,2}[日号號])?")
_CACHED_TEXTS = 20_000  # sentences that are asked about again and again; about 10 MB


@cache
def _patterns() -> tuple[dict[str, tuple[re.Pattern[str], ...]], re.Pattern[str]]:
    """Return the patterns of each kind, and that of words which are no names."""
    data = json.loads(resources.files("qa").joinpath("entities.json").read_text("utf-8"))
    surname, words = rules()
    kinds = {
        kind: tuple(re.compile(part.replace("{surname}", surname.pattern)) for part in data[kind])
        for kind in KINDS
    }
    return kinds, words


@lru_cache(maxsize=_CACHED_TEXTS)
def entities(text: str, kind: str) -> tuple[Span, ...]:
    """Return the spans of one kind, in order; those that overlap are one.

    A kind outside `KINDS` has none, and so has empty text.

    >>> text = "始建于1956年,有党员145人"
    >>> [span.of(text) for span in entities(text, "when")]
    ['1956年']
    """
    if kind not in KINDS:
        return ()
    kinds, words = _patterns()
    dates = [match.span() for match in _DATE.finditer(text)] if kind == "how many" else []
    found = [
        Span(*match.span(match.lastindex or 0))  # a group is the entity without what announces it
        for pattern in kinds[kind]
        for match in pattern.finditer(text)
        if match.end() > match.start()
        and not any(start <= match.start() < end for start, end in dates)
    ]
    if kind == "who":
        found = [span for span in found if not words.match(text, span.start)] + people(text)
    merged: list[Span] = []
    for span in sorted(found):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return tuple(merged)
