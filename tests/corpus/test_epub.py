"""E-books put together by the tests."""

from __future__ import annotations

import pytest

from corpus import loaders
from corpus.articles import split
from corpus.errors import EmptyFile, UnreadableFile
from tests.corpus.books import FIRST, OPF, book


def test_each_chapter_is_an_article_of_the_book() -> None:
    articles = split(loaders.parse(book(), "book.epub"))
    assert [(a.title, a.source, a.author, a.date, a.language) for a in articles] == [
        (title, "县城医事", "沈伯言", "2021-03-04", "zh-CN") for title in ("街尾的卫生院", "河对岸")
    ]
    assert FIRST in articles[0].text
    assert "新医院建在河对岸，桥修了三年。" in articles[1].text
    assert "目录" not in articles[0].text
    assert "qiáo" not in articles[1].text
    assert articles[1].text.endswith("\n\n完。")


def test_entities_are_not_expanded() -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with pytest.raises(UnreadableFile, match="entities"):
        loaders.parse(book(opf=laughs + OPF.split("?>", 1)[1]), "book.epub")
    # In a chapter, whose markup is read by an HTML parser, they stay what is written.
    read = loaders.parse(book(first=laughs + "<p>" + "&b;" * 200 + "</p>"), "book.epub")
    assert "haha" not in read.text


def test_a_book_that_is_none() -> None:
    with pytest.raises(UnreadableFile):
        loaders.parse(book(container="<container/>"), "book.epub")
    with pytest.raises(UnreadableFile):
        loaders.parse(book(opf="<package"), "book.epub")
    with pytest.raises(EmptyFile):
        loaders.parse(book(cover="", first="", second=" "), "book.epub")


def test_deep_markup_does_not_exhaust_the_stack() -> None:
    deep = "<div>" * 50_000 + "<p>" + FIRST
    read = loaders.parse(book(first=deep), "book.epub")
    assert "新医院" in read.text
