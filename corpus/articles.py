"""Make articles of a document: split the file, repair each part, find what its head says.

A file is one article unless it plainly holds several; a normal article with section headings
stays one. What the file declares about itself (`Document.metadata`) wins over what is found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.aligned import AlignedText
from corpus.borders import article_starts
from corpus.language import language_of
from corpus.masthead import Masthead, read_masthead
from corpus.repair import repair
from corpus.repair.lines import BODY, CODE, FIXED, SHORT, Line, lines_of
from corpus.repair.marks import strip_heading_marks
from corpus.repair.whitespace import close_gaps, tidy_whitespace
from corpus.sentences import sentences
from corpus.types import Article, Document, Part, Span

__all__ = ["split"]


def split(document: Document) -> list[Article]:
    """Return the articles of a document in the order of the file, their ids still empty.

    Where the document says itself where they are (`Document.parts`), those are taken. A document
    or part without a single visible character gives none.
    """
    if document.parts:
        return [article for part in document.parts for article in _declared(document, part)]
    tidy = tidy_whitespace(AlignedText.of(document.text))
    if not tidy.text:
        return []
    titled = bool(document.metadata.get("title"))
    starts = article_starts(tidy.text, titled=titled)
    ends = [*starts[1:], len(tidy.text)]
    parts = [tidy.take([Span(start, end)]) for start, end in zip(starts, ends, strict=True)]
    return [_article(document, part, single=len(parts) == 1) for part in parts]


def _declared(document: Document, part: Part) -> list[Article]:
    """Return the one article of a part that the file itself marks, none for an empty one."""
    tidy = tidy_whitespace(AlignedText.of(document.text, *part.span))
    said = replace(document, metadata={**document.metadata, **part.metadata})
    return [_article(said, tidy, single=True)] if tidy.text else []


def _article(document: Document, part: AlignedText, *, single: bool) -> Article:
    """Repair a part of the document and describe it."""
    aligned, marked = strip_heading_marks(repair(part))
    lines = lines_of(aligned.text)
    masthead = read_masthead(lines, {span.start for span in marked})
    declared = document.metadata
    aligned, headings = close_gaps(aligned, _headings(lines, marked, masthead))
    found_title = masthead.title or _first_words(aligned.text)
    return Article(
        id="",
        text=aligned.text,
        title=(declared.get("title", "") if single else "") or found_title,
        author=declared.get("author", "") or masthead.author,
        source=declared.get("source", "") or masthead.source,
        date=declared.get("date", "") or masthead.date,
        language=declared.get("language", "") or language_of(aligned.text),
        url=declared.get("url", ""),
        path=document.path,
        headings=headings,
        source_offsets=aligned.runs,
    )


# Headings under each other and a caption or two stand between a heading and its text.
_LONGEST_HEAD = 4
# 一、 and （二） before a few words; digits are left to lists.
_NUMBERED = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）])[^，。；！？]{2,30}"
)
# With so many headings marked by `#`, a short line without a mark is none.
_MARKED_THROUGHOUT = 3
# A title made of the first words is cut here: it has to fit a line of a list.
_LONGEST_TITLE = 40


def _first_words(text: str) -> str:
    """Return the beginning of the text as a title for an article that has none."""
    line = sentences(text)[0].of(text)
    if line[-1] not in "。！？.!?":
        line = text.split("\n", 1)[0]
    return line if len(line) <= _LONGEST_TITLE else line[:_LONGEST_TITLE].rstrip() + "…"


def _headings(
    lines: Sequence[Line], marked: Sequence[Span], masthead: Masthead
) -> tuple[Span, ...]:
    """Return the heading lines: marked ones, the title, and short lines above running text."""
    starts = {span.start for span in marked}
    return tuple(
        line.span
        for number, line in enumerate(lines)
        if line.span.start in starts
        or line.span in masthead.title_lines
        or (
            len(marked) < _MARKED_THROUGHOUT
            and (line.kind == SHORT or _NUMBERED.fullmatch(line.text.strip()))
            and line.span not in masthead.other_lines
            and _opens_text(lines, number)
        )
    )


def _opens_text(lines: Sequence[Line], number: int) -> bool:
    """Say whether what follows a short line makes it a heading: text, past a few short lines.

    A numbered line followed by another one is an item, and what ends in a colon says its text.
    """
    line, following = lines[number], lines[number + 1 : number + 1 + _LONGEST_HEAD]
    if not following or (line.text.rstrip()[-1] in ":：" and following[0].kind != SHORT):
        return False
    if line.kind == FIXED:
        return following[0].kind == BODY
    return any(other.kind in (BODY, CODE, FIXED) for other in following)
