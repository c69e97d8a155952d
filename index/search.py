"""A question becomes the passages that could answer it.

1. the nearest passages by vector and the best by BM25 are the candidates
2. late interaction compares their tokens with the question's
3. the three scores are added on scales that mean the same for every question (`index.fuse`)
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from corpus.errors import IndexCorrupt
from corpus.ledger import Ledger
from corpus.types import Filters
from index.faiss_store import FaissStore
from index.fuse import candidates, fused, lexical_ideal
from index.manifest import MANIFEST, Manifest, read_manifest
from index.passage_text import passage_text
from index.rerank import LateInteraction
from index.tantivy_store import TantivyStore
from index.tokens import tokens
from index.types import Embedder, Hit, LexicalStore, Reranker, Vectors, VectorStore

__all__ = ["Index", "Mode"]

Mode: TypeAlias = Literal["hybrid", "dense", "lexical"]

# So many of each search become candidates; more cost time and brought nothing.
CANDIDATES = 50
# What each part counts; see tests/bench/search.py.
WEIGHTS = {"dense": 1.0, "late": 1.0, "bm25": 1.0}
# So many passages show how common a token is in the collection.
SAMPLE = 64
# So many of the best hits a reranker named by the user looks at.
RERANKED = 30
# How often a manifest is read again whose files were replaced while they were opened.
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class _Stores:
    stamp: tuple[int, ...]
    passages: int
    vectors: VectorStore
    lexical: LexicalStore
    late: LateInteraction


class Index:
    """The index of a data folder, for any number of threads; it follows what others publish."""

    def __init__(
        self,
        home: Path,
        ledger: Ledger,
        embedder: Embedder,
        *,
        reranker: Reranker | None = None,
    ) -> None:
        """Open the index of a data folder; `reranker` looks at the best hits once more.

        Raises:
            IndexMismatch: it was built by another model, tokenizer or chunker.
            IndexCorrupt: a file of it is damaged.
        """
        self._home = home
        self._ledger = ledger
        self._embedder = embedder
        self._reranker = reranker
        self._lock = threading.Lock()
        self._stores: _Stores | None = None
        self._current()

    def __len__(self) -> int:
        """Count the passages that can be found."""
        stores = self._current()
        return stores.passages if stores else 0

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """Return in how many passages each token of `index.tokens` stands."""
        stores = self._current()
        return stores.lexical.frequencies(words) if stores else [0] * len(words)

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        mode: Mode = "hybrid",
        filters: Filters | None = None,
    ) -> list[Hit]:
        """Return up to k hits, best first; none where nothing is indexed.

        `dense` is what the model finds, late interaction included; `lexical` is BM25 alone;
        `hybrid` is both. The scores of a hit: `dense` is a cosine, `late` in [0, 1], `bm25` the
        part of the question's words, by rarity, that the passage holds, about [0, 1].

        Raises:
            IndexMismatch, IndexCorrupt: another process published what cannot be used.
            BadQuestion: a filter that is no date.
        """
        stores = self._current()
        if stores is None or k <= 0:
            return []
        among = self._ledger.filtered(filters) if filters else None
        asked = _Asked(query, tokens(query), self._embedder.encode_queries([query]))
        found = _found(stores, asked, mode, max(k, CANDIDATES), among)
        rows = self._ledger.passages(found)
        texts = [passage_text(row.text, row.context) for row in rows.values()]
        parts = _parts(stores, asked, mode, list(rows), texts)
        hits = _hits(list(rows), fused(parts, WEIGHTS), parts)
        return self._looked_at_again(query, hits, dict(zip(rows, texts, strict=True)))[:k]

    def _looked_at_again(self, query: str, hits: list[Hit], texts: Mapping[int, str]) -> list[Hit]:
        """Let the reranker order the best hits; the others stay behind them."""
        if self._reranker is None or not hits:
            return hits
        best, others = hits[:RERANKED], hits[RERANKED:]
        scores = self._reranker.scores(query, [texts[hit.passage] for hit in best]).tolist()
        again = [
            replace(hit, scores={**hit.scores, "cross": score})
            for hit, score in zip(best, scores, strict=True)
        ]
        return sorted(again, key=lambda hit: -hit.scores["cross"]) + others

    def _current(self) -> _Stores | None:
        """Return the stores that were published last; None where nothing was."""
        stamp = _stamp(self._home)
        stores = self._stores
        if stamp is None or (stores is not None and stores.stamp == stamp):
            return stores
        with self._lock:
            if self._stores is None or self._stores.stamp != _stamp(self._home):
                self._stores = self._reopened()
            return self._stores

    def _reopened(self) -> _Stores | None:
        for attempt in range(_ATTEMPTS):
            stamp, manifest = _stamp(self._home), read_manifest(self._home)
            if manifest is None or stamp is None:
                return None
            manifest.check(self._embedder.identity)
            try:
                return self._opened(stamp, manifest)
            except IndexCorrupt:
                # Replaced by the next generation while it was opened, and deleted?
                if stamp == _stamp(self._home) or attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _opened(self, stamp: tuple[int, ...], manifest: Manifest) -> _Stores:
        gone = np.asarray(manifest.gone, np.int64)
        vectors = FaissStore.open(
            self._home / manifest.vectors, manifest.factory, manifest.sha256, gone
        )
        lexical = TantivyStore.opened(self._home / manifest.lexical)
        ids = np.sort(vectors.ids)
        # Evenly over the collection, so that no article stands for all.
        sample = self._ledger.passages(ids[:: max(1, len(ids) // SAMPLE)][:SAMPLE].tolist())
        texts = [passage_text(row.text, row.context) for row in sample.values()]
        late = LateInteraction(self._embedder, texts)
        return _Stores(stamp, len(vectors), vectors, lexical, late)


@dataclass(frozen=True, slots=True)
class _Asked:
    text: str
    tokens: Sequence[str]
    vector: Vectors


def _stamp(home: Path) -> tuple[int, ...] | None:
    """Return what changes when another manifest is published; None where there is none."""
    try:
        status = (home / MANIFEST).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size


def _found(
    stores: _Stores, asked: _Asked, mode: Mode, n: int, among: Collection[int] | None
) -> list[int]:
    """Return the candidates: the first n of each search that the mode wants."""
    rankings: list[Sequence[Hit]] = []
    if mode != "lexical":
        rankings += stores.vectors.search(asked.vector, n, among)
    if mode != "dense":
        rankings.append(stores.lexical.search(asked.tokens, n, among))
    return candidates(rankings)


def _parts(
    stores: _Stores, asked: _Asked, mode: Mode, ids: Sequence[int], texts: Sequence[str]
) -> dict[str, Vectors]:
    """Return every score of every candidate, each float32 (n,)."""
    parts: dict[str, Vectors] = {}
    if mode != "lexical":
        parts["dense"] = _of(stores.vectors.search(asked.vector, len(ids), ids)[0], ids)
        parts["late"] = stores.late.scores(asked.text, texts)
    if mode != "dense":
        frequencies = stores.lexical.frequencies(asked.tokens)
        ideal = lexical_ideal(frequencies, stores.passages)
        found = _of(stores.lexical.search(asked.tokens, len(ids), ids), ids)
        parts["bm25"] = found / np.float32(ideal) if ideal else found
    return parts


def _of(hits: Sequence[Hit], ids: Sequence[int]) -> Vectors:
    """Return the score of each id, 0 for one that was not found."""
    scores = {hit.passage: hit.score for hit in hits}
    return np.array([scores.get(id, 0.0) for id in ids], np.float32)


def _hits(ids: Sequence[int], scores: Vectors, parts: dict[str, Vectors]) -> list[Hit]:
    """Return the hits best first; of equal ones, the lower id first."""
    order = np.lexsort((np.asarray(ids), -scores))
    return [
        Hit(ids[at], float(scores[at]), {name: float(part[at]) for name, part in parts.items()})
        for at in order.tolist()
    ]
