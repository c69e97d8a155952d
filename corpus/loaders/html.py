"""The main text of a web page, by trafilatura: no menus, no comments, no advertisements."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy
from typing import TYPE_CHECKING

from corpus.errors import EmptyFile
from corpus.loaders.decoding import decode, normalise
from corpus.loaders.markup import parse_markup
from corpus.loaders.metadata import clean_metadata
from corpus.repair.lines import is_cjk
from corpus.types import Document

if TYPE_CHECKING:
    from trafilatura.settings import Document as Page

__all__ = ["parse"]

# Where a page may say its encoding: HTML demands the first 1,024 bytes, real pages are laxer.
HEAD_BYTES = 4096
# Where a page may name its author; heads with scripts in them are long.
HEAD_CHARACTERS = 100_000
# Where trafilatura finds less, it takes the whole page with its menus. Its own 250 is two
# sentences of English, and more than many a Chinese report has in all.
MIN_CHARACTERS = 80

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_LANGUAGE = re.compile(r"""<html\b[^>]*?\blang\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
# What trafilatura calls a paragraph, a heading, a list item, a table row …
_BLOCKS = ("p", "head", "item", "row", "quote", "code")
# lxml refuses text that declares an encoding: it has been decoded already.
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


def parse(data: bytes, path: str) -> Document:
    """Return the page's main text, a blank line between its blocks, headings marked by `#`.

    Offsets count in that text: what surrounds it in the page is no part of the article.

    Raises:
        BadEncoding: it is not text.
        EmptyFile: no article was found in the page.
    """
    from trafilatura import bare_extraction
    from trafilatura.settings import DEFAULT_CONFIG

    config = deepcopy(DEFAULT_CONFIG)
    config["DEFAULT"]["min_extracted_size"] = str(MIN_CHARACTERS)
    charset = _CHARSET.search(data[:HEAD_BYTES])
    decoded = decode(data, path, declared=charset[1].decode("ascii") if charset else None)
    page = _XML_DECLARATION.sub("", decoded.text)
    found = bare_extraction(page, include_comments=False, with_metadata=True, config=config)
    if found is None or isinstance(found, dict) or not (text := _text(found)):
        raise EmptyFile(
            f"No article was found in the page {path}.",
            hint="If it has one, save the article's text as .txt or .md.",
        )
    language = _LANGUAGE.search(page)
    metadata, warnings = clean_metadata(
        {
            "title": found.title or "",
            "author": found.author or _author(page),
            "source": found.sitename or "",
            "date": found.date or "",
            "url": found.url or "",
            "language": language[1] if language else "",
        }
    )
    return Document(
        path=path,
        text=normalise(text)[0],
        media_type="text/html",
        encoding=decoded.encoding,
        metadata=metadata,
        warnings=(*decoded.warnings, *warnings),
    )


def _text(page: Page) -> str:
    """Write trafilatura's tree as text: one block a paragraph, heading, list item or table row."""
    blocks: list[str] = []
    for element in page.body.iter(*_BLOCKS):
        if any(parent.tag in _BLOCKS for parent in element.iterancestors()):
            continue
        if element.tag == "row":
            cells = (_line(cell.itertext()) for cell in element.iter("cell"))
            blocks.append(" | ".join(cell for cell in cells if cell))
        elif element.tag == "head":
            level = re.sub(r"\D", "", element.get("rend", "")) or "2"
            blocks.append(f"{'#' * int(level)} {_line(element.itertext())}")
        else:
            blocks.append(_line(element.itertext()))
    return "\n\n".join(block for block in blocks if block.strip("# "))


def _author(page: str) -> str:
    """Return the Chinese author that a page declares: trafilatura takes one word for no name."""
    root = parse_markup(page.partition("</head>")[0][:HEAD_CHARACTERS])
    for meta in () if root is None else root.iter("meta"):
        if meta.get("name", "").lower() == "author" and any(map(is_cjk, meta.get("content", ""))):
            return str(meta.get("content"))
    return ""


def _line(texts: Iterable[str]) -> str:
    return " ".join("".join(texts).split())
