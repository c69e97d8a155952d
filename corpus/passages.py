"""Cut an article into passages: whole sentences, in a size fit for retrieval.

The spans cover the article's text without a gap, so every sentence is found in one passage.
Paragraph ends and headings are the preferred borders; a heading opens the passage below it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from corpus.sentences import sentences
from corpus.subject import subject_of
from corpus.types import Article, Passage, Span

__all__ = ["CHUNKER_VERSION", "heading_path", "passages", "sentences"]

# Raised whenever the same file would give other articles or passages: the index is then rebuilt.
CHUNKER_VERSION = 3

# 200 Chinese characters are three to five newspaper sentences and about 130 tokens: one subject,
# and a static embedding does not yet blur. 480 letters say about as much as 200 characters.
TARGET_CJK = 200
TARGET_LATIN = 480
# A paragraph end is taken as border once a passage has this share of its target.
FULL_ENOUGH = 0.6
# What is left over is added to its neighbour below this share, unless that breaks the hard cap.
TOO_SMALL = 0.25
# No passage is longer than so many targets, whatever the sentences are.
HARD_CAP = 2
# No passage begins with more headings under each other.
_MOST_HEADINGS = 10

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_COMMA = re.compile(r"[，、,;；:：]\s*|\s+")


def passages(article: Article) -> list[Passage]:
    """Return the article's passages in order; none where its text is empty.

    Their spans cover `article.text` from the first to the last character without a gap, white
    space between passages belonging to the one before it.
    """
    text = article.text
    target = target_size(text)
    pieces = _pieces(text, target * HARD_CAP)
    if not pieces:
        return []
    borders = _borders(text, pieces, article.headings, target)
    ends = [*borders[1:], len(text)]
    about = _about(article)
    return [
        Passage(0, article.id, Span(start, end), _context(article, about, start, end))
        for start, end in zip(borders, ends, strict=True)
    ]


def target_size(text: str) -> int:
    """Return how many characters a passage of this text should have."""
    sample = text[:2000]  # enough to know the script
    return TARGET_CJK if len(_CJK.findall(sample)) * 4 > len(sample) else TARGET_LATIN


def heading_path(article: Article, position: int) -> tuple[str, ...]:
    """Return the headings above a position: those of the last group before it, outermost first.

    Headings that stand directly under each other are one group. The title is not repeated, and
    before the first heading the path is empty.
    """
    number = bisect_right(article.headings, position, key=_start) - 1
    path: list[str] = []
    while number >= 0:
        heading = article.headings[number]
        words = heading.of(article.text).strip()
        if words and words not in article.title:
            path.append(words)
        above = article.headings[number - 1] if number else None
        if above is None or article.text[above.end : heading.start].strip():
            break
        number -= 1
    return tuple(reversed(path))


def _about(article: Article) -> tuple[str, ...]:
    """Return the title, and whom the article is about where the title does not say it."""
    subject = subject_of(article.text)
    named = not subject or subject in article.title
    return (article.title,) if named else (article.title, subject)


def _context(article: Article, about: Sequence[str], start: int, end: int) -> str:
    """Return title, subject and heading path of a passage, as one line."""
    body = start
    first = bisect_right(article.headings, start - 1, key=_start)
    for heading in article.headings[first : first + _MOST_HEADINGS]:
        if heading.start >= end or article.text[body : heading.start].strip():
            break
        body = heading.end
    return " · ".join(part for part in (*about, *heading_path(article, body)) if part)


def _start(span: Span) -> int:
    """Return what headings are searched by."""
    return span.start


def _pieces(text: str, cap: int) -> list[Span]:
    """Return the sentences, those above the cap cut at commas, else hard."""
    pieces: list[Span] = []
    for sentence in sentences(text):
        start = sentence.start
        while sentence.end - start > cap:
            cut = start + cap
            for comma in _COMMA.finditer(text, start + cap // 2, start + cap):
                cut = comma.end()
            pieces.append(Span(start, cut))
            start = cut
        pieces.append(Span(start, sentence.end))
    return pieces


def _borders(text: str, pieces: Sequence[Span], headings: Sequence[Span], target: int) -> list[int]:
    """Return where passages start, the first at 0."""
    opening = {heading.start for heading in headings}
    borders = [0]
    for before, piece in pairwise(pieces):
        size = before.end - borders[-1]
        grown = piece.end - borders[-1]
        if before.start in opening and grown <= target * HARD_CAP:
            continue  # a heading is never the last thing in a passage
        paragraph = "\n" in text[before.end : piece.start]
        if (
            grown > target * HARD_CAP
            or (piece.start in opening and size >= target * TOO_SMALL)
            or (paragraph and size >= target * FULL_ENOUGH)
            or (grown > target and size >= target * TOO_SMALL)
        ):
            borders.append(piece.start)
    last = len(text) - borders[-1]
    if len(borders) > 1 and last < target * TOO_SMALL and _fits(text, borders, target):
        borders.pop()
    return borders


def _fits(text: str, borders: Sequence[int], target: int) -> bool:
    """Say whether the last two passages may become one."""
    return len(text) - borders[-2] <= target * HARD_CAP
