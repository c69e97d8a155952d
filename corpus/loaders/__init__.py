"""A file becomes a `Document`: decoded text, with what the file declares about itself.

To add a format, write a module with `parse(data: bytes, path: str) -> Document` beside these
and give it one line in `FORMATS`; raise the errors of `corpus.errors` for what it cannot read.
Import a heavy library inside `parse`.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import EmptyFile, FileTooLarge, NotFound, UnreadableFile, UnsupportedFile
from corpus.loaders import docx, epub, html, images, markdown, mhtml, pdf, tables, text
from corpus.loaders.archive import members
from corpus.types import Document

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "Format",
    "draw",
    "is_risky",
    "load",
    "parse",
    "read",
    "read_again",
    "suffixes",
    "unpack",
]

ARCHIVE = ".zip"

# A book is 1 MB and a year of a daily paper 30 MB of text; above that it is another kind of
# thing (a dump, a log) and should be split first.
MAX_BYTES = 50_000_000
# The longer side of a page that is looked at: small print can be read, and it has 0.5 MB.
DRAWN_SIDE = 2_000
# A scanned issue of a newspaper has 100 MB, its year in one archive several hundred.
MAX_PICTURE_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: what its names end with, what its bytes begin with, and who reads it.

    `risky` ones are parsed in a process of their own, see `corpus.sandbox`. `draw` makes a picture
    of a page, where a format has pages that look like something.
    """

    name: str
    suffixes: tuple[str, ...]
    parse: Callable[[bytes, str], Document] | None
    magic: tuple[bytes, ...] = ()
    risky: bool = False
    max_bytes: int = MAX_BYTES
    draw: Callable[[bytes, str, int, int], Image] | None = None


def _picture(
    name: str, suffixes: tuple[str, ...], magic: tuple[bytes, ...], max_bytes: int = MAX_BYTES
) -> Format:
    return Format(name, suffixes, images.parse, magic, True, max_bytes, images.draw)


_PACKAGE = (b"PK\x03\x04", b"PK\x05\x06")  # the second begins an empty one

FORMATS: tuple[Format, ...] = (
    Format("plain text", (".txt", ".text"), text.parse),
    Format("Markdown", (".md", ".markdown"), markdown.parse),
    Format("HTML", (".html", ".htm", ".xhtml"), html.parse),
    Format("saved web page", (".mhtml", ".mht"), mhtml.parse, (), True, MAX_PICTURE_BYTES),
    Format("CSV", (".csv", ".tsv"), tables.parse_csv),
    Format("JSON Lines", (".jsonl", ".ndjson"), tables.parse_jsonl),
    Format("PDF", (".pdf",), pdf.parse, (b"%PDF-",), True, MAX_PICTURE_BYTES, pdf.draw),
    Format("ZIP", (ARCHIVE,), None, _PACKAGE, True, MAX_PICTURE_BYTES),
    Format("Word", (".docx",), docx.parse, _PACKAGE, True),
    Format("e-book", (".epub",), epub.parse, _PACKAGE, True, MAX_PICTURE_BYTES),
    _picture("PNG", (".png",), (b"\x89PNG\r\n",)),
    _picture("JPEG", (".jpg", ".jpeg"), (b"\xff\xd8\xff",)),
    _picture("TIFF", (".tif", ".tiff"), (b"II*\x00", b"MM\x00*"), MAX_PICTURE_BYTES),
    _picture("WebP", (".webp",), ()),
    # Known by their first bytes and not read yet: so that a renamed one is called by its name.
    Format("old Office", (".doc", ".xls", ".ppt"), None, (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)),
    Format("new Office", (".xlsx", ".pptx"), None, _PACKAGE),
    Format("RTF", (".rtf",), None, (b"{\\rtf",)),
    Format("gzip", (".gz",), None, (b"\x1f\x8b",)),
    Format("SQLite", (".sqlite", ".db"), None, (b"SQLite format 3\x00",)),
    Format("program", (".exe", ".so"), None, (b"\x7fELF", b"MZ\x90\x00")),
)


def suffixes() -> frozenset[str]:
    """Return the endings, in lower case, of the files that can be read."""
    read = frozenset(suffix for format in FORMATS if format.parse for suffix in format.suffixes)
    return read | {ARCHIVE}


def load(path: Path) -> Document:
    r"""Read a file, by what its bytes begin with and else by its suffix.

    `Document.text` is the file's decoded text with `\n` line ends and without control
    characters; offsets into "the raw file" count in it.

    Raises:
        UnreadableFile, FileTooLarge, EmptyFile, UnsupportedFile, BadEncoding, BadMetadata,
        NotFound: see `corpus.errors`.
    """
    return parse(read(path), path.as_posix())


