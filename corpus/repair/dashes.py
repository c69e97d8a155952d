"""The numeral 一 that a scanner read as a dash, in headings where nothing else can be meant."""

from __future__ import annotations

import re

from corpus.aligned import AlignedText
from corpus.repair.lines import FIXED, HEADING, SHORT, lines_of

__all__ = ["mend_dashes"]

_MEASURES = "个份场项种位名批支条座次家面"
_DASH = re.compile(
    rf"(?<=[\u4e00-\u9fff])[-–]{{1,2}}(?=[{_MEASURES}][\u4e00-\u9fff])"
    rf"|^[-–·]{{1,2}}(?=[{_MEASURES}][\u4e00-\u9fff])"
)


def mend_dashes(text: AlignedText) -> AlignedText:
    """Write 一 for a dash before a measure word, in short Chinese lines only."""
    edits = [
        (line.span.start + dash.start(), line.span.start + dash.end(), "一")
        for line in lines_of(text.text)
        if line.kind in (HEADING, SHORT, FIXED)
        for dash in _DASH.finditer(line.text)
    ]
    return text.edit(edits) if edits else text
