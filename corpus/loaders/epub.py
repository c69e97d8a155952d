"""E-books (EPUB): each chapter is an article, the book its source."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zipfile import ZipFile

from corpus.errors import EmptyFile, UnreadableFile
from corpus.loaders.decoding import decode, normalise
from corpus.loaders.markup import Element, blocks, parse_markup, parse_xml
from corpus.loaders.metadata import clean_metadata
from corpus.loaders.packages import open_package, read_member
from corpus.types import Document, Part, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["parse"]

_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_XHTML = ("application/xhtml+xml", "text/html")
# What is shorter is a title page, a dedication, a part's heading: it goes before the next chapter.
SHORTEST_CHAPTER = 200


def parse(data: bytes, path: str) -> Document:
    """Return the chapters in reading order, headings marked by `#`, each a part.

    Raises:
        UnreadableFile, FileTooLarge: damaged, protected, not an e-book, or a bomb.
        EmptyFile: no chapter holds text.
    """
    with open_package(data, path) as package:
        opf = _opf(package, path)
        root = parse_xml(read_member(package, opf, path), path)
        said = {
            "title": _first(root, "title"),
            "author": _first(root, "creator"),
            "date": _first(root, "date")[:10],
            "language": _first(root, "language"),
        }
        if "META-INF/encryption.xml" in package.namelist() and _is_locked(package, path):
            raise UnreadableFile(f"{path} is protected.", hint="Use a copy without protection.")
        chapters = [
            _chapter(read_member(package, name, path), path)
            for name in _spine(root, posixpath.dirname(opf))
            if name in package.NameToInfo
        ]
    text, parts = _parts([chapter for chapter in chapters if chapter], said["title"])
    if not text:
        raise EmptyFile(f"There is no text in {path}.", hint="Its chapters may be pictures.")
    book = {key: value for key, value in said.items() if key != "title" or len(parts) < 2}
    metadata, warnings = clean_metadata(book | {"source": said["title"]})
    return Document(
        path=path,
        text=text,
        media_type="application/epub+zip",
        encoding="utf-8",
        metadata=metadata,
        warnings=tuple(warnings),
        parts=parts,
    )


def _opf(package: ZipFile, path: str) -> str:
    """Return the name of the file that describes the book."""
    container = parse_xml(read_member(package, "META-INF/container.xml", path), path)
    for found in container.iter(_CONTAINER + "rootfile"):
        return str(found.get("full-path", ""))
    raise UnreadableFile(f"{path} is not an e-book.", hint="It names no book inside.")


def _is_locked(package: ZipFile, path: str) -> bool:
    """Say whether more than fonts are encrypted."""
    listed = read_member(package, "META-INF/encryption.xml", path).decode("utf-8", "replace")
    return any(ending in listed.lower() for ending in (".xhtml", ".html", ".htm", ".xml"))


def _first(root: Element, name: str) -> str:
    for found in root.iter(_DC + name):
        return " ".join("".join(found.itertext()).split())
    return ""


def _spine(root: Element, folder: str) -> Iterator[str]:
    """Yield the names of the chapters' files, in reading order."""
    names = {
        item.get("id"): posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        for item in root.iter(_OPF + "item")
        if item.get("media-type") in _XHTML and "nav" not in (item.get("properties") or "").split()
    }
    for item in root.iter(_OPF + "itemref"):
        if item.get("idref") in names:
            yield names.pop(item.get("idref"))


def _chapter(data: bytes, path: str) -> str:
    page = parse_markup(decode(data, path).text)
    return "" if page is None else normalise("\n\n".join(blocks(page)))[0]


def _parts(chapters: Sequence[str], book: str) -> tuple[str, tuple[Part, ...]]:
    """Join the chapters; a short one opens the one behind it."""
    text, parts, begin = "", [], 0
    for number, chapter in enumerate(chapters):
        text += ("\n\n" if text else "") + chapter
        if len(text) - begin >= SHORTEST_CHAPTER or number == len(chapters) - 1:
            parts.append(Span(begin, len(text)))
            begin = len(text)
    return text, tuple(Part(span, _title(span.of(text), book)) for span in parts)


def _title(chapter: str, book: str) -> dict[str, str]:
    """Return the last heading before the chapter's text begins."""
    title = ""
    for line in filter(str.strip, chapter.split("\n")):
        if not line.startswith("#"):
            break
        title = line.lstrip("# ").strip()
    return {"title": title or book} if title or book else {}
