"""The article page shows the whole text, marks what is cited, and lets no article speak HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from corpus.ledger import Ledger
from corpus.types import Article, Document, Passage, Span
from qa import problems, reader
from qa.links import citation_url, joined
from qa.settings import Settings

TITLE = "青河医院启用新急诊楼"
TEXT = (
    f"{TITLE}\n\n青河医院本周启用新的急诊楼。急诊楼共有六十张病床。\n\n下一步\n\n"
    "院长陈岚说，病人等候时间将减半。<script>alert(1)</script> & <b>粗</b>\n"
)
RAW = "扫描件第3页\n" + TEXT
QUOTE = "急诊楼共有六十张病床。"


class Shelf:
    """One article in a real ledger, and the page in front of it."""

    def __init__(self, folder: Path) -> None:
        self.ledger = Ledger(folder / "ledger.sqlite")
        self.file = folder / "news.txt"
        self.file.write_text(RAW, encoding="utf-8")
        self.id = self.put(TEXT)
        self.settings = Settings(home=folder)

    def put(self, text: str) -> str:
        raw = RAW.replace(TEXT, text)
        heading = text.index("下一步")
        article = Article(
            id="",
            text=text,
            title=TITLE,
            source="青河日报",
            date="2024-05-01",
            language="zh",
            url="javascript:alert(1)",
            path=str(self.file),
            headings=(Span(0, len(TITLE)), Span(heading, heading + 3)),
            source_offsets=((0, raw.index(text)),),
        )
        document = Document(str(self.file), raw, "text/plain", "utf-8")
        digest = sha256(raw.encode()).hexdigest()
        passage = Passage(0, "", Span(0, len(text)))
        return self.ledger.put(document, digest, [article], [[passage]])[0]

    def url(self, quote: str, text: str = TEXT) -> str:
        start = text.index(quote)
        return citation_url(self.id, text, start, start + len(quote))

    def client(self, *, serve_files: bool = False) -> TestClient:
        app = FastAPI()
        problems.install(app)
        chosen = replace(self.settings, serve_files=serve_files)
        app.include_router(reader.routes(chosen, self.ledger))
        return TestClient(app)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path)
    with made.ledger:
        yield made


def marks(html: str) -> list[str]:
    """Return the text of each mark, the numbers in it left out."""
    found = re.findall(r"<mark[^>]*>(.*?)</mark>", html, re.S)
    return [unescape(re.sub(r"<span.*?</span>", "", each)) for each in found]


def test_the_cited_sentence_is_marked_and_is_the_target(shelf: Shelf) -> None:
    url = shelf.url(QUOTE)
    html = shelf.client().get(url).text
    assert marks(html) == [QUOTE]
    assert url.endswith("#q1")
    assert 'id="q1"' in html


def test_an_article_cannot_speak_html(shelf: Shelf) -> None:
    html = shelf.client().get(f"/article/{shelf.id}").text
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;粗" in html
    assert "javascript:" not in html


def test_what_is_shown_beside_the_text(shelf: Shelf) -> None:
    html = shelf.client().get(f"/article/{shelf.id}", headers={"accept-language": "zh-CN"}).text
    assert '<html lang="zh-Hans">' in html
    assert "青河日报" in html
    assert "2024-05-01" in html
    assert "news.txt" in html
    assert str(shelf.file.parent) not in html
    assert html.count(f">{TITLE}<") == 1  # the title is not said twice
    assert "<h2>下一步</h2>" in html


def test_an_edit_elsewhere_moves_the_mark_and_says_so(shelf: Shelf) -> None:
    url = shelf.url(QUOTE)
    shelf.put(TEXT.replace("本周", "上个星期"))
    html = shelf.client().get(url).text
    assert marks(html) == [QUOTE]
    assert "edited elsewhere" in html


def test_a_changed_quote_is_underlined_and_told(shelf: Shelf) -> None:
    url = shelf.url(QUOTE)
    shelf.put(TEXT.replace("共有六十张", "共设八十五张"))
    html = shelf.client().get(url).text
    assert 'class="changed"' in html
    assert marks(html) == ["急诊楼共设八十五张病床。"]
    assert "has changed since" in html


def test_a_quote_that_is_gone_is_told(shelf: Shelf) -> None:
    url = shelf.url(QUOTE)
    shelf.put("今天有雨。\n\n下一步\n\n休息。")
    html = shelf.client().get(url).text
    assert marks(html) == []
    assert "no longer in this article" in html


def test_several_citations_are_numbered_and_linked(shelf: Shelf) -> None:
    html = shelf.client().get(joined([shelf.url(QUOTE), shelf.url("病人等候时间将减半")])).text
    assert marks(html) == [QUOTE, "病人等候时间将减半"]
    assert re.findall(r'href="#(q\d)"', html) == ["q1", "q2"]


def test_the_raw_source_stands_beside_its_text(shelf: Shelf) -> None:
    client = shelf.client()
    html = client.get(f"/article/{shelf.id}?raw=1").text
    left_and_right = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td></tr>", html, re.S)
    plain = [(re.sub(r"<[^>]+>", "", left), right) for left, right in left_and_right]
    assert len(plain) == 3
    assert all(left.strip() == right.strip() for left, right in plain)
    assert re.search(r'href="(\?[^"]*)"', client.get(shelf.url(QUOTE)).text)


def test_switching_the_raw_text_keeps_the_citation(shelf: Shelf) -> None:
    client = shelf.client()
    html = client.get(shelf.url(QUOTE)).text
    query = unescape(re.findall(r'href="(\?at=[^"]*)"', html)[0])
    with_raw = client.get(f"/article/{shelf.id}{query}").text
    assert marks(with_raw) == [QUOTE]
    assert "<table" in with_raw


def test_an_unknown_article_is_a_problem_and_no_traceback(shelf: Shelf) -> None:
    answer = shelf.client().get("/article/nope")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:wenju:problem:not-found"
    assert answer.json()["hint"]


def test_the_original_is_offered_only_when_allowed_and_unchanged(shelf: Shelf) -> None:
    url = f"/article/{shelf.id}/file"
    assert shelf.client().get(url).status_code == 404
    allowed = shelf.client(serve_files=True)
    answer = allowed.get(url)
    assert answer.content == RAW.encode()
    assert answer.headers["content-disposition"].startswith("attachment")
    assert f'href="{url}"' in allowed.get(f"/article/{shelf.id}").text
    shelf.file.write_text("something else", encoding="utf-8")
    assert allowed.get(url).status_code == 404


@pytest.mark.parametrize("query", ["at=9999999-99999999", "at=%00", "at=1-2&from=%ff", "raw=%ff"])
def test_a_hostile_query_shows_the_article(shelf: Shelf, query: str) -> None:
    answer = shelf.client().get(f"/article/{shelf.id}?{query}")
    assert answer.status_code == 200
    assert QUOTE in answer.text
