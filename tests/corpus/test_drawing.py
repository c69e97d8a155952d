"""A page that is drawn shows each line where its box says: red ink is the witness."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from fpdf import FPDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from corpus import loaders
from corpus.errors import NotFound, UnreadableFile, UnsupportedFile, WenjuError
from corpus.sandbox import Sandbox
from tests import newspaper

RED = "四楼的儿科门诊周末照常接诊"
BLACK = ("望江镇卫生院今年新增病床", "门诊楼上个月重新粉刷一遍", "药房窗口增加到六个之多")
WIDTH, HEIGHT, SIZE = 500.0, 700.0, 24.0


def page(*, down: bool = False) -> bytes:
    """Make a PDF page of four lines, one of them red, set across or downwards."""
    made = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    made.add_page()
    made.add_font("noto", fname=newspaper.FONT, collection_font_number=newspaper.SIMPLIFIED)
    made.set_font("noto", size=SIZE)
    for number, line in enumerate([BLACK[0], RED, *BLACK[1:]]):
        made.set_text_color(200 if line == RED else 0, 0, 0)
        if down:
            for place, character in enumerate(line):
                made.text(400 - 60 * number, 150 + SIZE * place, character)
        else:
            made.text(60, 150 + 60 * number, line)
    return bytes(made.output())


def changed(data: bytes, *, rotation: int = 0, crop: tuple[float, ...] = ()) -> bytes:
    """Return a PDF with its page turned and cropped."""
    pdf = pdfium.PdfDocument(data)
    pdf[0].set_rotation(rotation)
    if crop:
        pdf[0].set_cropbox(*crop)
    buffer = BytesIO()
    pdf.save(buffer)
    pdf.close()
    return buffer.getvalue()


def picture(data: bytes, *, degrees: float = 0.0, orientation: int = 1) -> bytes:
    """Return a PDF's page as a photograph: askew, or lying on its side with a note that it does."""
    with Image.open(BytesIO(loaders.draw(data, "a.pdf", 0))) as drawn:
        image = drawn.convert("RGB").rotate(
            degrees, resample=Image.Resampling.BICUBIC, fillcolor=(255, 255, 255)
        )
    if orientation == 6:  # the camera was held upright: to be turned right by a quarter
        image = image.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=90, exif=exif)
    return buffer.getvalue()


def red_ink(jpeg: bytes) -> tuple[float, float, float, float]:
    """Return the box around what is red, as shares of the picture."""
    with Image.open(BytesIO(jpeg)) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    rows, columns = np.nonzero(pixels[..., 0] - pixels[..., 1] > 90)
    height, width = pixels.shape[:2]
    return (
        columns.min() / width,
        rows.min() / height,
        columns.max() / width,
        rows.max() / height,
    )


FILES = {
    "plain.pdf": lambda: page(),
    "right.pdf": lambda: changed(page(), rotation=90),
    "over.pdf": lambda: changed(page(), rotation=180),
    "left.pdf": lambda: changed(page(), rotation=270),
    "cropped.pdf": lambda: changed(page(), crop=(40, 100, 450, 640)),
    "both.pdf": lambda: changed(page(), rotation=90, crop=(40, 100, 450, 640)),
    "down.pdf": lambda: page(down=True),
    "askew.jpg": lambda: picture(page(), degrees=3.0),
    "camera.jpg": lambda: picture(page(), orientation=6),
    "downaskew.jpg": lambda: picture(page(down=True), degrees=2.0),
}


PAGES = {"page.pdf": page(), "scan.jpg": picture(page())}


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


@pytest.mark.parametrize("name", FILES)
def test_a_line_is_drawn_where_its_box_says(name: str) -> None:
    data = FILES[name]()
    read = loaders.parse(data, name)
    (line,) = [line for line in read.lines if line.span.of(read.text) == RED]
    ink = red_ink(loaders.draw(data, name, line.page))
    assert np.abs(np.array(line.box) - np.array(ink)).max() < SIZE / 2 / WIDTH


def test_a_picture_has_bounds_and_no_secrets() -> None:
    wide = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("L", (6_000, 40), 255).save(wide, "JPEG", exif=exif)
    with Image.open(BytesIO(loaders.draw(wide.getvalue(), "a.jpg", 0))) as drawn:
        assert drawn.size == (2_000, 13)
        assert not drawn.getexif()
    huge = FPDF(unit="pt", format=(14_000, 9))
    huge.add_page()
    with Image.open(BytesIO(loaders.draw(bytes(huge.output()), "a.pdf", 0))) as drawn:
        assert max(drawn.size) == 2_000
    bomb = BytesIO()
    Image.new("1", (14_000, 14_000)).save(bomb, "PNG")
    with pytest.raises(WenjuError, match="pixels"):
        loaders.draw(bomb.getvalue(), "a.png", 0)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixel_is_drawn(mode: str) -> None:
    buffer = BytesIO()
    Image.new(mode, (30, 20)).save(buffer, "TIFF" if mode == "CMYK" else "PNG")
    path = "a.tif" if mode == "CMYK" else "a.png"
    assert loaders.draw(buffer.getvalue(), path, 0).startswith(b"\xff\xd8")


def test_what_has_no_such_page() -> None:
    for number in (-1, 1, 10**9):
        with pytest.raises(NotFound):
            loaders.draw(PAGES["page.pdf"], "a.pdf", number)
    with pytest.raises(UnsupportedFile):
        loaders.draw("问据。".encode(), "a.txt", 0)
    with pytest.raises(UnreadableFile):
        loaders.draw(b"%PDF-1.7", "a.pdf", 0)


def test_a_file_is_read_again_also_from_an_archive(tmp_path: Path) -> None:
    archive = tmp_path / "issue.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("one/a.txt", "第一篇。")
    assert loaders.read_again(f"{archive}/one/a.txt").decode() == "第一篇。"
    assert loaders.read_again(str(archive)) == archive.read_bytes()
    for gone in (f"{archive}/one/b.txt", str(tmp_path / "c.txt"), f"{archive}/../issue.zip/x"):
        with pytest.raises(NotFound):
            loaders.read_again(gone)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([*PAGES]), st.randoms(use_true_random=False))
def test_a_damaged_page_is_drawn_or_refused(box: Sandbox, name: str, drawn: random.Random) -> None:
    data = bytearray(PAGES[name])
    for _ in range(drawn.randint(1, 8)):
        place, size = drawn.randrange(len(data)), drawn.randint(1, 40)
        data[place : place + size] = drawn.randbytes(drawn.choice([0, 1, size]))
    try:
        assert box.draw(bytes(data), name, 0).startswith(b"\xff\xd8")
    except WenjuError as error:
        assert "mistake in Wenju" not in error.hint


def test_drawing_that_takes_too_long_is_ended() -> None:
    with Sandbox(seconds=0.01) as one, pytest.raises(UnreadableFile, match="within 0 s"):
        one.draw(PAGES["scan.jpg"] * 40, "scan.jpg", 0)
