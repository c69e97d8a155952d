"""Word documents: paragraphs, headings, tables and text boxes in the order of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from corpus.errors import UnreadableFile
from corpus.loaders.decoding import normalise
from corpus.loaders.markup import Element
from corpus.loaders.metadata import clean_metadata
from corpus.loaders.packages import open_package
from corpus.types import Document

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

__all__ = ["parse"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# The same picture or text box once more, for old versions of Word.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"(?:heading|标题|title)\s*(\d?)", re.IGNORECASE)
_DEEPEST = 6


def parse(data: bytes, path: str) -> Document:
    """Return the text, a blank line between paragraphs, headings marked by `#`, rows by ` | `.

    Headers, footers, footnotes and deleted text are left out.

    Raises:
        UnreadableFile, FileTooLarge: damaged, not a Word document, or a bomb.
    """
    import docx

    open_package(data, path).close()
    try:
        word = docx.Document(BytesIO(data))
        styles = {style.style_id: style.name or "" for style in word.styles}
        text = "\n\n".join(block for block in _blocks(word, styles) if block.strip("# |"))
        metadata, warnings = clean_metadata(_said(word))
    except Exception as error:  # python-docx lets through whatever its XML parser stumbles over
        raise UnreadableFile(
            f"{path} is not a Word document, or a damaged one ({type(error).__name__}).",
            hint="Open it in Word or LibreOffice and save it again.",
        ) from error
    return Document(
        path=path,
        text=normalise(text)[0],
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        encoding="",
        metadata=metadata,
        warnings=tuple(warnings),
    )


def _said(word: WordDocument) -> dict[str, str]:
    properties = word.core_properties
    day = properties.created.date().isoformat() if properties.created else ""
    said = {"title": properties.title, "author": properties.author, "language": properties.language}
    # What python-docx and some converters fill in by themselves.
    if said["author"] in ("python-docx", "Administrator", "User"):
        said["author"] = ""
    if said["title"] == "Word Document":
        said["title"] = ""
    return said if day.startswith("2013-12-23") or not day else said | {"date": day}


def _blocks(word: WordDocument, styles: Mapping[str, str]) -> Iterator[str]:
    """Yield paragraphs and table rows; those of a text box follow the paragraph it hangs on."""
    for element in word.element.body.iter(_W + "p", _W + "tr"):
        parents = {parent.tag for parent in element.iterancestors()}
        if _FALLBACK in parents:
            continue
        if element.tag == _W + "tr":
            if _W + "tr" not in parents:
                yield _row(element)
        elif _W + "tr" not in parents:
            words = " ".join(_words(element).split("\n"))
            level = _level(element, styles)
            yield f"{'#' * level} {words}" if level and words.strip() else words


def _row(element: Element) -> str:
    """Return a table's row, its cells parted by bars."""
    cells = element.iterchildren(_W + "tc")
    texts = (" ".join(_words(p) for p in cell.iter(_W + "p")).strip() for cell in cells)
    return " | ".join(" ".join(text.split()) for text in texts if text)


def _words(paragraph: Element) -> str:
    """Return a paragraph's own text, without that of text boxes inside it."""
    words = []
    for element in paragraph.iter(_W + "t", _W + "tab", _W + "br", _W + "cr"):
        nearest = next(element.iterancestors(_W + "p"))
        if nearest is paragraph:
            words.append(element.text or "" if element.tag == _W + "t" else " ")
    return "".join(words).strip()


def _level(paragraph: Element, styles: Mapping[str, str]) -> int:
    """Return the level of a heading, 0 for other paragraphs."""
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    found = _HEADING.fullmatch(styles.get(style.get(_W + "val"), "")) if style is not None else None
    return min(_DEEPEST, int(found[1] or 1)) if found else 0
