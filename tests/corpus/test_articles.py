"""Splitting files into articles, and what is found about each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.aligned import source_offset, source_span
from corpus.articles import split
from corpus.passages import sentences
from corpus.types import Article, Document, Span

DATA = Path(__file__).with_name("data")
PAGE = DATA.joinpath("scanned_page.txt").read_text("utf-8")
EXPECTED: list[dict[str, Any]] = yaml.safe_load(
    DATA.joinpath("scanned_page.yaml").read_text("utf-8")
)
BODY = (
    "医院坐落在湖边，是当地历史最久的医院之一，附近几个乡镇的人都到这里看病。全院有职工三百多人，"
    "开放床位四百张，去年门诊量超过二十万人次，手术三千多台。"
) * 3
ENGLISH = "The hospital stands by the lake. It is the oldest in the county. " * 8


def document(text: str, **metadata: str) -> Document:
    return Document("a.txt", text, "text/plain", "utf-8", metadata)


def only(text: str, **metadata: str) -> Article:
    (article,) = split(document(text, **metadata))
    return article


def headings(article: Article) -> list[str]:
    return [span.of(article.text) for span in article.headings]


@pytest.mark.parametrize("number", range(len(EXPECTED)))
def test_scanned_page(number: int) -> None:
    articles, expected = split(document(PAGE)), EXPECTED[number]
    assert len(articles) == len(EXPECTED)
    article = articles[number]
    assert (article.title, article.author, article.source, article.language) == (
        expected["title"],
        expected["author"],
        expected["source"],
        "zh",
    )
    assert headings(article) == expected["headings"]
    found = [span.of(article.text) for span in sentences(article.text)]
    assert [sentence for sentence in expected["sentences"] if sentence not in found] == []
    assert [words for words in expected["must"] if words not in article.text] == []
    assert [words for words in expected["must_not"] if words in article.text] == []


def test_no_character_of_a_scanned_page_is_lost() -> None:
    articles = split(document(PAGE))
    kept = sorted(letter for article in articles for letter in article.text if letter.isalnum())
    mended = "一"  # the numeral a scanner read as two dashes
    assert kept == sorted([*(letter for letter in PAGE if letter.isalnum()), mended])


def test_every_sentence_of_a_scanned_page_knows_its_source() -> None:
    for article in split(document(PAGE)):
        for span in sentences(article.text):
            stretch = source_span(article.source_offsets, span).of(PAGE)
            letters = [letter for letter in span.of(article.text) if letter.isalnum()]
            assert set(letters) <= {*stretch, "一"}


SEVERAL = {
    "institutions with a colon": (
        f"清溪县人民医院:\n\n守一方湖 亮一盏灯\n\n{BODY}\n\n周可 林秋 文/图\n\n\n\n"
        f"白鹭镇卫生院：\n\n三个人和一条船\n\n{BODY}\n\n林知秋 文/图",
        ["清溪县人民医院：守一方湖 亮一盏灯", "白鹭镇卫生院：三个人和一条船"],
    ),
    "the same, line under line": (
        f"清溪县人民医院:\n守一方湖 亮一盏灯\n{BODY}\n白鹭镇卫生院:\n三个人和一条船\n{BODY}",
        ["清溪县人民医院：守一方湖 亮一盏灯", "白鹭镇卫生院：三个人和一条船"],
    ),
    "institutions as marked headings, with sections": (
        f"## 清溪县人民医院：\n\n# 夜里有灯\n\n{BODY}\n\n## 夜间门诊\n\n{BODY}\n\n(周可 林秋)\n\n"
        f"## 白鹭镇卫生院：\n\n# 三个人和一条船\n\n{BODY}\n\n## 巡诊\n\n{BODY}",
        ["清溪县人民医院：夜里有灯", "白鹭镇卫生院：三个人和一条船"],
    ),
    "institution and headline on one line": (
        f"清溪县人民医院：夜里有灯\n\n{BODY}\n\n白鹭镇卫生院：三个人和一条船\n\n{BODY}",
        ["清溪县人民医院：夜里有灯", "白鹭镇卫生院：三个人和一条船"],
    ),
    "bylines": (
        f"夜里有灯\n\n■清溪晚报记者 周可\n\n{BODY}\n\n夜间门诊\n\n{BODY}\n\n"
        f"三个人和一条船\n\n■清溪晚报记者 林知秋\n\n{BODY}",
        ["夜里有灯", "三个人和一条船"],
    ),
    "credits at the end": (
        f"夜里有灯\n\n{BODY}\n\n（周可）\n\n三个人和一条船\n\n{BODY}\n\n（林秋）",
        ["夜里有灯", "三个人和一条船"],
    ),
    "titles of the first level": (
        f"# 夜里有灯\n\n{BODY}\n\n## 门诊\n\n{BODY}\n\n# 三个人和一条船\n\n{BODY}",
        ["夜里有灯", "三个人和一条船"],
    ),
    "a long rule": (
        f"夜里有灯\n\n{BODY}\n\n==========\n\n三个人和一条船\n\n{BODY}",
        ["夜里有灯", "三个人和一条船"],
    ),
    "English bylines": (
        f"The hospital at night\n\nBy Jane Doe\n\n{ENGLISH}\n\n"
        f"Three men in a boat\n\nBy John Roe\n\n{ENGLISH}",
        ["The hospital at night", "Three men in a boat"],
    ),
}


@pytest.mark.parametrize(("text", "titles"), SEVERAL.values(), ids=SEVERAL)
def test_a_file_with_several_articles(text: str, titles: list[str]) -> None:
    assert [article.title for article in split(document(text))] == titles


ONE = {
    "sections": f"# 夜里有灯\n\n## ——湖边纪事\n\n记者周可\n\n{BODY}\n\n## 门诊\n\n{BODY}",
    "numbered sections": f"夜里有灯\n\n{BODY}\n\n一、门诊\n\n{BODY}\n\n二、病房\n\n{BODY}",
    "sections without marks": f"夜里有灯\n\n{BODY}\n\n门诊\n\n{BODY}\n\n病房\n\n{BODY}",
    "a title page": f"清溪医院：\n\n夜里有灯\n\n清溪医院：\n\n夜里有灯\n\n■晚报记者 周可\n\n{BODY}",
    "the title again on the next page": f"# 夜里有灯\n\n{BODY}\n\n# 夜里有灯\n\n{BODY}",
    "a line that ends in a colon": f"夜里有灯\n\n{BODY}\n\n院长说：\n\n“很好。”\n\n{BODY}",
    "a list of departments": f"夜里有灯\n\n{BODY}\n\n科室：\n\n- 内科\n- 外科\n\n{BODY}",
    "short parts": "# 内科\n\n二楼。\n\n# 外科\n\n三楼。",
}


@pytest.mark.parametrize("text", ONE.values(), ids=ONE)
def test_a_file_with_one_article(text: str) -> None:
    assert len(split(document(text))) == 1


def test_a_declared_title_makes_marked_headings_sections() -> None:
    text = f"# 门诊\n\n{BODY}\n\n# 病房\n\n{BODY}"
    assert len(split(document(text))) == 2
    assert only(text, title="湖边的医院").title == "湖边的医院"


MASTHEADS = [
    (
        f"清溪晚报\n\n2023年6月30日 A03版\n\n夜里有灯\n\n本报记者 周可 通讯员 林秋\n\n{BODY}",
        ("夜里有灯", "周可 林秋", "清溪晚报", "2023-06-30"),
    ),
    (
        f"夜里有灯\n来源：清溪日报  作者：周可  2023-6-3\n\n{BODY}",
        ("夜里有灯", "周可", "清溪日报", "2023-06-03"),
    ),
    (
        f"春天来了。\n\n{BODY}\n\n「湖」上灯火明\n\n清溪日报全媒体记者周可 通讯员林秋\n\n{BODY}",
        ("「湖」上灯火明", "周可 林秋", "清溪日报", ""),
    ),
    (f"夜里有灯\n\n{BODY}\n\n周可 林秋 文/图", ("夜里有灯", "周可 林秋", "", "")),
    (f"夜里有灯\n\n{BODY}\n\n(周可 林秋)", ("夜里有灯", "周可 林秋", "", "")),
    (f"夜里有灯\n\n{BODY}医院建于1956年6月30日。", ("夜里有灯", "", "", "")),
    (
        f"# Night shift\n\nBy Jane Doe\n\nJune 30, 2023\n\n{ENGLISH}",
        ("Night shift", "Jane Doe", "", "2023-06-30"),
    ),
    (
        BODY,
        (
            "医院坐落在湖边，是当地历史最久的医院之一，附近几个乡镇的人都到这里看病。",
            "",
            "",
            "",
        ),
    ),
]


@pytest.mark.parametrize(("text", "found"), MASTHEADS)
def test_masthead(text: str, found: tuple[str, str, str, str]) -> None:
    article = only(text)
    assert (article.title, article.author, article.source, article.date) == found


def test_what_the_file_declares_wins() -> None:
    declared = {
        "title": "题",
        "author": "作者",
        "source": "来源",
        "date": "2024",
        "url": "https://a.example/",
        "language": "zh-Hant",
    }
    article = only(f"夜里有灯\n\n■清溪晚报记者 周可\n\n2023年6月30日\n\n{BODY}", **declared)
    assert {name: getattr(article, name) for name in declared} == declared
    assert (article.id, article.path) == ("", "a.txt")


def test_headings_stand_where_they_are_said_to() -> None:
    text = f"# 夜里有灯\n\n{BODY}\n\n## 门诊 ##\n\n### 内科\n\n{BODY}\n\n张三\n\n## 病房\n\n{BODY}"
    assert headings(only(text)) == ["夜里有灯", "门诊", "内科", "病房"]
    assert "#" not in only(text).text


def test_one_blank_line_stands_between_paragraphs() -> None:
    text = f"夜里有灯\n\n\n\n{BODY}\n\n\n门诊\n\n{BODY}\n\n\n\n\n病房\n\n{BODY}"
    article = only(text)
    assert "\n\n\n" not in article.text
    assert headings(article) == ["夜里有灯", "门诊", "病房"]
    for position, character in enumerate(article.text):
        assert text[source_offset(article.source_offsets, position)] == character


def test_nothing_gives_no_article() -> None:
    assert split(document("")) == split(document(" \n\u3000\ufeff\n")) == []


@settings(deadline=None)
@given(st.text(alphabet='医院在湖边，。:：\n# 记者"-*|1年月日()（）■ab ', max_size=200))
def test_any_text_gives_articles_with_spans_inside(text: str) -> None:
    for article in split(document(text)):
        assert article.text.strip()
        assert article.title
        for heading in article.headings:
            assert heading.of(article.text).strip()
            assert "\n" not in heading.of(article.text)
        whole = source_span(article.source_offsets, Span(0, len(article.text)))
        assert whole.end <= len(text)