def read(path: Path) -> bytes:
    """Return the bytes of a file that is not too large, looked at before it is read.

    Raises:
        NotFound, UnreadableFile, FileTooLarge: see `corpus.errors`.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe would wait for ever
            raise UnreadableFile(f"{path} is not a file.", hint="Give a file, or a folder of them.")
        limit = max(format.max_bytes for format in _by_suffix(path.suffix.lower()) or FORMATS[:1])
        if status.st_size > limit:
            raise _too_large(path, status.st_size, limit)
        with path.open("rb") as file:
            data = file.read(status.st_size + 1)
            if len(data) > status.st_size:  # it grew meanwhile
                data += file.read(limit)
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}.", hint="Check the path.") from error
    except OSError as error:
        raise UnreadableFile(
            f"{path} cannot be read: {error.strerror}.", hint="Check its permissions."
        ) from error
    if len(data) > limit:
        raise _too_large(path, len(data), limit)
    return data


def parse(data: bytes, path: str) -> Document:
    """Make the bytes of a file into a document; `path` gives the suffix. Raises as `load` does."""
    suffix = Path(path).suffix.lower()
    format = _format(data, suffix)
    if format is None or format.parse is None:
        kind = f"a {format.name} file" if format else f"a {suffix or 'nameless'} file"
        raise UnsupportedFile(
            f"{path} is {kind}, which we cannot read.",
            hint=f"We read {', '.join(sorted(suffixes()))}.",
        )
    if not data.strip():
        raise _empty(path)
    document = format.parse(data, path)
    if not document.text.strip():
        raise _empty(path)
    return document


def draw(data: bytes, path: str, page: int, side: int = DRAWN_SIDE) -> bytes:
    """Return a page of a file, counted from 0, as a JPEG no longer than `side` pixels.

    What the file says of itself besides its looks (place, author, hidden text) is not in it.

    Raises:
        UnsupportedFile: files of this kind have no pages to look at.
        UnreadableFile, FileTooLarge, NotFound: see `corpus.errors`.
    """
    format = _format(data, Path(path).suffix.lower())
    if format is None or format.draw is None:
        raise UnsupportedFile(f"{path} has no pages to look at.", hint="Read its text.")
    buffer = BytesIO()
    format.draw(data, path, page, side).save(buffer, "JPEG", quality=80, optimize=True)
    return buffer.getvalue()


def read_again(path: str) -> bytes:
    """Return the bytes of a file, or of one inside an archive, by the path it was taken in under.

    Raises:
        NotFound, UnreadableFile, FileTooLarge: see `corpus.errors`.
    """
    archive = next((parent for parent in Path(path).parents if parent.is_file()), None)
    if archive is None:
        return read(Path(path))
    for member, data in unpack(read(archive), archive.as_posix()) or ():
        if member == path:
            return data
    raise NotFound(f"There is no {path} any more.", hint="Check the path.")


def unpack(data: bytes, path: str) -> Iterator[tuple[str, bytes]] | None:
    """Return the files inside an archive as (path, bytes), None for what is no archive.

    Raises, while they are read: UnreadableFile, FileTooLarge.
    """
    format = _format(data, Path(path).suffix.lower())
    return members(data, path, suffixes()) if format and ARCHIVE in format.suffixes else None


def is_risky(data: bytes, path: str) -> bool:
    """Say whether a file should be parsed in a process of its own."""
    format = _format(data, Path(path).suffix.lower())
    return format is not None and format.risky


def _format(data: bytes, suffix: str) -> Format | None:
    """Return the format by the first bytes, and where several share those, by the suffix."""
    named = _by_suffix(suffix)
    begun = [format for format in FORMATS if format.magic and data.startswith(format.magic)]
    either = [format for format in begun if format in named] or begun or named
    return either[0] if either else None


def _by_suffix(suffix: str) -> list[Format]:
    return [format for format in FORMATS if suffix in format.suffixes]


def _empty(path: str) -> EmptyFile:
    return EmptyFile(f"{path} is empty.", hint="There is nothing to read in it.")


def _too_large(path: Path, size: int, limit: int) -> FileTooLarge:
    return FileTooLarge(
        f"{path} has {size / 1e6:.0f} MB, the limit is {limit / 1e6:.0f} MB.",
        hint="Split it into smaller files.",
    )
