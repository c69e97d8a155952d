"""A question becomes the passages that could answer it.

1. the nearest passages by vector and by tokens, and the best by BM25, are the candidates
2. each candidate gets all three scores: `dense`, `late` and `bm25`
3. they are added on scales that mean the same for every question (`index.fuse`)
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from corpus.errors import IndexCorrupt
from corpus.ledger import Ledger
from corpus.rows import PassageRow
from corpus.types import Filters
from index.fuse import candidates, fused, lexical_ideal, standardized
from index.manifest import MANIFEST, read_manifest
from index.naming import named_parts
from index.passage_text import passage_text
from index.pinyin import named
from index.question_words import about
from index.stores import LEAST_LATE, Seen, Stores, open_stores
from index.tokens import tokens
from index.types import Embedder, Hit, Ids, Reranker, Vectors

__all__ = ["CANDIDATES", "Index", "Mode"]

Mode: TypeAlias = Literal["hybrid", "dense", "lexical"]

# So many of each search become candidates.
CANDIDATES = 50
# As many where each candidate costs the whole model, some 10 ms on a CPU.
_CONTEXTUAL_CANDIDATES = 20
# So deep BM25 is asked for its scores; a passage below counts as holding no word.
_LEXICAL_DEPTH = 200
# A smaller deviation than this is chance.
_LEAST_DENSE = 0.03
# The order that `index.fuse.fused` takes them in.
_FUSED = ("dense", "late", "article", "bm25", "named")
# So many of the best hits a reranker named by the user looks at.
_RERANKED = 30
# How often a manifest is read again whose files were replaced while they were opened.
_ATTEMPTS = 5


@dataclass(slots=True)
class _Asked:
    """A question, prepared."""

    mode: Mode
    text: str
    vector: Vectors = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    seen: Seen | None = None
    lexical: Mapping[int, float] = field(default_factory=dict)
    ideal: float = 0.0


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
        self._manifest = home / MANIFEST
        self._ledger = ledger
        self._embedder = embedder
        self._reranker = reranker
        self._lock = threading.Lock()
        self._opened: tuple[tuple[int, ...], Stores] | None = None
        self._stores()

    def __len__(self) -> int:
        """Count the passages that can be found."""
        stores = self._stores()
        return len(stores.ids) if stores else 0

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """Return in how many passages each token of `index.tokens` stands; the bot weighs by it."""
        stores = self._stores()
        return stores.lexical.frequencies(words) if stores else [0] * len(words)

    def words(self, query: str) -> list[str]:
        """Return the tokens of what a query is about, and the readings of its names that occur."""
        names = named(query)
        frequencies = self.frequencies(names)
        occurring = [name for name, n in zip(names, frequencies, strict=True) if n]
        return [*tokens(about(query)), *occurring]

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        mode: Mode = "hybrid",
        filters: Filters | None = None,
    ) -> list[Hit]:
        """Return the hits of `found`."""
        return [hit for hit, _ in self.found(query, k, mode=mode, filters=filters)]

    def found(
        self,
        query: str,
        k: int = 10,
        *,
        mode: Mode = "hybrid",
        filters: Filters | None = None,
    ) -> list[tuple[Hit, PassageRow]]:
        """Return up to k hits with their passages, best first; none where nothing is indexed.

        `dense` is what the model finds, late interaction included; `lexical` is BM25 alone;
        `hybrid` is both. The scores of a hit: `dense` is a cosine, `late` in [0, 1], `bm25` the
        part of the question's words, by rarity, that the passage holds, about [0, 1]; the last
        two without what its language is favoured (`index.languages`).

        Raises:
            IndexMismatch, IndexCorrupt: another process published what cannot be used.
            BadQuestion: a filter that is no date.
        """
        stores = self._stores()
        if stores is None or k <= 0:
            return []
        # Half a character (a surrogate) is none, and neither tokenizer takes it.
        query = query.encode("utf-8", "replace").decode("utf-8")
        among = self._ledger.filtered(filters) if filters else None
        n = max(k, _CONTEXTUAL_CANDIDATES if stores.contextual else CANDIDATES)
        asked = self._asked(stores, query, mode, max(n, _LEXICAL_DEPTH), among)
        hits = self._scored(stores, asked, _found(stores, asked, n, among))
        if self._reranker is None:
            return self._living(hits, k)
        best = self._living(hits, max(k, _RERANKED))
        return _looked_at_again(self._reranker, query, best)[:k]

    def _asked(
        self, stores: Stores, query: str, mode: Mode, depth: int, among: Collection[int] | None
    ) -> _Asked:
        asked = _Asked(mode, query)
        if mode != "lexical":
            # A model that reads a question whole has learned from questions.
            said = query if stores.contextual else about(query)
            asked.vector = self._embedder.encode_queries([said])
            asked.seen = stores.late(self._embedder.query_tokens(said))
        if mode != "dense":
            words = self.words(query)
            asked.ideal = lexical_ideal(stores.lexical.frequencies(words), len(stores.ids))
            hits = stores.lexical.search(words, depth, among)
            asked.lexical = {hit.passage: hit.score for hit in hits}
        return asked

    def _scored(self, stores: Stores, asked: _Asked, found: Sequence[int]) -> Iterator[Hit]:
        """Return the candidates as hits, best first."""
        ids = np.asarray(found, np.int64)
        parts: dict[str, Vectors] = {}
        above: dict[str, Vectors] = {}
        if asked.seen is not None:
            parts["dense"] = _dense(stores, asked.vector, ids)
            parts["late"] = self._late(stores, asked.seen, ids)
            dense_spread = stores.dense_spread(asked.vector)
            above["dense"] = standardized(parts["dense"], dense_spread, _LEAST_DENSE)
            above["late"] = standardized(parts["late"], asked.seen.spread, LEAST_LATE)
            if asked.seen.articles is not None:
                above["article"] = asked.seen.articles[np.searchsorted(stores.ids, ids)]
        if asked.mode != "dense":
            parts["bm25"] = above["bm25"] = _lexical(stores, asked, found)
        if asked.mode == "hybrid":
            named = named_parts(asked.text, stores.lexical, stores.ids, stores.articles)
            above["named"] = named[np.searchsorted(stores.ids, ids)]
        nothing = np.zeros(len(ids), np.float32)
        scores = fused(*(above.get(name, nothing) for name in _FUSED))
        return _hits(ids, scores, parts)

    def _late(self, stores: Stores, seen: Seen, ids: Ids) -> Vectors:
        at = np.searchsorted(stores.ids, ids)
        if seen.scores is not None:
            return seen.scores[at]
        rows = self._ledger.passages(ids.tolist())
        given = (rows.get(id) for id in ids.tolist())
        texts = ["" if row is None else passage_text(row.text, row.context) for row in given]
        scores = seen.asked.scores(self._embedder.document_tokens(texts))
        return stores.languages.fair(scores, at, seen.favours)

    def _living(self, hits: Iterator[Hit], k: int) -> list[tuple[Hit, PassageRow]]:
        """Return the first k hits whose passages the ledger still has."""
        living: list[tuple[Hit, PassageRow]] = []
        while len(living) < k and (part := list(islice(hits, k))):
            rows = self._ledger.passages(hit.passage for hit in part)
            living += ((hit, rows[hit.passage]) for hit in part if hit.passage in rows)
        return living[:k]

    def _stores(self) -> Stores | None:
        """Return the stores that were published last; None where nothing was."""
        stamp, opened = _stamp(self._manifest), self._opened
        if stamp is None or (opened is not None and opened[0] == stamp):
            return opened[1] if opened else None
        with self._lock:
            if self._opened is None or self._opened[0] != _stamp(self._manifest):
                self._opened = self._reopened()
            return self._opened[1] if self._opened else None

    def _reopened(self) -> tuple[tuple[int, ...], Stores] | None:
        for attempt in range(_ATTEMPTS):
            stamp, manifest = _stamp(self._manifest), read_manifest(self._home)
            if manifest is None or stamp is None:
                return None
            manifest.check(self._embedder.identity)
            try:
                return stamp, open_stores(self._home, manifest, self._ledger, self._embedder)
            except IndexCorrupt:
                # Replaced by the next generation while it was opened, and deleted?
                if stamp == _stamp(self._manifest) or attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")


def _stamp(manifest: Path) -> tuple[int, ...] | None:
    """Return what changes when another manifest is published; None where there is none."""
    try:
        status = manifest.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size


def _found(stores: Stores, asked: _Asked, n: int, among: Collection[int] | None) -> list[int]:
    """Return the candidates: the first n of each search that the mode wants."""
    rankings: list[Sequence[int]] = []
    if asked.seen is not None and asked.seen.scores is not None:
        rankings.append(_nearest(stores.ids, asked.seen.scores, n, among))
    if asked.seen is not None:
        nearest = stores.vectors.search(asked.vector, n, among)[0]
        rankings.append([hit.passage for hit in nearest])
    rankings.append(list(asked.lexical)[:n])
    return candidates(rankings)


def _nearest(ids: Ids, scores: Vectors, n: int, among: Collection[int] | None) -> list[int]:
    """Return the ids of the n highest scores, best first."""
    if among is not None:
        allowed = np.isin(ids, np.fromiter(among, np.int64, len(among)))
        ids, scores = ids[allowed], scores[allowed]
    if len(ids) > n:
        best = np.argpartition(-scores, n)[:n]
        ids, scores = ids[best], scores[best]
    return list(ids[np.argsort(-scores, kind="stable")].tolist())


def _dense(stores: Stores, vector: Vectors, ids: Ids) -> Vectors:
    """Return the cosine of each candidate."""
    wanted = ids.tolist()
    hits = stores.vectors.search(vector, len(wanted), wanted)[0]
    cosines = {hit.passage: hit.score for hit in hits}
    return np.array([cosines.get(id, 0.0) for id in wanted], np.float32)


def _lexical(stores: Stores, asked: _Asked, found: Sequence[int]) -> Vectors:
    """Return float32 (n,): the part of the question's words that each candidate holds, from 0."""
    shares = np.fromiter(asked.lexical.values(), np.float32, len(asked.lexical))
    shares /= np.float32(asked.ideal or 1)
    places = np.searchsorted(stores.ids, np.fromiter(asked.lexical, np.int64, len(shares)))
    favours = stores.languages.favours_of_hits(shares, places)
    fair = dict(zip(asked.lexical, stores.languages.fair(shares, places, favours), strict=True))
    return np.maximum([fair.get(id, 0.0) for id in found], 0, dtype=np.float32)


def _hits(ids: Ids, scores: Vectors, parts: Mapping[str, Vectors]) -> Iterator[Hit]:
    """Yield the hits best first; of equal ones, the lower id first."""
    for at in np.lexsort((ids, -scores)).tolist():
        each = {name: float(part[at]) for name, part in parts.items()}
        yield Hit(int(ids[at]), float(scores[at]), each)


def _looked_at_again(
    reranker: Reranker, query: str, found: Sequence[tuple[Hit, PassageRow]]
) -> list[tuple[Hit, PassageRow]]:
    texts = [passage_text(row.text, row.context) for _, row in found]
    again = [
        (replace(hit, scores={**hit.scores, "cross": score}), row)
        for (hit, row), score in zip(found, reranker.scores(query, texts).tolist(), strict=True)
    ]
    return sorted(again, key=lambda each: -each[0].scores["cross"])
