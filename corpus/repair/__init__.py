"""Mend the text of scanned newspapers, one named pass after the other.

Every pass takes an `AlignedText` and returns one, so each character still knows its source. A
pass changes a text only where its defect shows; a well-formed article comes out as it went in.
No pass invents a character, but for Chinese punctuation folded to its own width, the 一 that
scanners read as a dash in headings, and characters that were taken for others like them.
"""

from __future__ import annotations

from collections.abc import Callable

from corpus.aligned import AlignedText
from corpus.repair.confusions import mend_confusions
from corpus.repair.dashes import mend_dashes
from corpus.repair.marks import strip_emphasis
from corpus.repair.punctuation import pair_quotes, widen_punctuation
from corpus.repair.running import move_running_heads
from corpus.repair.spaces import drop_spaces
from corpus.repair.torn import join_torn
from corpus.repair.whitespace import strip_indents, tidy_whitespace
from corpus.repair.wraps import join_wraps

__all__ = ["PASSES", "repair"]

PASSES: tuple[tuple[str, Callable[[AlignedText], AlignedText]], ...] = (
    ("whitespace", tidy_whitespace),
    ("running heads", move_running_heads),
    ("wrapped lines", join_wraps),
    ("indents", strip_indents),
    ("torn sentences", join_torn),
    ("spaces", drop_spaces),
    ("emphasis", strip_emphasis),
    ("punctuation", widen_punctuation),
    ("quotes", pair_quotes),
    ("dashes", mend_dashes),
    ("confusions", mend_confusions),
)


def repair(text: AlignedText) -> AlignedText:
    """Run all passes in order; empty text stays empty. Heading marks (`#`) are left in place."""
    for _, mend in PASSES:
        text = mend(text)
    return text
