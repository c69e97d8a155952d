"""Take files into the ledger: read, split, cut, store.

A file whose bytes are known costs a hash. One that cannot be read costs a line in the report.
What was stored stays stored when the run is interrupted, and the next run goes on from there.
The caller holds `corpus.ledger.write_lock`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

from corpus import loaders
from corpus.errors import NotFound, UnreadableFile, UnsupportedFile
from corpus.ledger import Ledger
from corpus.parsing import Parser
from corpus.report import Failure, Report
from corpus.taking import Run
from corpus.walking import Found, find_files, path_key

__all__ = ["Failure", "Progress", "Report", "ingest", "resplit"]

# Called after each file, and at the end, with how many are done, how many there are, and the
# path of the last one that was begun.
Progress: TypeAlias = Callable[[int, int, str], None]


def ingest(
    paths: Iterable[Path],
    ledger: Ledger,
    *,
    prune: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Take in files and folders, and with `prune` forget what vanished under them.

    An article that was removed by its id comes back only when its file is named itself.

    Raises:
        NotFound: a path does not exist (with `prune`, and was not ingested either).
        UnsupportedFile: there is no file to read under the paths.
        StoreError: the ledger cannot be written; what was stored before stays.
    """
    began = time.monotonic()
    found = find_files(paths, loaders.suffixes(), gone_is_fine=prune)
    vanished = _vanished(found, ledger) if prune else []
    _check_found(found, vanished)
    with Parser(len(found.files)) as parser:
        run = Run(ledger, parser)
        _note_closed(found, run)
        for number, file in enumerate(found.files, start=1):
            run.take(file, named=file in found.named)
            if progress:
                progress(max(0, number - run.unfinished), len(found.files), path_key(file))
        late = run.unfinished
        run.collect()
        if progress and late:
            progress(len(found.files), len(found.files), path_key(file))
    run.store()
    with ledger.transaction():
        for path in vanished:
            # Not one that was found again under another name meanwhile.
            run.tally["removed"] += ledger.digest_of(path) is not None
            ledger.remove_document(path)
    return run.report(found.skipped, time.monotonic() - began)


def resplit(ledger: Ledger, progress: Progress | None = None) -> Report:
    """Split again, from the stored texts, what an earlier version of the code has split."""
    began = time.monotonic()
    with Parser(0) as parser:
        run = Run(ledger, parser)
        every = ledger.paths()
        for done, path in enumerate(every, start=1):
            run.split_again(path)
            if progress:
                progress(done, len(every), path)
        run.store()
    return run.report(0, time.monotonic() - began)


def _vanished(found: Found, ledger: Ledger) -> list[str]:
    """Return the known files under what was given that are no longer there."""
    present = {path_key(file) for file in found.files}
    roots = [path_key(root) for root in found.roots]
    closed = [path_key(folder) for folder, _ in found.closed]
    return [
        path
        for path in ledger.paths()
        if not _is_present(path, present) and _is_under(path, roots) and not _is_under(path, closed)
    ]


def _is_present(path: str, present: Collection[str]) -> bool:
    """Say whether a file is there, or the archive that it is in."""
    while path:
        if path in present:
            return True
        path = path.rpartition("/")[0]
    return False


def _note_closed(found: Found, run: Run) -> None:
    """Report the folders that cannot be opened, and the links that lead out."""
    for folder, reason in found.closed:
        run.fail(
            path_key(folder), UnreadableFile(f"The folder cannot be opened: {reason}.", hint="")
        )
    run.warnings += [
        f"{path_key(link)}: a link out of the folder, not followed." for link in found.links
    ]


def _is_under(path: str, folders: Sequence[str]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)


def _check_found(found: Found, vanished: Sequence[str]) -> None:
    """Refuse paths that mean nothing at all."""
    for root in found.gone:
        if not any(_is_under(path, [path_key(root)]) for path in vanished):
            raise NotFound(f"There is no file or folder {root}.", hint="Check the path.")
    if not found.files and not vanished and not found.closed:
        names = ", ".join(root.name or str(root) for root in found.roots) or "Nothing"
        others = f" ({found.skipped} files of other kinds)" if found.skipped else ""
        raise UnsupportedFile(
            f"There is no article to read in {names}{others}.",
            hint=f"We read files that end in {', '.join(sorted(loaders.suffixes()))}.",
        )
