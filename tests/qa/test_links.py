"""A citation lands on its quote as long as the quote exists, and says so when it does not."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Span
from qa.links import MAX_CITATIONS, citation_url, joined, parse, resolve, resolve_all

TEXT = (
    "青河医院本周启用新的急诊楼。急诊楼共有六十张病床。院长陈岚说，病人等候时间将减半。"
    "第二期工程明年春天开工。"
)
QUOTE = "院长陈岚说，病人等候时间将减半。"
START = TEXT.index(QUOTE)
URL = citation_url("a1", TEXT, START, START + len(QUOTE))
QUERY = urlsplit(URL).query

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)


@given(texts, st.data())
def test_a_citation_of_an_unchanged_text_is_exact(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = resolve(text, urlsplit(citation_url("id", text, start, end)).query)
    assert found is not None
    assert (found.place, found.span) == ("exact", Span(start, end))


@given(texts, texts, texts)
def test_an_edit_elsewhere_moves_the_citation_onto_the_same_quote(
    before: str, quote: str, added: str
) -> None:
    url = citation_url("id", before + quote, len(before), len(before + quote))
    edited = added + before + quote + added
    found = resolve(edited, urlsplit(url).query)
    assert found is not None
    assert found.span is not None
    assert found.place == "moved"
    assert found.span.of(edited) == quote


@given(texts, texts)
def test_what_is_called_the_quote_is_the_quote(text: str, other: str) -> None:
    url = citation_url("id", text, 0, len(text))
    found = resolve(other, urlsplit(url).query)
    assert found is not None
    if found.place != "changed":
        assert found.span is not None
        assert found.span.of(other) == text


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_query_string_is_an_error(query: str, text: str) -> None:
    for found in resolve_all(text, query):
        assert found.span is None or 0 <= found.span.start < found.span.end <= len(text)


def test_a_change_inside_the_quote_is_told_and_shows_what_stands_there_now() -> None:
    now = TEXT.replace("等候时间将减半", "等候时间将缩短三成")
    found = resolve(now, QUERY)
    assert found is not None
    assert found.place == "changed"
    assert found.span is not None
    assert found.span.of(now) == "院长陈岚说，病人等候时间将缩短三成。"


def test_same_ends_and_length_with_another_middle_is_not_the_quote() -> None:
    before = "甲" * 12 + "病床六十" + "乙" * 12
    after = before.replace("六十", "八十")
    found = resolve(after, urlsplit(citation_url("a", before, 0, len(before))).query)
    assert found is not None
    assert found.place == "changed"
    assert found.span == Span(0, len(before))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (TEXT.replace("病人等候时间将减半。", "门诊也会搬迁。"), "院长陈岚说，"),
        (TEXT.replace("院长陈岚说，病人", "据介绍，"), "等候时间将减半。"),
    ],
)
def test_one_end_left_is_enough_to_show_the_place(now: str, expected: str) -> None:
    found = resolve(now, QUERY)
    assert found is not None
    assert found.place == "changed"
    assert found.span is not None
    assert expected in found.span.of(now)


def test_nothing_left_of_the_quote_gives_no_place() -> None:
    found = resolve("今天下雨。", QUERY)
    assert found is not None
    assert (found.place, found.span) == ("changed", None)


def test_the_nearer_of_two_equal_quotes_is_taken() -> None:
    text = "病床六十。" + "外" * 40 + "病床六十。"
    url = citation_url("a", text, 45, 50)
    found = resolve("新" + text, urlsplit(url).query)
    assert found is not None
    assert found.span == Span(46, 51)


def test_one_url_cites_several_places() -> None:
    first = citation_url("a1", TEXT, 0, 14)
    spans = [found.span for found in resolve_all(TEXT, urlsplit(joined([URL, first])).query)]
    assert spans == [Span(START, START + len(QUOTE)), Span(0, 14)]
    assert joined([]) == ""


@pytest.mark.parametrize("query", ["", "at=", "at=5", "at=5-5", "at=9-2", "at=-1-4", "at=0-99999"])
def test_what_cites_nothing_gives_none(query: str) -> None:
    assert resolve(TEXT, query) is None


def test_a_hostile_url_is_bounded() -> None:
    assert len(parse("&".join(["at=1-2"] * 10_000))) == MAX_CITATIONS


def test_a_url_is_ascii_and_keeps_ids_inside_one_segment() -> None:
    url = citation_url("../../etc", "问据" * 30, 2, 40)
    assert url.isascii()
    assert urlsplit(url).path == "/article/..%2F..%2Fetc"


@pytest.mark.parametrize(("start", "end"), [(3, 3), (-1, 2), (0, 99)])
def test_a_span_outside_the_text_is_a_mistake_of_the_caller(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not inside the text"):
        citation_url("a", "问据问据", start, end)
