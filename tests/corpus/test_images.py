"""Scans: what recognition finds is put in order, and one page is really read."""

from __future__ import annotations

from io import BytesIO
from math import cos, radians, sin

import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

from corpus import loaders
from corpus.articles import split
from corpus.errors import ExtraMissing, FileTooLarge, UnreadableFile
from corpus.layout import compose
from corpus.loaders import images, recognition
from corpus.loaders.recognition import Points
from tests import newspaper

SCALE = 150 / 72  # pixels in a point, as scanned at 150 dpi


def recognised(degrees: float = 0.0) -> list[tuple[Points, str, float]]:
    """Return the newspaper page as recognition gives it: row by row, boxes wider than the type."""
    found: list[tuple[Points, str, float]] = []
    for word in sorted(newspaper.words(), key=lambda word: (word.y, word.x)):
        size, x, y = word.size * SCALE, word.x * SCALE, word.y * SCALE
        reach = 0.125 * size
        left, top = x - reach, y - 0.88 * size - reach
        right = x + newspaper.printed_width(word) * SCALE + reach
        bottom = y + 0.12 * size + reach
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        found.append(([turn(point, degrees) for point in corners], word.text, 0.9))
    return found


def turn(point: tuple[float, float], degrees: float) -> tuple[float, float]:
    x, y = point[0] - 620, point[1] - 877
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return 620 + c * x - s * y, 877 + s * x + c * y


def bytes_of(image: Image.Image, format: str) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format)
    return buffer.getvalue()


@pytest.mark.parametrize("degrees", [0.0, 1.0, -1.0, 2.5])
def test_columns_articles_and_captions_of_a_scan_that_lies_askew(degrees: float) -> None:
    composed = compose([recognition._page(recognised(degrees), 1240, 1754)])
    assert [part.metadata["title"] for part in composed.parts] == [
        "清河县第二人民医院：把康复病房搬到家门口",
        "社区药房试行错峰取药",
    ]
    for part, written in zip(composed.parts, newspaper.ARTICLES, strict=True):
        lines = [line.lstrip("# ") for line in part.span.of(composed.text).split("\n") if line]
        assert [line for line in lines if line != newspaper.CAPTION] == (
            newspaper.editor_text(written)
        )
    assert composed.metadata == {"date": "2024-05-08", "source": "清河日报"}


def test_old_print_runs_downwards_from_the_right() -> None:
    lines = ["城南旧有医馆一所，", "馆主姓陈世代行医，", "每逢朔望施药济贫。"]
    found: list[tuple[Points, str, float]] = []
    for number, line in enumerate(lines):
        left, top = 800 - 60 * number, 100
        right, bottom = left + 40, top + 40 * len(line)
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        found.append((corners, line, 0.9))
    composed = compose([recognition._page(found[::-1], 1000, 1400)])
    assert composed.text == "".join(lines)
    box = composed.lines[0].box
    assert 0.79 < box[0] < box[2] < 0.85
    assert 0.07 < box[1] < box[3] < 0.35


def test_doubtful_lines_are_kept_and_counted() -> None:
    left, right = (10.0, 200.0)
    found: list[tuple[Points, str, float]] = []
    for number, (text, score) in enumerate([("也许是这样", 0.5), ("一定是这样的", 0.8)]):
        top, bottom = 10.0 + 40 * number, 40.0 + 40 * number
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        found.append((corners, text, score))
    composed = compose([recognition._page(found, 300, 300)])
    assert composed.text == "也许是这样一定是这样的"
    assert [line.confidence for line in composed.lines] == [0.5, 0.8]
    assert recognition.doubts(composed.lines) == ["1 of 2 lines (5 characters) are doubtful."]
    assert recognition.doubts(composed.lines[1:]) == []


def test_a_scan_in_a_pdf_is_read_with_its_page() -> None:
    font = ImageFont.truetype(str(newspaper.FONT), 40, index=newspaper.SIMPLIFIED)
    image = Image.new("L", (1000, 420), 255)
    for number, line in enumerate(["望江镇卫生院今年新增", "病床四十二张，医生九名。"]):
        ImageDraw.Draw(image).text((60, 120 + 64 * number), line, font=font, fill=0)
    made = FPDF(unit="pt", format=(500, 210))
    made.add_page()  # empty: not a scan, and not read as one
    made.add_page()
    made.image(image, x=0, y=0, w=500)
    read = loaders.parse(bytes(made.output()), "scan.pdf")
    (article,) = split(read)
    assert article.text == "望江镇卫生院今年新增病床四十二张，医生九名。"
    assert [page.of(read.text) for page in read.pages] == ["", article.text]
    assert all(line.page == 1 and line.confidence > 0.8 for line in read.lines)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "find_spec", lambda name: None)
    recognition._engine.cache_clear()
    with pytest.raises(ExtraMissing) as caught:
        loaders.parse(bytes_of(Image.new("L", (50, 50), 255), "PNG"), "a.png")
    assert "wenju[ocr]" in caught.value.hint


def test_pictures_that_are_none_or_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableFile):
        loaders.parse(b"\x89PNG\r\n\x1a\nnothing", "a.png")
    whole = bytes_of(Image.effect_noise((400, 400), 90), "JPEG")
    with pytest.raises(UnreadableFile):
        loaders.parse(whole[: len(whole) // 2], "b.jpg")
    for side in (10_000, 14_000):
        bomb = bytes_of(Image.new("1", (side, side)), "PNG")
        assert len(bomb) < 100_000
        with pytest.raises(FileTooLarge, match="pixels"):
            loaders.parse(bomb, "c.png")
    monkeypatch.setattr(images, "MAX_PAGES", 1)
    buffer = BytesIO()
    page = Image.new("1", (9, 9))
    page.save(buffer, "TIFF", save_all=True, append_images=[page])
    with pytest.raises(FileTooLarge, match="2 pages"):
        loaders.parse(buffer.getvalue(), "d.tif")
