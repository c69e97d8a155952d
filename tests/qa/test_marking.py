"""Marks cut a text without losing any of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Span
from qa.marking import blocks, pieces

spans = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda each: Span(each[0], sum(each)))


@given(st.text(max_size=60), st.lists(spans, max_size=6))
def test_the_pieces_are_the_text(text: str, marks: list[Span]) -> None:
    cut = pieces(text, Span(0, len(text)), marks)
    assert "".join(piece.text for piece in cut) == text
    for number, mark in enumerate(marks):
        marked = "".join(piece.text for piece in cut if number in piece.marks)
        assert marked == mark.of(text)


@given(st.text(st.sampled_from("问据\n "), max_size=60), st.lists(spans, max_size=4))
def test_every_mark_that_is_seen_begins_once(text: str, marks: list[Span]) -> None:
    cut = [piece for block in blocks(text, (), marks) for piece in block.pieces]
    begins = [number for piece in cut for number in piece.begins]
    assert len(begins) == len(set(begins))
    assert set(begins) == {number for piece in cut for number in piece.marks}


def test_lines_become_paragraphs_and_headings() -> None:
    text = "标题\n\n第一段。\n  \n第二段。"
    found = blocks(text, [Span(0, 2)], [Span(4, 6)])
    assert [(block.heading, block.span.of(text)) for block in found] == [
        (True, "标题"),
        (False, "第一段。"),
        (False, "第二段。"),
    ]
    assert [piece.marks for piece in found[1].pieces] == [(0,), ()]
    assert blocks("", (), ()) == []
