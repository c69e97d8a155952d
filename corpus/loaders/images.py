"""Photographs and scans of pages: PNG, JPEG, TIFF with one or many pages, WebP."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from corpus.errors import EmptyFile, FileTooLarge, UnreadableFile
from corpus.layout import compose
from corpus.loaders.recognition import doubts, recognise
from corpus.types import Document

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["parse"]

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
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data)) as opened:
                media_type = Image.MIME.get(opened.format or "", "image/unknown")
                pages = [recognise(page) for page in _pages(opened, path)]
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise FileTooLarge(
            f"{path} has too many pixels: {error}.", hint="Scan it at 300 dpi or less."
        ) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise UnreadableFile(
            f"{path} is a damaged picture ({error}).", hint="Open it elsewhere and save it again."
        ) from error
    composed = compose(pages)
    if not composed.text.strip():
        raise EmptyFile(f"No text was found in {path}.", hint="Is it a picture of a page?")
    return Document(
        path=path,
        text=composed.text,
        media_type=media_type,
        encoding="",
        metadata=composed.metadata,
        warnings=tuple(doubts(pages)),
        pages=composed.pages,
        parts=composed.parts,
        lines=composed.lines,
    )


def _pages(opened: Image, path: str) -> Iterator[Image]:
    """Yield the pages, upright as the camera says."""
    from PIL import ImageOps

    count = getattr(opened, "n_frames", 1)
    if count > MAX_PAGES:
        raise FileTooLarge(f"{path} has {count:,} pages.", hint="Split it into smaller files.")
    for number in range(count):
        opened.seek(number)
        yield ImageOps.exif_transpose(opened.copy())
