"""Which files a list of files and folders means."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from corpus.errors import NotFound

__all__ = ["Found", "find_files", "path_key"]


@dataclass(slots=True)
class Found:
    """The files to read, in order, each once, and what was passed over.

    `named` are those of `files` that were given themselves. `roots` is what was given, resolved.
    `closed` folders could not be opened. `links` lead out of the folder they stand in.
    """

    files: dict[Path, None] = field(default_factory=dict)
    named: set[Path] = field(default_factory=set)
    roots: list[Path] = field(default_factory=list)
    gone: list[Path] = field(default_factory=list)
    closed: list[tuple[Path, str]] = field(default_factory=list)
    links: list[Path] = field(default_factory=list)
    skipped: int = 0


def find_files(paths: Iterable[Path], suffixes: Collection[str], *, gone_is_fine: bool) -> Found:
    """Find the files with these suffixes, folders walked in the order of their names.

    Hidden files and folders are passed over silently, other kinds of file are counted in
    `skipped`; a file that is named itself is taken whatever it is. Links inside a folder are not
    followed: what they show is either in it anyway or not part of it.

    Raises:
        NotFound: one of the paths does not exist, unless `gone_is_fine`.
    """
    found = Found()
    for path in paths:
        try:
            root = path.expanduser().resolve()
            is_folder, exists = root.is_dir(), root.exists()
        except (OSError, RuntimeError):  # a link to itself
            root, is_folder, exists = path.absolute(), False, True
        found.roots.append(root)
        if not exists:
            if not gone_is_fine:
                raise NotFound(f"There is no file or folder {path}.", hint="Check the path.")
            found.gone.append(root)
        elif is_folder:
            _walk(root, root, suffixes, found)
        else:
            found.files[root] = None
            found.named.add(root)
    return found


def _walk(root: Path, folder: Path, suffixes: Collection[str], found: Found) -> None:
    """Add what lies under a folder; iterative, for trees deeper than Python's stack."""
    stack = [folder]
    while stack:
        here = stack.pop()
        if not here.is_symlink() and here.is_dir():
            try:
                names = sorted((path.name for path in here.iterdir()), reverse=True)
            except OSError as error:
                found.closed.append((here, error.strerror or str(error)))
                continue
            stack += [here / name for name in names if not name.startswith(".")]
        elif here.is_symlink():
            if not _leads_into(here, root):
                found.links.append(here)
        elif here.suffix.lower() in suffixes:
            found.files[here] = None
        else:
            found.skipped += 1


def _leads_into(link: Path, root: Path) -> bool:
    try:
        return link.resolve().is_relative_to(root)
    except (OSError, RuntimeError):
        return False


def path_key(path: Path) -> str:
    """Return the name under which a file is known: absolute, with `/`, valid Unicode.

    On Linux a name may be any bytes; those that are not UTF-8 are shown escaped.
    """
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
