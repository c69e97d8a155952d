"""E-books put together by the tests."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from corpus import loaders
from corpus.articles import split
from corpus.errors import EmptyFile, UnreadableFile

CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""
OPF = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>县城医事</dc:title>
<dc:creator>沈伯言</dc:creator><dc:date>2021-03-04T00:00:00Z</dc:date>
<dc:language>zh-CN</dc:language></metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="b" href="text/second%20one.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/first.xhtml" media-type="application/xhtml+xml"/>
<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
</manifest>
<spine><itemref idref="cover"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""
PAGE = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">' + (
    "<head><title>x</title></head><body>{}</body></html>"
)
FIRST = "老县城只有一条街，街尾是卫生院。" * 15
SECOND = "新医院建在河对岸，<ruby>桥<rt>qiáo</rt></ruby>修了三年。" * 15


def book(opf: str = OPF, container: str = CONTAINER, **pages: str) -> bytes:
    held = {
        "nav": "<p>目录</p>",
        "cover": "<h1>县城医事</h1>",
        "first": f"<h1>街尾的卫生院</h1><p>{FIRST}</p>",
        "second": f"<h1>河对岸</h1><div><p>{SECOND}</p><p>完。</p></div>",
        **pages,
    }
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("mimetype", "application/epub+zip")
        package.writestr("META-INF/container.xml", container)
        package.writestr("OEBPS/book.opf", opf)
        package.writestr("OEBPS/nav.xhtml", PAGE.format(held["nav"]))
        package.writestr("OEBPS/cover.xhtml", PAGE.format(held["cover"]))
        package.writestr("OEBPS/text/first.xhtml", PAGE.format(held["first"]))
        package.writestr("OEBPS/text/second one.xhtml", PAGE.format(held["second"]))
    return buffer.getvalue()


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
