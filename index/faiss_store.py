"""Vectors in FAISS by passage id: exact by default, any factory string by choice.

What a factory cannot do is made up for here. HNSW removes nothing: removed ids are kept out of
every search, and the graph is built anew when they are many. IVF must be trained: vectors wait in
an exact index until there are enough.

A store is changed by one thread while nobody searches it: FAISS crashes otherwise. Whoever changes
opens a store of his own from the file, and readers take up the new file when it is published.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from pathlib import Path
from typing import IO

import faiss
import numpy as np

from corpus.errors import IndexCorrupt
from index.factory import DEFAULT_FACTORY, enough, exact, ids_in, inner, is_graph, made, parameters
from index.types import Hit, Ids, Vectors

__all__ = ["FaissStore"]


# A graph in which more than this part is dead is built anew: its searches waste as much.
_DEAD_PART = 0.2
_READ_BYTES = 1 << 20


class FaissStore:
    """A `VectorStore`. Make one with `empty` or `open`."""

    def __init__(self, index: faiss.Index, factory: str, gone: Ids | None = None) -> None:
        """Take a FAISS index over passage ids, and the ids in it that are removed."""
        self._index = index
        self._factory = factory
        self._gone: set[int] = set() if gone is None else set(gone.tolist())

    @classmethod
    def empty(cls, dimension: int, factory: str = DEFAULT_FACTORY) -> FaissStore:
        """Make an empty store.

        Raises:
            BadSetting: FAISS does not know the factory string.
        """
        made(dimension, factory)
        return cls(exact(dimension), factory)

    @classmethod
    def open(cls, path: Path, factory: str, sha256: str, gone: Ids | None = None) -> FaissStore:
        """Read a store that `save` wrote.

        Raises:
            IndexCorrupt: the file is missing, damaged, or not the one that was written.
        """
        digest = hashlib.sha256()

        def read(size: int) -> bytes:
            part = file.read(size)
            digest.update(part)
            return part

        try:
            with path.open("rb") as file:
                index = faiss.read_index(faiss.PyCallbackIOReader(read, _READ_BYTES))
                while read(_READ_BYTES):
                    pass
        except FileNotFoundError as error:
            raise _corrupt(path, "is missing") from error
        except RuntimeError as error:
            raise _corrupt(path, "cannot be read") from error
        if digest.hexdigest() != sha256:
            raise _corrupt(path, "is not what was written")
        return cls(index, factory, gone)

    def save(self, file: IO[bytes]) -> str:
        """Write the store; return the SHA-256 of what was written, for `open`.

        Raises:
            OSError: as the file raised it, a full disk for one.
        """
        digest = hashlib.sha256()
        failures: list[OSError] = []

        def write(part: bytes) -> None:
            try:
                file.write(part)
            except OSError as error:
                failures.append(error)
                raise
            digest.update(part)

        try:
            # A file object of ours: FAISS itself fails on a path outside the system's code page.
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(write))
        except Exception:
            if failures:
                raise failures[0] from None
            raise
        return digest.hexdigest()

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""
        return int(self._index.d)

    @property
    def ids(self) -> Ids:
        """Return the ids that the store holds, in no particular order."""
        held = ids_in(self._index)
        return held[~np.isin(held, self.gone)] if self._gone else held

    @property
    def gone(self) -> Ids:
        """Return the ids that are removed but still in the file, to be handed to `open`."""
        return np.fromiter(self._gone, np.int64, len(self._gone))

    def __len__(self) -> int:
        """Count the vectors that can be found."""
        return int(self._index.ntotal) - len(self._gone)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add unit rows (n, d); an id that is already there is replaced."""
        if len(ids) == 0:
            return
        if vectors.shape != (len(ids), self.dimension):
            raise ValueError(f"{len(ids)} ids of {self.dimension} with vectors {vectors.shape}")
        if np.isin(ids_in(self._index), ids).any():
            self.remove(ids)
            if self._gone:
                self._rebuild()
        faiss.omp_set_num_threads(os.cpu_count() or 1)
        self._index.add_with_ids(
            np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(ids, np.int64)
        )
        self._settle()

    def remove(self, ids: Ids) -> int:
        """Remove what is there of the ids; return how many were."""
        there = np.intersect1d(self.ids, np.asarray(ids, np.int64))
        if len(there) == 0:
            return 0
        if not is_graph(self._index):
            return int(self._index.remove_ids(faiss.IDSelectorBatch(there)))
        self._gone.update(there.tolist())
        if len(self._gone) > _DEAD_PART * self._index.ntotal:
            self._rebuild()
        return len(there)

    def search(
        self, vectors: Vectors, k: int, among: Collection[int] | None = None
    ) -> list[list[Hit]]:
        """Return up to k hits a row, best first, by inner product, only `among` where given."""
        k = min(k, len(self))
        if k <= 0 or (among is not None and not among):
            return [[] for _ in vectors]
        selector = self._selector(among)
        # One question is bound by memory, not by cores, and waits for threads on a busy machine.
        faiss.omp_set_num_threads(1)
        scores, ids = self._index.search(
            np.ascontiguousarray(vectors, np.float32),
            k,
            params=parameters(self._index, selector, k),
        )
        return [
            [Hit(id, score) for id, score in zip(row, values, strict=True) if id >= 0]
            for row, values in zip(ids.tolist(), scores.tolist(), strict=True)
        ]

    def _selector(self, among: Collection[int] | None) -> faiss.IDSelector | None:
        if among is not None:
            wanted = np.fromiter(among, np.int64, len(among))
            return faiss.IDSelectorBatch(np.setdiff1d(wanted, self.gone) if self._gone else wanted)
        if self._gone:
            return faiss.IDSelectorNot(faiss.IDSelectorBatch(self.gone))
        return None

    def _rebuild(self) -> None:
        """Build the index anew from what is alive."""
        ids = self.ids
        vectors = self._index.reconstruct_batch(ids) if len(ids) else None
        self._index, self._gone = exact(self.dimension), set()
        if vectors is not None:
            self._index.add_with_ids(vectors, ids)
        self._settle()

    def _settle(self) -> None:
        """Move from the exact index to the factory's, once there is enough to train it."""
        if self._settled or self._index.ntotal < enough(self._factory):
            return
        settled = made(self.dimension, self._factory)
        ids = ids_in(self._index)
        vectors = self._index.reconstruct_batch(ids)
        settled.train(vectors)
        settled.add_with_ids(vectors, ids)
        self._index = settled

    @property
    def _settled(self) -> bool:
        return type(inner(self._index)) is type(inner(made(self.dimension, self._factory)))


def _corrupt(path: Path, what: str) -> IndexCorrupt:
    return IndexCorrupt(
        f"{path.name} {what}.", hint="Build the index again from the articles: wenju rebuild"
    )
