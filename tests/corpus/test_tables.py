"""CSV, TSV and JSON Lines: one article a row."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import loaders
from corpus.articles import split
from corpus.errors import BadEncoding, BadMetadata, EmptyFile, InputError

TEXTS = ("城东医院昨日开诊，首日接待病人三百余名。", "城西药房改为全天营业，夜间请按门铃。")


def table(
    delimiter: str = ",", encoding: str = "utf-8", heads: str = "标题,正文,日期,来源"
) -> bytes:
    rows = [
        heads.split(","),
        ["开诊", TEXTS[0], "2024-03-01", "城东报"],
        ["药房", TEXTS[1], "2024年3月2日", ""],
        ["空行", "", "", ""],
    ]
    buffer = StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue().encode(encoding)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_is_an_article(delimiter: str, encoding: str) -> None:
    read = loaders.parse(table(delimiter, encoding), "a.csv")
    articles = split(read)
    assert [(a.title, a.text, a.date, a.source) for a in articles] == [
        ("开诊", TEXTS[0], "2024-03-01", "城东报"),
        ("药房", TEXTS[1], "2024-03-02", ""),
    ]
    assert [part.span.of(read.text) for part in read.parts] == list(TEXTS)
    assert any("1 rows have no text" in warning for warning in read.warnings)


def test_the_surest_name_wins() -> None:
    rows = [{"_id": "7", "content": "short", "text": TEXTS[0], "headline": "H", "url": "ftp://x"}]
    read = loaders.parse(json.dumps(rows[0]).encode(), "a.jsonl")
    assert (read.text, dict(read.parts[0].metadata)) == (TEXTS[0], {"title": "H"})
    assert any(warning.startswith("Row 1: The url") for warning in read.warnings)


def test_broken_lines_cost_themselves() -> None:
    lines = [
        json.dumps({"title": "T", "text": TEXTS[0]}),
        "{oops",
        "[1]",
        "",
        '{"text": ["a", "b"]}',
    ]
    read = loaders.parse("\n".join(lines).encode(), "a.jsonl")
    assert [part.span.of(read.text) for part in read.parts] == [TEXTS[0], "a\n\nb"]
    assert [w for w in read.warnings if "Line" in w] == [
        "Line 2 is not a JSON object and was left out.",
        "Line 3 is not a JSON object and was left out.",
    ]


def test_tables_without_text_say_which_columns_they_have() -> None:
    with pytest.raises(BadMetadata, match="甲, 乙"):
        loaders.parse("甲,乙\n1,2\n".encode(), "a.csv")
    with pytest.raises(EmptyFile):
        loaders.parse("正文,标题\n,空\n".encode(), "a.csv")
    with pytest.raises(BadMetadata):
        loaders.parse(b"not json", "a.jsonl")


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.jsonl", "a.mhtml"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    try:
        read = loaders.parse(data, name)
    except InputError:
        return
    for part in read.parts:
        assert part.span.of(read.text)


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1), min_size=1))
def test_every_text_of_a_row_comes_back(texts: list[str]) -> None:
    lines = "\n".join(json.dumps({"text": text}) for text in texts)
    try:
        read = loaders.parse(lines.encode(), "a.jsonl")
    except (BadEncoding, EmptyFile):  # characters that mean "no text" everywhere
        return
    assert [part.span.of(read.text) for part in read.parts] == [
        cleaned for text in texts if (cleaned := loaders.text.parse(text.encode(), "").text.strip())
    ]
