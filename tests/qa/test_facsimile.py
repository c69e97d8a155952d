"""The picture of a page: only of a page that is cited from, of a file that is still the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from corpus.ingest import ingest
from corpus.ledger import Ledger
from corpus.types import Article, Document, Passage, PlacedLine, Span
from qa import facsimile as facsimile_module
from qa import problems, reader
from qa.facsimile import Sheet, sheets
from qa.links import citation_url, joined
from qa.settings import Settings
from tests import newspaper
from tests.corpus.bomb import inflating

QUOTE = "康复楼于2023年11月20日启用"


class Rack:
    """The newspaper page, as PDF with text, in a real ledger, and the pages in front of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "news.pdf"
        self.file.write_bytes(newspaper.pdf())
        self.ledger = Ledger(folder / "ledger.sqlite")
        assert not ingest([self.file], self.ledger).failed
        self.first, self.second = (row.id for row in self.ledger.articles())

    def client(self, *, serve_pages: bool = True) -> TestClient:
        app = FastAPI()
        problems.install(app)
        chosen = Settings(home=self.folder, serve_pages=serve_pages)
        app.include_router(reader.routes(chosen, self.ledger))
        return TestClient(app)

    def url(self, quote: str) -> str:
        text = self.ledger.article(self.first).text
        start = text.index(quote)
        return citation_url(self.first, text, start, start + len(quote))


@pytest.fixture
def rack(tmp_path: Path) -> Iterator[Rack]:
    made = Rack(tmp_path)
    with made.ledger:
        yield made


