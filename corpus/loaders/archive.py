"""ZIP archives: each file inside is a document of its own, `archive.zip/folder/name.pdf`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath
from zipfile import ZipInfo

from corpus.errors import FileTooLarge
from corpus.loaders.packages import open_package, read_member
from corpus.repair.lines import is_cjk

__all__ = ["MAX_DEPTH", "members"]

# An archive in an archive is a delivery of deliveries; deeper is an attack.
MAX_DEPTH = 3
_UTF8 = 0x800  # the flag that a name is UTF-8


def members(
    data: bytes, path: str, suffixes: Collection[str], depth: int = 1
) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) of the files with these suffixes, archives in the archive included.

    Names lead nowhere: nothing is written, and `..` stays part of a name. Hidden files and those
    that macOS adds are passed over.

    Raises:
        UnreadableFile, FileTooLarge: damaged, locked, too deep, or a bomb.
    """
    if depth > MAX_DEPTH:
        raise FileTooLarge(f"{path} is nested deeper than {MAX_DEPTH}.", hint="Unpack it first.")
    with open_package(data, path) as package:
        for info in sorted(package.infolist(), key=_name):
            name = PurePosixPath(_name(info))
            hidden = any(part.startswith((".", "__MACOSX")) for part in name.parts)
            suffix = name.suffix.lower()
            if info.is_dir() or hidden or suffix not in suffixes:
                continue
            inner = f"{path}/{name.as_posix().lstrip('/')}"
            held = read_member(package, info.filename, path)
            if suffix == ".zip":
                yield from members(held, inner, suffixes, depth + 1)
            else:
                yield inner, held


def _name(info: ZipInfo) -> str:
    """Return a member's name; Chinese Windows writes GBK without saying so."""
    name = info.filename
    if info.flag_bits & _UTF8 or name.isascii():
        return name
    raw = name.encode("cp437", "replace")
    readings = [raw.decode(encoding, "replace") for encoding in ("utf-8", "gb18030")]
    # 医院 in GBK is valid UTF-8 too, of letters that nobody writes: the more Chinese one is meant.
    best = max(readings, key=lambda read: sum(map(is_cjk, read)) - len(read) * ("\ufffd" in read))
    return best if "\ufffd" not in best else name
