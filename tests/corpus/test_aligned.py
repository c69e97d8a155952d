"""The laws of a text that knows where its characters came from."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.aligned import AlignedText, Edit, source_offset, source_span
from corpus.types import Span

SOURCES = st.text(alphabet="问据ab ,\n😀", max_size=40)


@st.composite
def edited(draw: st.DrawFn, source: str) -> list[Edit]:
    """Draw edits of a text, sorted and without overlap."""
    ends = sorted(draw(st.lists(st.integers(0, len(source)), max_size=8)))
    pairs = zip(ends[::2], ends[1::2], strict=False)
    return [(start, end, draw(st.text(alphabet="XY", max_size=3))) for start, end in pairs]


def plain(source: str, edits: list[Edit]) -> str:
    """Apply edits the slow way."""
    for start, end, new in reversed(edits):
        source = source[:start] + new + source[end:]
    return source


@settings(deadline=None)
@given(SOURCES)
def test_identity(source: str) -> None:
    text = AlignedText.of(source)
    assert text.text == source
    assert [text.source_offset(position) for position in range(len(source))] == list(
        range(len(source))
    )
    assert text.edit([]) == text
    assert text.take([Span(0, len(source))]) == text


@settings(deadline=None)
@given(st.data(), SOURCES)
def test_edits_are_the_plain_ones_and_keep_the_map(data: st.DataObject, source: str) -> None:
    edits = data.draw(edited(source))
    text = AlignedText.of(source).edit(edits)
    assert text.text == plain(source, edits)
    for position, character in enumerate(text.text):
        if character not in "XY":
            assert source[text.source_offset(position)] == character


@settings(deadline=None)
@given(st.data(), SOURCES)
def test_edits_keep_the_order_of_the_source(data: st.DataObject, source: str) -> None:
    text = AlignedText.of(source).edit(data.draw(edited(source)))
    offsets = [text.source_offset(position) for position in range(len(text.text))]
    assert offsets == sorted(offsets)


@settings(deadline=None)
@given(st.data(), SOURCES)
def test_edits_compose(data: st.DataObject, source: str) -> None:
    first = AlignedText.of(source).edit(data.draw(edited(source)))
    second_edits = data.draw(edited(first.text))
    second = first.edit(second_edits)
    kept = AlignedText.of(first.text).edit(second_edits)
    assert second.text == kept.text
    for position in range(len(second.text)):
        between = kept.source_offset(position)
        if kept.text[position] not in "XY":
            assert second.source_offset(position) == first.source_offset(between)


@settings(deadline=None)
@given(st.data(), SOURCES)
def test_parts_keep_their_offsets_in_any_order(data: st.DataObject, source: str) -> None:
    cuts = sorted({0, len(source), *data.draw(st.lists(st.integers(0, len(source)), max_size=4))})
    spans = [Span(start, end) for start, end in pairwise(cuts)]
    spans = data.draw(st.permutations(spans))
    text = AlignedText.of(source).take(spans)
    assert text == AlignedText.join(AlignedText.of(source, *span) for span in spans)
    expected = [offset for span in spans for offset in range(span.start, span.end)]
    assert [text.source_offset(position) for position in range(len(text.text))] == expected


@settings(deadline=None)
@given(st.data(), SOURCES.filter(bool))
def test_runs_are_as_few_as_can_be(data: st.DataObject, source: str) -> None:
    text = AlignedText.of(source).edit(data.draw(edited(source)))
    for (start, origin), (next_start, next_origin) in pairwise(text.runs):
        assert next_start > start
        assert next_origin - origin != next_start - start


def test_same_length_replacement_maps_character_by_character() -> None:
    text = AlignedText.of("甲,乙,丙").edit([(1, 2, "，"), (3, 4, "，")])
    assert (text.text, text.runs) == ("甲，乙，丙", ((0, 0),))


def test_inserted_characters_map_to_where_they_came_in() -> None:
    text = AlignedText.of("甲乙").edit([(1, 1, "--")])
    assert [text.source_offset(position) for position in range(4)] == [0, 1, 1, 1]
    assert AlignedText.of("甲乙").edit([(2, 2, "!")]).source_offset(2) == 2


def test_source_span_holds_what_was_taken_out_of_it() -> None:
    source = "湖边有医【图】院。"
    text = AlignedText.of(source).edit([(4, 7, "")])
    assert text.source_span(Span(3, 5)).of(source) == "医【图】院"
    moved = AlignedText.of(source).take([Span(3, 4), Span(7, 9), Span(4, 7)])
    assert moved.text == "医院。【图】"
    assert moved.source_span(Span(0, 3)).of(source) == "医【图】院。"
    assert moved.source_span(Span(3, 6)).of(source) == "【图】"


def test_a_part_of_a_source_counts_from_the_source() -> None:
    text = AlignedText.of("甲乙丙丁", 1, 3)
    assert (text.text, text.source_span(Span(0, 2))) == ("乙丙", Span(1, 3))


def test_empty() -> None:
    empty = AlignedText.of("")
    assert empty == AlignedText.join([]) == AlignedText("", ())
    assert empty.source_span(Span(0, 0)) == Span(0, 0)
    assert empty.edit([(0, 0, "甲")]).source_offset(0) == 0
    assert source_span(((0, 7),), Span(2, 2)) == Span(9, 9)
    with pytest.raises(ValueError, match="without runs"):
        source_offset((), 0)


def test_replace_edits_every_match() -> None:
    text = AlignedText.of("甲 乙 丙").replace(re.compile(" "), "")
    assert (text.text, text.source_offset(2)) == ("甲乙丙", 4)


@pytest.mark.parametrize("edits", [[(2, 3, ""), (0, 1, "")], [(0, 2, ""), (1, 3, "")]])
def test_edits_out_of_order_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="out of order"):
        AlignedText.of("甲乙丙").edit(edits)
