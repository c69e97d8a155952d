"""Lists of web addresses: a file with one a line, or a sitemap."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from urllib.parse import urlsplit

from corpus.errors import FileTooLarge, UnreadableFile
from corpus.loaders.decoding import decode
from corpus.loaders.markup import parse_xml

__all__ = ["addresses"]

# What the sitemap protocol allows in one file.
MAX_ADDRESSES = 50_000
MAX_UNPACKED = 50_000_000
# A sitemap may list sitemaps, and those list pages.
MAX_DEPTH = 2

_SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(
    data: bytes, name: str, read: Callable[[str], bytes] | None = None, depth: int = 1
) -> list[str]:
    """Return the addresses in a list or sitemap, in order, each once.

    In a list, a line is an address, and what begins with `#` is a remark. `read` gets a sitemap
    that another one lists; without it those are left out. A sitemap speaks for its own host only,
    the one of `name` where that is an address.

    Raises:
        UnreadableFile, BadEncoding, FileTooLarge: it is neither, or too long.
    """
    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(data, name)
    if data.lstrip().startswith(b"<"):
        found = _of_sitemap(data, name, read, depth)
    else:
        lines = (line.strip() for line in decode(data, name).text.split("\n"))
        found = [line for line in lines if line and not line.startswith("#")]
    found = list(dict.fromkeys(found))
    if len(found) > MAX_ADDRESSES:
        raise FileTooLarge(
            f"{name} lists {len(found):,} addresses, the limit is {MAX_ADDRESSES:,}.",
            hint="Split it into several lists.",
        )
    return found


def _of_sitemap(
    data: bytes, name: str, read: Callable[[str], bytes] | None, depth: int
) -> list[str]:
    root = parse_xml(data, name)
    tag = str(root.tag).removeprefix(_SPACE)
    listed = [(loc.text or "").strip() for loc in root.iter(_SPACE + "loc", "loc")]
    host = urlsplit(name).netloc
    own = [url for url in listed if not host or urlsplit(url).netloc == host]
    if tag == "urlset":
        return own
    if tag != "sitemapindex":
        raise UnreadableFile(
            f"{name} is no sitemap.", hint="Give a sitemap, or a text file with one address a line."
        )
    found: list[str] = []
    if read is not None and depth < MAX_DEPTH:
        for url in own:
            found += addresses(read(url), url, read, depth + 1)
    return found


def _unpacked(data: bytes, name: str) -> bytes:
    """Return what was packed by gzip, bounded."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(data, MAX_UNPACKED)
    except zlib.error as error:
        raise UnreadableFile(f"{name} is damaged ({error}).", hint="Fetch it again.") from error
    if unpacker.unconsumed_tail:
        raise FileTooLarge(
            f"{name} unpacks to more than {MAX_UNPACKED / 1e6:.0f} MB.",
            hint="Divide the list of addresses into several files.",
        )
    return plain
