"""Markdown marks that text recognition leaves in the text: emphasis and headings."""

from __future__ import annotations

import re

from corpus.aligned import AlignedText
from corpus.repair.lines import CODE, HEADING, lines_of
from corpus.types import Span

__all__ = ["strip_emphasis", "strip_heading_marks"]

_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1)[^\n])+?)(?<=\S)\1")
_HEADING_MARK = re.compile(r"#{1,6}[ \t\u3000]+|[ \t]+#+[ \t]*$")


def strip_emphasis(text: AlignedText) -> AlignedText:
    """Drop `**` and `__` around words; marks inside code stay."""
    if "**" not in text.text and "__" not in text.text:
        return text
    edits = []
    for line in lines_of(text.text):
        if line.kind == CODE:
            continue
        for found in _EMPHASIS.finditer(line.text):
            start, end = line.span.start + found.start(), line.span.start + found.end()
            mark = len(found.group(1))
            edits += [(start, start + mark, ""), (end - mark, end, "")]
    return text.edit(edits) if edits else text


def strip_heading_marks(text: AlignedText) -> tuple[AlignedText, list[Span]]:
    """Drop the `#` of headings; return the text and the spans of these headings in it."""
    edits, spans = [], []
    dropped = 0
    for line in lines_of(text.text):
        if line.kind != HEADING:
            continue
        kept = len(line.text)
        start = line.span.start - dropped
        for mark in _HEADING_MARK.finditer(line.text):
            if mark.start() and mark.end() < len(line.text):
                continue
            edits.append((line.span.start + mark.start(), line.span.start + mark.end(), ""))
            kept -= len(mark.group())
            dropped += len(mark.group())
        spans.append(Span(start, start + kept))
    return (text.edit(edits) if edits else text), spans
