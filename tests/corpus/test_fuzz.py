"""Damaged files of every kind that is parsed apart: read or refused, never a hang or a mistake.

Bytes are changed in the file itself, and in packages also inside, where no checksum betrays them.
"""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from corpus import loaders
from corpus.errors import WenjuError
from corpus.sandbox import Sandbox
from tests import newspaper
from tests.corpus.books import book

SENTENCE = "城南卫生院添了新的救护车。"
PICTURES = {"png": "PNG", "jpg": "JPEG", "tif": "TIFF", "webp": "WEBP"}
PACKAGES = ("docx", "epub", "zip")
bounded = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def sound(kind: str) -> bytes:
    """Make a small file of a kind."""
    buffer = BytesIO()
    if kind in PICTURES:
        font = ImageFont.truetype(str(newspaper.FONT), 24, index=newspaper.SIMPLIFIED)
        image = Image.new("L", (360, 60), 255)
        ImageDraw.Draw(image).text((16, 12), SENTENCE, font=font, fill=0)
        image.save(buffer, PICTURES[kind])
    elif kind == "docx":
        made = docx.Document()
        made.add_paragraph(SENTENCE)
        made.save(buffer)
    elif kind == "zip":
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("一.txt", SENTENCE * 9)
    elif kind == "mhtml":
        page = b"<html><body><p>" + b"news " * 90
        buffer.write(b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + page)
    else:
        buffer.write(book() if kind == "epub" else newspaper.pdf())
    return buffer.getvalue()


def damaged(data: bytes, drawn: random.Random) -> bytes:
    """Return a file with bytes lost, put in or changed at a few places."""
    changed = bytearray(data)
    for _ in range(drawn.randint(1, 8)):
        place, size = drawn.randrange(len(changed) + 1), drawn.randint(1, 40)
        changed[place : place + size] = drawn.randbytes(drawn.choice([0, 1, size]))
    return bytes(changed)


def damaged_inside(data: bytes, drawn: random.Random) -> bytes:
    """Return a package with one of its files damaged, and packed anew."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        hit = drawn.choice(old.namelist())
        for name in old.namelist():
            held = old.read(name)
            new.writestr(name, damaged(held, drawn) if name == hit else held)
    return buffer.getvalue()


def check(box: Sandbox, kind: str, data: bytes) -> None:
    """Take a file as an ingest does; it may be refused, but for a reason that we foresaw."""
    path = f"a.{kind}"
    try:
        inner = loaders.unpack(data, path)
        for member, held in inner or [(path, data)]:
            box.take(held, member)
    except WenjuError as error:
        assert str(error)
        assert "mistake in Wenju" not in error.hint, str(error)
        assert "not read within" not in str(error)


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """One process for all: nothing may stay open in it."""
    with Sandbox() as opened:
        for kind in ("png", "epub", "pdf"):  # what a library opens once
            check(opened, kind, sound(kind))
        yield opened


@pytest.mark.parametrize("kind", ["docx", "epub", "pdf", "zip", "mhtml"])
@bounded
@given(drawn=st.randoms(use_true_random=False))
def test_damaged_files(box: Sandbox, kind: str, drawn: random.Random) -> None:
    check(box, kind, damaged(sound(kind), drawn))


@pytest.mark.parametrize("kind", PACKAGES)
@bounded
@given(drawn=st.randoms(use_true_random=False))
def test_damage_inside_a_package(box: Sandbox, kind: str, drawn: random.Random) -> None:
    check(box, kind, damaged_inside(sound(kind), drawn))


@pytest.mark.parametrize("kind", PICTURES)
@settings(bounded, max_examples=12)  # what is still a picture goes through text recognition
@given(drawn=st.randoms(use_true_random=False))
def test_damaged_pictures(box: Sandbox, kind: str, drawn: random.Random) -> None:
    check(box, kind, damaged(sound(kind), drawn))


@pytest.mark.parametrize("kind", [*PICTURES, "epub", "pdf"])
def test_no_handle_is_left_open(box: Sandbox, kind: str) -> None:
    def handles() -> tuple[int, int]:
        (worker,) = list(box._idle.queue)
        pids = ("self", str(worker._process.pid))
        here, there = (len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids)
        return here, there

    check(box, kind, sound(kind))
    before = handles()
    drawn = random.Random(11)
    for _ in range(4):
        data = damaged(sound(kind), drawn)
        check(box, kind, data)
        if kind != "epub":
            try:
                box.draw(data, f"a.{kind}", 0)
            except WenjuError:
                continue
    assert handles() == before
