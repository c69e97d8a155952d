"""PDF by its text layer: pages made by the tests must come back exactly, in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pytest
from fpdf import FPDF
from pypdfium2 import PdfDocument

from corpus import loaders
from corpus.articles import split
from corpus.errors import EmptyFile, FileTooLarge, UnreadableFile
from corpus.loaders import pdf
from corpus.types import Span
from tests import newspaper


def document(pages: Sequence[Sequence[tuple[float, float, float, str]]], **sizes: float) -> bytes:
    """Make a PDF of (x, y, size, text) in points."""
    made = FPDF(unit="pt", format=(sizes.get("width", 595), sizes.get("height", 842)))
    made.add_font("noto", fname=newspaper.FONT, collection_font_number=newspaper.SIMPLIFIED)
    for page in pages:
        made.add_page()
        for x, y, size, text in page:
            made.set_font("noto", size=size)
            made.text(x, y, text)
    return bytes(made.output())


def rotated(data: bytes, degrees: int) -> bytes:
    """Return a PDF whose pages are shown rotated."""
    opened = PdfDocument(data)
    for page in opened:
        page.set_rotation(degrees)
    buffer = BytesIO()
    opened.save(buffer)
    opened.close()
    return buffer.getvalue()


def test_a_newspaper_page_reads_as_its_editor_has_it() -> None:
    articles = split(loaders.parse(newspaper.pdf(), "news.pdf"))
    assert [article.title for article in articles] == [
        "清河县第二人民医院：把康复病房搬到家门口",
        "社区药房试行错峰取药",
    ]
    for article, written in zip(articles, newspaper.ARTICLES, strict=True):
        lines = [line for line in article.text.split("\n") if line and line != newspaper.CAPTION]
        assert lines == newspaper.editor_text(written)


def test_what_a_newspaper_page_says_of_itself() -> None:
    first, second = split(loaders.parse(newspaper.pdf(), "news.pdf"))
    assert [(a.date, a.source, a.author) for a in (first, second)] == [
        ("2024-05-08", "清河日报", "林小舟"),
        ("2024-05-08", "清河日报", "赵一鸣"),
    ]
    assert newspaper.CAPTION in first.text.split("\n")
    for text in (newspaper.DATELINE, "— 3 —"):
        assert text not in first.text + second.text


def test_every_character_knows_its_page_and_line() -> None:
    read = loaders.parse(newspaper.pdf(), "news.pdf")
    assert read.pages == (Span(0, len(read.text)),)
    for line in read.lines:
        left, top, right, bottom = line.box
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
        assert line.span.of(read.text).strip("# ")
    first = next(line for line in read.lines if "柳絮" in line.span.of(read.text))
    # Set at x = 40 + two characters, y = 155, in a page of 595 by 842 points.
    assert first.box[0] == pytest.approx(60 / 595, abs=0.01)
    assert first.box[1] == pytest.approx(155 / 842, abs=0.01)


def test_pages_are_spans_and_running_heads_are_left_out() -> None:
    body = "本院第{0}季度接诊病人{0}千余人次，床位使用率较上年有所提高。"
    pages = [
        [(60, 40, 9, "医院简报"), (60, 100, 11, body.format(n)), (290, 810, 9, f"- {n} -")]
        for n in range(1, 5)
    ]
    read = pdf.parse(document(pages), "report.pdf")
    assert [page.of(read.text).strip() for page in read.pages] == [
        body.format(n) for n in range(1, 5)
    ]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = ["甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉" for _ in range(6)]
    right = ["天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往" for _ in range(6)]
    rows = [
        word
        for n in range(6)
        for word in ((60, 100 + 16 * n, 10, left[n]), (300, 100 + 16 * n, 10, right[n]))
    ]
    read = pdf.parse(document([rows]), "columns.pdf")
    assert read.text.replace("\n", "") == "".join(left + right)


def test_a_short_line_does_not_take_the_next_paragraph() -> None:
    lines = [
        (80, "科室的新设备"),
        (80, "2023年3月3日，医院的第一台设备装好并且调试完成，"),
        (60, "当天就有病人使用，院方说今后每周开放五天，周末休息。"),
        (80, "“今后不必再去市里。”一位住在河东村的老人这样说道，"),
        (60, "他的膝盖疼了很多年。"),
    ]
    words = [(x, 100 + 15 * n, 10, line) for n, (x, line) in enumerate(lines)]
    read = pdf.parse(document([words]), "a.pdf")
    texts = [line for _, line in lines]
    assert read.text.split("\n\n") == [texts[0], texts[1] + texts[2], texts[3] + texts[4]]


def test_a_table_is_read_by_rows() -> None:
    cells = [
        ("科室", "床位", "医生"),
        ("心内科", "42", "11"),
        ("骨科", "38", "9"),
        ("儿科", "25", "7"),
    ]
    words = [
        (60 + 150 * column, 100 + 20 * row, 10, text)
        for row, line in enumerate(cells)
        for column, text in enumerate(line)
    ]
    read = pdf.parse(document([words]), "table.pdf")
    assert [line for line in read.text.split("\n") if line] == [" | ".join(line) for line in cells]


def test_latin_lines_join_with_spaces_and_broken_words_without() -> None:
    lines = ["The clinic opened its doors to the pub-", "lic in 1998 and has since then treated"]
    words = [(60, 100 + 15 * n, 11, line) for n, line in enumerate(lines)]
    read = pdf.parse(document([words]), "latin.pdf")
    assert read.text == (
        "The clinic opened its doors to the public in 1998 and has since then treated"
    )


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_shown_rotated_reads_the_same(degrees: int) -> None:
    read = loaders.parse(newspaper.pdf(), "news.pdf")
    turned = loaders.parse(rotated(newspaper.pdf(), degrees), "news.pdf")
    assert turned.text == read.text
    left, top, right, bottom = read.lines[0].box
    expected = {
        90: (1 - bottom, left, 1 - top, right),
        180: (1 - right, 1 - bottom, 1 - left, 1 - top),
        270: (top, 1 - right, bottom, 1 - left),
    }
    assert turned.lines[0].box == pytest.approx(expected[degrees], abs=1e-3)


def test_text_set_downwards_is_read_from_right_to_left() -> None:
    lines = ["城南旧有医馆一所", "馆主姓陈世代行医", "每逢朔望施药济贫"]
    words = [
        (400 - 30 * n, 100 + 14 * m, 12, character)
        for n, line in enumerate(lines)
        for m, character in enumerate(line)
    ]
    read = pdf.parse(document([words]), "old.pdf")
    assert read.text.replace("\n", "") == "".join(lines)


def test_radicals_become_the_characters_they_show() -> None:
    read = pdf.parse(document([[(60, 100, 12, "\u2f47本医\u2f08")]]), "radicals.pdf")
    assert read.text == "日本医人"


def test_a_damaged_a_locked_and_an_empty_file_are_told_apart() -> None:
    with pytest.raises(UnreadableFile, match="damaged"):
        loaders.parse(b"%PDF-1.7 nothing", "a.pdf")
    locked = FPDF()
    locked.set_encryption(owner_password="owner", user_password="user")
    locked.add_page()
    with pytest.raises(UnreadableFile, match="password"):
        loaders.parse(bytes(locked.output()), "b.pdf")
    with pytest.raises(EmptyFile):
        loaders.parse(document([[]]), "c.pdf")


def test_too_many_pages_are_refused_before_they_are_read() -> None:
    pages = pdf.MAX_PAGES + 1
    kids = " ".join(["3 0 R"] * pages)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    ]
    made = "%PDF-1.4\n" + "".join(f"{n} 0 obj {o} endobj\n" for n, o in enumerate(objects, 1))
    made += "trailer << /Root 1 0 R >>"
    with pytest.raises(FileTooLarge, match="pages"):
        loaders.parse(made.encode(), "long.pdf")