def test_a_page_is_a_picture_of_bounded_size(rack: Rack) -> None:
    client = rack.client()
    answer = client.get(f"/article/{rack.first}/page/1.jpg")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    with Image.open(BytesIO(answer.content)) as image:
        assert max(image.size) == 2_000
        assert image.size[0] / image.size[1] == pytest.approx(
            newspaper.WIDTH / newspaper.HEIGHT, abs=0.002
        )
    again = client.get(answer.url.path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_quoted_lines_are_outlined_on_it(rack: Rack) -> None:
    html = rack.client().get(rack.url(QUOTE)).text
    assert f'src="/article/{rack.first}/page/1.jpg" loading="lazy"' in html
    assert 'alt="Page 1 of news.pdf as it was printed"' in html
    (outline,) = re.findall(r'<a href="#q1".*?<rect x="([\d.]+)%" y="([\d.]+)%"', html)
    word = next(word for word in newspaper.words() if word.text.startswith(QUOTE[:8]))
    x, y = 100 * word.x / newspaper.WIDTH, 100 * (word.y - word.size) / newspaper.HEIGHT
    assert (float(outline[0]), float(outline[1])) == pytest.approx((x, y), abs=0.4)
    assert html.count("<rect") == 1
    both = rack.client().get(joined([rack.url(QUOTE), rack.url("唐雪梅")])).text
    assert re.findall(r'<a href="(#q\d)" aria-label="Citation \d"><rect', both) == ["#q1", "#q2"]


def test_without_a_quote_the_page_it_begins_on_is_shown(rack: Rack) -> None:
    html = rack.client().get(f"/article/{rack.second}").text
    assert html.count("<figure") == 1
    assert "<rect" not in html
    assert "<figure" not in rack.client().get(f"/article/{rack.second}?raw=1").text


@pytest.mark.parametrize(
    "path",
    [
        "/article/{id}/page/0.jpg",
        "/article/{id}/page/2.jpg",
        "/article/{id}/page/-1.jpg",
        "/article/{id}/page/99999999999999999999.jpg",
        "/article/{id}/page/1.png",
        "/article/{id}/page/1e0.jpg",
        "/article/{id}/page/..%2f1.jpg",
        "/article/{id}/page/%00.jpg",
        "/article/nope/page/1.jpg",
        "/article/..%2f..%2fetc%2fpasswd/page/1.jpg",
        "/article/{file}/page/1.jpg",
        "/article/{id}%00/page/1.jpg",
    ],
)
def test_no_other_address_leads_to_a_file(rack: Rack, path: str) -> None:
    address = path.format(id=rack.first, file=str(rack.file).replace("/", "%2f"))
    assert rack.client().get(address).status_code == 404


def test_the_operator_can_switch_it_off(rack: Rack) -> None:
    client = rack.client(serve_pages=False)
    assert client.get(f"/article/{rack.first}/page/1.jpg").status_code == 404
    assert "<figure" not in client.get(rack.url(QUOTE)).text


def test_a_file_that_changed_or_went_is_not_shown_and_told(rack: Rack) -> None:
    client = rack.client()
    other = rack.folder / "other.pdf"
    other.write_bytes(newspaper.pdf() + b"\n")
    rack.file.unlink()
    for _ in range(2):
        html = client.get(rack.url(QUOTE)).text
        assert "The file is gone or has changed" in html
        assert "<figure" not in html
        assert QUOTE in html
        assert client.get(f"/article/{rack.first}/page/1.jpg").status_code == 404
        if not rack.file.exists():
            rack.file.symlink_to(other)


def test_no_picture_shows_an_article_that_was_removed(rack: Rack) -> None:
    rack.ledger.remove([rack.second])
    assert rack.client().get(f"/article/{rack.first}/page/1.jpg").status_code == 404
    html = rack.client().get(rack.url(QUOTE)).text
    assert "<figure" not in html
    assert 'role="note"' not in html


def test_a_page_in_an_archive(rack: Rack) -> None:
    archive = rack.folder / "issue.zip"
    with ZipFile(archive, "w") as made:
        made.writestr("pages/three.pdf", newspaper.pdf() + b"\n")
    ingest([archive], rack.ledger)
    id = next(row.id for row in rack.ledger.articles() if "three.pdf" in row.path)
    assert rack.client().get(f"/article/{id}/page/1.jpg").status_code == 200


def test_text_has_no_pages(rack: Rack) -> None:
    file = rack.folder / "a.txt"
    file.write_text("城南卫生院添了新的救护车。", encoding="utf-8")
    ingest([file], rack.ledger)
    id = next(row.id for row in rack.ledger.articles() if row.path.endswith("a.txt"))
    assert "<figure" not in rack.client().get(f"/article/{id}").text
    assert rack.client().get(f"/article/{id}/page/1.jpg").status_code == 404


def test_drawing_a_hostile_file_is_bounded(rack: Rack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facsimile_module, "MEMORY", 400_000_000)
    bomb = rack.folder / "bomb.pdf"
    bomb.write_bytes(inflating(30_000_000))
    document = Document(
        str(bomb),
        "问据",
        "application/pdf",
        "",
        pages=(Span(0, 2),),
        lines=(PlacedLine(Span(0, 2), 0, (0, 0, 1, 1)),),
    )
    article = Article("", "问据", source_offsets=((0, 0),))
    digest = sha256(bomb.read_bytes()).hexdigest()
    (id,) = rack.ledger.put(document, digest, [article], [[Passage(0, "", Span(0, 2))]])
    answer = rack.client().get(f"/article/{id}/page/1.jpg")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("bomb.pdf brought its parser down")


def test_lines_of_a_column_share_an_outline_and_columns_do_not() -> None:
    article = Article("a", "一二三四五六七八", source_offsets=((0, 0),))
    boxes = [
        (0.1, 0.1, 0.3, 0.12),  # two lines of a column, one of the next, one of the next page
        (0.1, 0.13, 0.2, 0.15),
        (0.35, 0.1, 0.55, 0.12),
        (0.1, 0.1, 0.3, 0.12),
    ]
    lines = [
        PlacedLine(Span(2 * number, 2 * number + 2), number // 3, box)
        for number, box in enumerate(boxes)
    ]
    first, second = sheets(article, lines, [Span(1, 8)])
    assert [outline.box for outline in first.outlines] == [(0.1, 0.1, 0.3, 0.15), boxes[2]]
    assert second == Sheet(2, second.outlines)
    assert [outline.box for outline in second.outlines] == [boxes[3]]
    assert sheets(article, lines, [Span(0, 2)])[0].outlines[0].box == boxes[0]
    assert sheets(article, [], [Span(0, 2)]) == []
