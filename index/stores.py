"""One published generation of an index, opened for reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.ledger import Ledger
from index.faiss_store import FaissStore
from index.fuse import Spread
from index.manifest import Manifest
from index.passage_text import passage_text
from index.rerank import Late, best_cosines, late, late_scores
from index.tantivy_store import TantivyStore
from index.token_index import TokenIndex
from index.types import Embedder, Ids, LexicalStore, TokenVectors, Vectors, VectorStore

__all__ = ["Stores", "open_stores"]

# So many passages show how common a token is, and what a passage scores that is not meant.
_SAMPLE = 64
# Up to so many passages, late interaction sees them all. Their tokens take 1.5 s to open, about
# 25 MB, and 5 ms a question; a collection above that is searched by candidates.
_SEEN_WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Stores:
    """What a search reads; nothing of it changes.

    `ids` int64 (n,), ascending; `tokens` is over them in this order, or None where late
    interaction sees candidates only. `sample` holds passages from all over the collection:
    their tokens and their vectors (s, d). `contextual` says that a token's vector depends on
    its neighbours, and costs the whole model.
    """

    ids: Ids
    vectors: VectorStore
    lexical: LexicalStore
    sample_tokens: TokenVectors
    sample_vectors: Vectors
    tokens: TokenIndex | None
    contextual: bool

    def dense_spread(self, vector: Vectors) -> Spread:
        """Return what passages at random score by a question's vector (1, d)."""
        scores = self.sample_vectors @ vector[0]
        return Spread(float(scores.mean()), float(scores.std())) if len(scores) else Spread(0, 0)

    def late(self, tokens: TokenVectors) -> tuple[Late, Vectors | None]:
        """Return a question as late interaction compares it, and the scores (n,) if seen whole."""
        if self.tokens is None:
            return late(tokens, best_cosines(tokens, self.sample_tokens)), None
        best = self.tokens.best_cosines(tokens)
        asked = late(tokens, best)
        return asked, late_scores(best, asked.weights)


def open_stores(home: Path, manifest: Manifest, ledger: Ledger, embedder: Embedder) -> Stores:
    """Open what a manifest names.

    Raises:
        IndexCorrupt: a file is missing or damaged.
    """
    gone = np.asarray(manifest.gone, np.int64)
    vectors = FaissStore.open(home / manifest.vectors, manifest.factory, manifest.sha256, gone)
    lexical = TantivyStore.opened(home / manifest.lexical)
    ids = np.sort(vectors.ids)
    # Evenly over the collection, so that no article stands for all.
    chosen = ids[:: max(1, len(ids) // _SAMPLE)][:_SAMPLE]
    texts = _texts(ledger, chosen)
    sample = embedder.document_tokens(texts)
    # A static model lists a row once, however often it stands in the passages.
    contextual = len(sample.rows) == len(sample.index)
    tokens = None
    if not contextual and len(ids) <= _SEEN_WHOLE:
        tokens = TokenIndex(embedder.document_tokens(_texts(ledger, ids)))
    return Stores(
        ids, vectors, lexical, sample, embedder.encode_documents(texts), tokens, contextual
    )


def _texts(ledger: Ledger, ids: Ids) -> Sequence[str]:
    """Return what the model is given of each passage; nothing of one that was deleted since."""
    rows = ledger.passages(ids.tolist())
    given = (rows.get(id) for id in ids.tolist())
    return ["" if row is None else passage_text(row.text, row.context) for row in given]
