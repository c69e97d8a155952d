"""One published generation of an index, opened for reading."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.ledger import Ledger
from index.faiss_store import FaissStore
from index.fuse import Spread, standardized
from index.groups import Groups
from index.languages import Languages, passage_languages
from index.manifest import Manifest
from index.parts import Parts, cut
from index.passage_text import passage_text
from index.rerank import Late, best_cosines, late_scores, token_weights
from index.tantivy_store import TantivyStore
from index.token_index import TokenIndex
from index.types import Embedder, Ids, LexicalStore, TokenVectors, Vectors, VectorStore

__all__ = ["LEAST_LATE", "Seen", "Stores", "open_stores"]

# So many passages show how common a token is, and what a passage scores that is not meant.
_SAMPLE = 64
# Up to so many passages, late interaction sees them all. Their tokens take 1.5 s to open, about
# 25 MB, and 5 ms a question; a collection above that is searched by candidates.
_SEEN_WHOLE = 10_000
# A smaller deviation than this is chance: that of passages whose language the model hardly knows.
LEAST_LATE = 0.015


@dataclass(frozen=True, slots=True)
class Seen:
    """What late interaction saw.

    `spread` is that of the scores of passages at random, without what their language is favoured,
    `favours` (languages,). `scores` (n,) of all passages, and `articles` (n,), how far that of each
    passage's whole article is above other articles, in deviations; both None where candidates
    only are seen.
    """

    asked: Late
    spread: Spread
    favours: Vectors
    scores: Vectors | None = None
    articles: Vectors | None = None


@dataclass(frozen=True, slots=True)
class Stores:
    """What a search reads; nothing of it changes.

    `ids` int64 (n,), ascending; `tokens`, of the `parts` of the passages, and `articles` are over
    them in this order; where late interaction sees candidates only they are None, and `parts` are
    those of the sample. `sample_tokens`, of its parts, and `sample_vectors` (s, d) are those of
    passages from all over the collection, `sample` (s,) their places. `contextual` says that a
    token's vector depends on its neighbours, and costs the whole model.
    """

    ids: Ids
    languages: Languages
    vectors: VectorStore
    lexical: LexicalStore
    sample: NDArray[np.intp]
    sample_tokens: TokenVectors
    sample_vectors: Vectors
    parts: Parts
    tokens: TokenIndex | None
    articles: Groups | None
    contextual: bool

    def dense_spread(self, vector: Vectors) -> Spread:
        """Return what passages at random score by a question's vector (1, d)."""
        return _spread(self.sample_vectors @ vector[0])

    def late(self, tokens: TokenVectors) -> Seen:
        """Return a question as late interaction compares it, with all scores if seen whole."""
        if self.tokens is None or self.articles is None:
            best, at = best_cosines(tokens, self.sample_tokens), self.sample
        else:
            best, at = self.tokens.best_cosines(tokens), np.arange(len(self.ids))
        matches = self.parts.highest(best)
        weights = token_weights(tokens, matches)
        asked, near = Late(tokens, weights), self.parts.highest(weights @ best)
        scores = late_scores(matches, near, self.parts.lengths, weights)
        favours = self.languages.favours(scores, at)
        scores = self.languages.fair(scores, at, favours)
        if self.articles is None:
            return Seen(asked, _spread(scores), favours)
        highest, lengths = self.articles.best, self.articles.sums(self.parts.lengths)
        whole = late_scores(highest(matches), highest(near), lengths, weights)
        above = self.articles.spread(standardized(whole, _spread(whole), LEAST_LATE))
        return Seen(asked, _spread(scores), favours, scores, above)


def _spread(scores: Vectors) -> Spread:
    return Spread(float(scores.mean()), float(scores.std())) if len(scores) else Spread(0, 0)


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
    chosen = np.arange(len(ids))[:: max(1, len(ids) // _SAMPLE)][:_SAMPLE]
    _, texts = _read(ledger, ids[chosen])
    sample, parts = cut(embedder.document_tokens(texts))
    # A static model lists a row once, however often it stands in the passages.
    contextual = len(sample.rows) == len(sample.index)
    tokens, articles = None, None
    if not contextual and len(ids) <= _SEEN_WHOLE:
        names, every = _read(ledger, ids)
        cut_tokens, parts = cut(embedder.document_tokens(every))
        tokens, articles = TokenIndex(cut_tokens), Groups(names)
    return Stores(
        ids,
        passage_languages(ledger, ids),
        vectors,
        lexical,
        chosen,
        sample,
        embedder.encode_documents(texts),
        parts,
        tokens,
        articles,
        contextual,
    )


def _read(ledger: Ledger, ids: Ids) -> tuple[list[str], list[str]]:
    """Return each passage's article, and what the model is given; of a deleted one, nothing."""
    rows = ledger.passages(ids.tolist())
    given = [rows.get(id) for id in ids.tolist()]
    names = ["" if row is None else row.article for row in given]
    return names, ["" if row is None else passage_text(row.text, row.context) for row in given]
