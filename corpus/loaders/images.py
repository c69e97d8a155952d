"""Photographs and scans of pages: PNG, JPEG, TIFF with one or many pages, WebP."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from corpus.errors import EmptyFile, FileTooLarge, NotFound, UnreadableFile, WenjuError
from corpus.layout import compose
from corpus.loaders.recognition import doubts, recognise
from corpus.types import Document

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

__all__ = ["draw", "parse"]

# A broadsheet page at 400 dpi has 60 million pixels. Pillow warns of more than 89 million, and
# a decompression bomb has thousands of millions.
MAX_PAGES = 1_000


def parse(data: bytes, path: str) -> Document:
    """Return the recognised text in reading order, see `corpus.layout.compose`.

    Raises:
        UnreadableFile: it is no picture, or a damaged one.
        FileTooLarge: too many pixels or pages.
        EmptyFile: no text was found in it.
        ExtraMissing: text recognition is not installed.
    """
    with _opened(data, path) as opened:
        media_type = opened.get_format_mimetype() or "image/unknown"
        pages = [recognise(page) for page in _pages(opened, path)]
    composed = compose(pages)
    if not composed.text.strip():
        raise EmptyFile(f"No text was found in {path}.", hint="Is it a picture of a page?")
    return Document(
        path=path,
        text=composed.text,
        media_type=media_type,
        encoding="",
        metadata=composed.metadata,
        warnings=tuple(doubts(composed.lines)),
        pages=composed.pages,
        parts=composed.parts,
        lines=composed.lines,
    )


def draw(data: bytes, path: str, page: int, side: int) -> Image:
    """Return a page, counted from 0, upright and no longer than `side` pixels.

    Raises:
        UnreadableFile, FileTooLarge: as `parse`.
        NotFound: it has no such page.
    """
    from PIL import ImageOps

    with _opened(data, path) as opened, _decoding(path):
        if not 0 <= page < getattr(opened, "n_frames", 1):
            raise NotFound(f"{path} has no page {page + 1}.", hint="Count from 1.")
        opened.draft(None, (side, side))  # a JPEG can be decoded at a part of its size
        opened.seek(page)
        upright = ImageOps.exif_transpose(opened)
        drawn = upright.convert("L" if upright.mode in ("1", "L", "I;16", "I", "F") else "RGB")
        drawn.thumbnail((side, side))
    return drawn


@contextmanager
def _opened(data: bytes, path: str) -> Iterator[ImageFile]:
    from PIL import Image

    with _decoding(path):
        opened = Image.open(BytesIO(data))
    with opened:
        yield opened


@contextmanager
def _decoding(path: str) -> Iterator[None]:
    """Make whatever a picture's decoder meets one of our errors."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (WenjuError, MemoryError):
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise FileTooLarge(
            f"{path} has too many pixels: {error}.", hint="Scan it at 300 dpi or less."
        ) from error
    except Exception as error:  # damage shows as anything: seek, type, struct, division
        raise UnreadableFile(
            f"{path} is a damaged picture ({error}).", hint="Open it elsewhere and save it again."
        ) from error


def _pages(opened: ImageFile, path: str) -> Iterator[Image]:
    """Yield the pages, upright as the camera says."""
    from PIL import ImageOps

    with _decoding(path):
        count = getattr(opened, "n_frames", 1)
    if count > MAX_PAGES:
        raise FileTooLarge(f"{path} has {count:,} pages.", hint="Split it into smaller files.")
    for number in range(count):
        with _decoding(path):
            opened.seek(number)
            page = ImageOps.exif_transpose(opened.copy())
        yield page
