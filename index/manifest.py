"""What built an index, and which files it is. Writing the manifest is the commit of a change.

    manifest.json            names the files below; replaced by a rename, so it is old or new
    vectors-<generation>     one FAISS file for each generation
    lexical-<generation>     one tantivy folder for each rebuild; it commits by itself

Leaves out: what is indexed, which the ledger knows.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO

from corpus.errors import HomeTooNew, IndexCorrupt, IndexMismatch, StorageFull
from corpus.passages import CHUNKER_VERSION
from index.tokens import TOKENIZER_VERSION
from index.types import EmbedderIdentity

__all__ = ["MANIFEST", "Manifest", "read_manifest", "replacing", "write_manifest"]

MANIFEST = "manifest.json"
# Raised when the files of an index, or what is embedded of a passage, change their meaning.
INDEX_VERSION = 2

_REBUILD = "Build the index again from the articles: wenju rebuild"
_STORAGE_ERRORS = {
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EACCES", "EPERM")
    if hasattr(errno, name)
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """One generation of an index. `gone` are ids that are removed but still in the vectors file.

    `ledger` says from whose passages it was built. `sha256` is that of the vectors file,
    `passages` how many vectors can be found.
    """

    generation: int
    model: EmbedderIdentity
    ledger: str
    factory: str
    vectors: str
    sha256: str
    lexical: str
    passages: int
    gone: tuple[int, ...] = ()
    tokenizer: int = TOKENIZER_VERSION
    chunker: int = CHUNKER_VERSION
    version: int = INDEX_VERSION

    def following(
        self, generation: int, vectors: str, sha256: str, passages: int, gone: Sequence[int]
    ) -> Manifest:
        """Return the manifest of the next generation."""
        return replace(
            self,
            generation=generation,
            vectors=vectors,
            sha256=sha256,
            passages=passages,
            gone=tuple(gone),
        )

    def check(self, model: EmbedderIdentity, factory: str | None = None) -> None:
        """Refuse to be used by another model, tokenizer, chunker or kind of vector index.

        Raises:
            IndexMismatch: with what differs and the command that mends it.
        """
        differing = [
            f"{what} {was}, and is now {now}"
            for what, was, now in (
                ("the model", _named(self.model), _named(model)),
                ("tokenizer version", self.tokenizer, TOKENIZER_VERSION),
                ("chunker version", self.chunker, CHUNKER_VERSION),
                ("index version", self.version, INDEX_VERSION),
                ("the vector index", self.factory, factory or self.factory),
            )
            if was != now
        ]
        if differing:
            raise IndexMismatch(
                f"The index was built with {'; '.join(differing)}.", hint=_hint(self.model, model)
            )


def _named(model: EmbedderIdentity) -> str:
    prompts = f" with prompts {model.query_prompt!r} and {model.document_prompt!r}"
    revision = f"@{model.revision[:12]}" if model.revision else ""
    return f"{model.name}{revision} ({model.dimension} dimensions)" + (
        prompts if model.query_prompt or model.document_prompt else ""
    )


def _hint(was: EmbedderIdentity, now: EmbedderIdentity) -> str:
    if was.name == now.name:
        return _REBUILD
    return f"{_REBUILD}; or go back to the model that built it: --model {was.name}"


def read_manifest(home: Path) -> Manifest | None:
    """Return the manifest of a data folder, None where nothing was indexed yet.

    Raises:
        IndexCorrupt: the file is damaged.
        HomeTooNew: a newer version of the program wrote it.
    """
    try:
        values = json.loads((home / MANIFEST).read_text("utf-8"))
        if int(values["version"]) > INDEX_VERSION:
            raise HomeTooNew(
                f"{home} was indexed by a newer version of Wenju.",
                hint="Install that version, or build the index again: wenju rebuild",
            )
        model = EmbedderIdentity(**values.pop("model"))
        return Manifest(model=model, gone=tuple(values.pop("gone")), **values)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexCorrupt(f"{home / MANIFEST} is damaged.", hint=_REBUILD) from error


def write_manifest(home: Path, manifest: Manifest) -> None:
    """Make a manifest the one that holds, all of it or nothing.

    Raises:
        StorageFull: the disk is full or closed to us; the manifest before still holds.
    """
    with replacing(home / MANIFEST) as file:
        file.write(json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode())


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Write a file that appears under its name when it is whole and durable, or not at all.

    Raises:
        StorageFull: the disk is full or closed to us; nothing has changed.
    """
    temporary = path.with_name(f"{path.name}.part")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        if error.errno not in _STORAGE_ERRORS:
            raise
        raise StorageFull(
            f"{path} cannot be written: {error.strerror}.",
            hint="Free some disk space and run the command again; "
            "what was indexed before still answers.",
        ) from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; a folder cannot be opened on Windows, where it need not be."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
