"""What crosses the border of the index: vectors, hits, and the contracts of its parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Embedder",
    "EmbedderIdentity",
    "Hit",
    "Ids",
    "LexicalStore",
    "Reranker",
    "TokenVectors",
    "VectorStore",
    "Vectors",
]

Vectors: TypeAlias = NDArray[np.float32]
Ids: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. `score` has the meaning of whoever made it; higher is better.

    `scores` holds the parts that were put together: any of `bm25`, `dense`, `late`, `cross`.
    """

    passage: int
    score: float
    scores: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EmbedderIdentity:
    """What makes two embedders the same: vectors of unequal identities must never mix.

    `revision` is a hub commit, or the hash of a local model's files.
    """

    name: str
    revision: str
    dimension: int
    query_prompt: str = ""
    document_prompt: str = ""


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The token vectors of n texts; text i owns the tokens `offsets[i]:offsets[i + 1]`.

    `rows` float32 (u, d): unit rows; a static model lists each of its rows once.
    `norms` float32 (u,): the norm of each row before normalising, its weight.
    `index` int32 (t,): the row of each token. `offsets` int64 (n + 1,).
    `spans` int32 (t, 2): where each token stands in its text, code points, or None.
    """

    rows: Vectors
    norms: NDArray[np.float32]
    index: NDArray[np.int32]
    offsets: NDArray[np.int64]
    spans: NDArray[np.int32] | None = None


class Embedder(Protocol):
    """Text becomes vectors. Rows are unit length, and zero for text without a token."""

    @property
    def identity(self) -> EmbedderIdentity:
        """Say what the vectors depend on."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, d), with the model's query prompt applied."""
        ...

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, d), with the model's document prompt applied."""
        ...

    def query_tokens(self, text: str) -> TokenVectors:
        """Return the token vectors of one query, spans included."""
        ...

    def document_tokens(self, texts: Sequence[str]) -> TokenVectors:
        """Return the token vectors of n documents."""
        ...


class VectorStore(Protocol):
    """Vectors by passage id. Ids are positive and unique; a store is changed by one thread."""

    @property
    def ids(self) -> Ids:
        """Return the ids that the store holds, in no particular order."""
        ...

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add unit rows (n, d); an id that is already there is replaced."""
        ...

    def remove(self, ids: Ids) -> int:
        """Remove what is there of the ids; return how many were."""
        ...

    def search(
        self, vectors: Vectors, k: int, among: Collection[int] | None = None
    ) -> list[list[Hit]]:
        """Return up to k hits a row, best first, by inner product, only `among` where given."""
        ...


class LexicalStore(Protocol):
    """BM25 over tokens by passage id; tokens come from `index.tokens`."""

    def add(self, documents: Iterable[tuple[int, Sequence[str], Sequence[str]]]) -> None:
        """Add (id, tokens of the passage, tokens of its context); an id there is replaced."""
        ...

    def remove(self, ids: Iterable[int]) -> None:
        """Remove what is there of the ids."""
        ...

    def commit(self) -> None:
        """Make what was added and removed durable and visible, all of it or nothing."""
        ...

    def search(
        self, tokens: Sequence[str], k: int, among: Collection[int] | None = None
    ) -> list[Hit]:
        """Return up to k hits, best first; none for tokens that stand nowhere."""
        ...

    def frequencies(self, tokens: Sequence[str]) -> list[int]:
        """Return in how many passages each token stands."""
        ...


class Reranker(Protocol):
    """A second look at the candidates."""

    def scores(self, query: str, texts: Sequence[str]) -> Vectors:
        """Return float32 (n,), higher is better, for one query and n candidate texts."""
        ...
