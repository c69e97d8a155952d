"""ZIP files, opened with a look at what they would unpack to."""

from __future__ import annotations

import zipfile
from io import BytesIO

from corpus.errors import FileTooLarge, UnreadableFile

__all__ = ["MAX_FILES", "open_package", "read_member"]

# A year of a daily paper, one file an article.
MAX_FILES = 20_000
# Unpacked. The largest e-books and slide decks are mostly pictures and below this.
MAX_UNPACKED = 1_000_000_000
# One file inside; text and XML above this are dumps.
MAX_MEMBER = 200_000_000
# Text shrinks to a fifth, a table of zeros to a hundredth; bombs to a thousandth.
MAX_RATIO = 200
# Small files may shrink as they like.
RATIO_FROM = 5_000_000


def open_package(data: bytes, path: str) -> zipfile.ZipFile:
    """Open a ZIP file that is sound and not a bomb; nothing is unpacked yet.

    `zipfile` reads no more of a member than its declared size, so the sizes can be trusted.

    Raises:
        UnreadableFile: damaged, or locked by a password.
        FileTooLarge: it has too many files, or would unpack to too much.
    """
    try:
        package = zipfile.ZipFile(BytesIO(data))
    except Exception as error:  # damage shows as anything: seek, decode, struct, assertion
        raise UnreadableFile(
            f"{path} is a damaged package ({error}).", hint="Make or download it again."
        ) from error
    members = package.infolist()
    if len(members) > MAX_FILES:
        raise FileTooLarge(
            f"{path} holds {len(members):,} files, the limit is {MAX_FILES:,}.",
            hint="Unpack it and ingest the folder.",
        )
    unpacked = sum(member.file_size for member in members)
    bloated = any(
        member.file_size > max(RATIO_FROM, MAX_RATIO * member.compress_size) for member in members
    )
    if unpacked > MAX_UNPACKED or bloated:
        raise FileTooLarge(
            f"{path} would unpack to {unpacked / 1e6:,.0f} MB from {len(data) / 1e6:.1f} MB.",
            hint="If that is right, unpack it and ingest the folder.",
        )
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFile(f"{path} is locked by a password.", hint="Save it without one.")
    return package


def read_member(package: zipfile.ZipFile, name: str, path: str) -> bytes:
    """Return the bytes of one file inside.

    Raises:
        UnreadableFile: it is not there or damaged.
        FileTooLarge: it is above the limit.
    """
    try:
        size = package.getinfo(name).file_size
        if size > MAX_MEMBER:
            raise FileTooLarge(f"{path}: {name} has {size / 1e6:.0f} MB.", hint="Unpack it first.")
        return package.read(name)
    except FileTooLarge:
        raise
    except Exception as error:  # as above
        raise UnreadableFile(
            f"{path} is damaged: {name} cannot be read ({error}).",
            hint="Make or download it again.",
        ) from error
