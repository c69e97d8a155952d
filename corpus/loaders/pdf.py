"""PDF by its text layer; pages without one are given to text recognition."""

from __future__ import annotations

import re
from math import sqrt
from typing import TYPE_CHECKING

from corpus.errors import EmptyFile, ExtraMissing, FileTooLarge, NotFound, UnreadableFile
from corpus.layout import Page, compose
from corpus.loaders.metadata import clean_metadata
from corpus.loaders.pdf_text import page_text
from corpus.loaders.recognition import doubts, recognise
from corpus.types import Document

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

__all__ = ["draw", "parse"]

# The thickest books have 3,000 pages; a file of 100,000 is a dump or an attack.
MAX_PAGES = 5_000
# Less text than this on a page with a picture is a stamp or a page number over a scan.
SCAN_CHARACTERS = 20
# What a scan is drawn at to be read, and the most pixels a page may have then: a broadsheet's.
SCAN_DPI = 300
MAX_PIXELS = 60_000_000

# What a page is drawn at to be looked at, unless it is too large for that.
DRAWING_DPI = 200

_SAVE_AGAIN = "Open it elsewhere and save it again."
_PASSWORD = 4  # FPDF_ERR_PASSWORD


def parse(data: bytes, path: str) -> Document:
    """Return the pages in reading order, see `corpus.layout.compose`.

    Raises:
        UnreadableFile: damaged, or locked by a password.
        FileTooLarge: too many pages.
        EmptyFile: there is no text on any page, and none to recognise.
        ExtraMissing: all pages are pictures, and text recognition is not installed.
    """
    pdf = _open(data, path)
    try:
        count = len(pdf)
        if count > MAX_PAGES:
            raise FileTooLarge(
                f"{path} has {count:,} pages, the limit is {MAX_PAGES:,}.",
                hint="Split it into smaller files.",
            )
        pages, scans = _pages(pdf)
        warnings = _recognise(pdf, pages, scans)
        said, complaints = clean_metadata(_said(pdf))
    finally:
        pdf.close()
    composed = compose(pages)
    if not composed.text.strip():
        raise EmptyFile(
            f"There is no text in {path}.", hint="Its pages hold neither text nor print."
        )
    return Document(
        path=path,
        text=composed.text,
        media_type="application/pdf",
        encoding="",
        metadata=said | composed.metadata,
        warnings=(*warnings, *doubts(composed.lines), *complaints),
        pages=composed.pages,
        parts=composed.parts,
        lines=composed.lines,
    )


def draw(data: bytes, path: str, page: int, side: int) -> Image:
    """Return a page, counted from 0, as it is seen and no longer than `side` pixels.

    Raises:
        UnreadableFile: damaged, or locked by a password.
        NotFound: it has no such page.
    """
    import pypdfium2 as pdfium

    pdf = _open(data, path)
    try:
        if not 0 <= page < len(pdf):
            raise NotFound(f"{path} has no page {page + 1}.", hint="Count from 1.")
        opened = pdf[page]
        scale = min(DRAWING_DPI / 72, side / max(1.0, *opened.get_size()))
        drawn: Image = opened.render(scale=scale).to_pil()
        opened.close()
    except pdfium.PdfiumError as error:
        raise UnreadableFile(f"{path} is a damaged PDF.", hint=_SAVE_AGAIN) from error
    finally:
        pdf.close()
    drawn.thumbnail((side, side))  # pdfium rounds up
    return drawn


def _open(data: bytes, path: str) -> PdfDocument:
    import pypdfium2 as pdfium

    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) == _PASSWORD or "assword" in str(error)
        raise UnreadableFile(
            f"{path} is locked by a password." if locked else f"{path} is a damaged PDF.",
            hint="Save it without a password." if locked else _SAVE_AGAIN,
        ) from error


def _pages(pdf: PdfDocument) -> tuple[list[Page], list[int]]:
    """Return the pages by their text layer, and the numbers of those that are only pictures."""
    import pypdfium2 as pdfium

    pages, scans = [], []
    for number in range(len(pdf)):
        try:
            page = pdf[number]
        except pdfium.PdfiumError:  # one damaged page does not spoil the others
            pages.append(Page(1, 1, ()))
            continue
        found = page_text(page)
        letters = sum(len(line.text) for line in found.lines)
        if letters < SCAN_CHARACTERS and _has_picture(page):
            scans.append(number)
        pages.append(found)
        page.close()
    return pages, scans


def _has_picture(page: PdfPage) -> bool:
    import pypdfium2.raw as raw

    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))


def _recognise(pdf: PdfDocument, pages: list[Page], scans: list[int]) -> list[str]:
    """Put recognised text in place of the pages that are pictures; return warnings."""
    for number in scans:
        page = pdf[number]
        try:
            pages[number] = recognise(page.render(scale=_scale(page)).to_pil())
        except ExtraMissing:
            if len(scans) == len(pages):
                raise
            return [f"{len(scans)} of {len(pages)} pages are pictures; their text was not read."]
        finally:
            page.close()
    return []


def _scale(page: PdfPage) -> float:
    """Return how large to draw a page: in pixels for a point."""
    width, height = page.get_size()
    return min(SCAN_DPI / 72, sqrt(MAX_PIXELS / max(1.0, width * height)))


def _said(pdf: PdfDocument) -> dict[str, str]:
    """Return what the file's own description says, where it is worth anything."""
    said: dict[str, str] = pdf.get_metadata_dict(skip_empty=True)
    title = said.get("Title", "")
    # What word processors fill in by themselves is a file name, not a title.
    if re.search(r"\.\w{2,4}$|^Microsoft|^untitled|^无标题|^about:|://", title, re.IGNORECASE):
        title = ""
    return {"title": title, "author": _author(said.get("Author", ""))}


def _author(words: str) -> str:
    return "" if words.lower() in ("administrator", "user", "admin", "anonymous") else words
