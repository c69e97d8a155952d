"""A static model: one row for each token, a text is the mean of its rows.

Equal to what sentence-transformers computes from the same folder, with no import of torch.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.types import EmbedderIdentity, TokenVectors, Vectors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tokenizers import Tokenizer

__all__ = ["StaticEmbedder", "StaticTable", "is_static", "read_static"]

# Module names that a table of rows and a mean say everything about.
STATIC_MODULES = ("StaticEmbedding", "QuantizedStaticEmbedding")
HARMLESS_MODULES = ("Normalize",)
# Passages are asked for again at each question about the same subject.
REMEMBERED_TEXTS = 16_384


@dataclass(frozen=True, slots=True)
class StaticTable:
    """The rows of a static model; the vector of token t is `rows[t] * scales[t]`.

    `rows` (v, d) int8 or float; `scales` float32 (v,), or None for ones.
    """

    rows: NDArray[np.int8] | NDArray[np.floating]
    scales: NDArray[np.float32] | None
    tokenizer: Tokenizer

    def vectors(self, ids: NDArray[np.integer]) -> Vectors:
        """Return the float32 vectors (n, d) of n tokens."""
        rows = self.rows[ids].astype(np.float32)
        if self.scales is not None:
            rows *= self.scales[ids][:, None]
        return rows


def is_static(folder: Path) -> bool:
    """Say whether a model is a table of token rows and nothing else."""
    modules = folder / "modules.json"
    if not modules.exists():
        return False
    kinds = [entry["type"].rsplit(".", 1)[-1] for entry in json.loads(modules.read_text("utf-8"))]
    return kinds[:1] != [] and (
        kinds[0] in STATIC_MODULES and all(kind in HARMLESS_MODULES for kind in kinds[1:])
    )


def read_static(folder: Path, truncate_dim: int | None = None) -> StaticTable:
    """Read the rows and the tokenizer of a static model's folder.

    Knows our own int8 rows, the library's `embedding.weight`, and model2vec's layout.
    """
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    entry = json.loads((folder / "modules.json").read_text("utf-8"))[0]
    home = folder / entry["path"]
    tensors = load_file(home / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(home / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    scales = tensors.get("scales")
    if "rows" in tensors:
        rows = tensors["rows"]
    elif "embedding.weight" in tensors:
        rows = tensors["embedding.weight"]
    else:
        rows, scales = tensors["embeddings"], tensors.get("weights")
        if "mapping" in tensors:
            rows = rows[tensors["mapping"].astype(np.int64)]
    if truncate_dim is not None:
        rows = np.ascontiguousarray(rows[:, :truncate_dim])
    return StaticTable(rows, None if scales is None else scales.astype(np.float32), tokenizer)


class StaticEmbedder:
    """Satisfies `index.types.Embedder` with a table of rows."""

    def __init__(
        self,
        table: StaticTable,
        *,
        name: str,
        revision: str,
        query_prompt: str = "",
        document_prompt: str = "",
        batch_size: int = 1024,
    ) -> None:
        """Wrap a table; the prompts are put before each text."""
        self._table = table
        self._batch_size = batch_size
        self._remembered: dict[str, NDArray[np.int32]] = {}
        self._identity = EmbedderIdentity(
            name, revision, table.rows.shape[1], query_prompt, document_prompt
        )

    @property
    def identity(self) -> EmbedderIdentity:
        """Say what the vectors depend on."""
        return self._identity

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, d): unit rows, zero for a text without a token."""
        return self._encode(texts, self._identity.query_prompt)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, d): unit rows, zero for a text without a token."""
        return self._encode(texts, self._identity.document_prompt)

    def query_tokens(self, text: str) -> TokenVectors:
        """Return the token vectors of one query, with spans; tokens without weight are left out."""
        encoding = self._table.tokenizer.encode(text, add_special_tokens=False)
        ids = np.asarray(encoding.ids, np.int32)
        spans = np.asarray(encoding.offsets, np.int32).reshape(-1, 2)
        return self._token_vectors([ids], spans)

    def document_tokens(self, texts: Sequence[str]) -> TokenVectors:
        """Return the token vectors of n documents; asking again for the same text is cheap."""
        known = self._remembered
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            if len(known) + len(missing) > REMEMBERED_TEXTS:
                known = self._remembered = {text: known[text] for text in texts if text in known}
            encodings = self._table.tokenizer.encode_batch_fast(missing, add_special_tokens=False)
            for text, encoding in zip(missing, encodings, strict=True):
                known[text] = np.asarray(encoding.ids, np.int32)
        return self._token_vectors([known[text] for text in texts], None)

    def _token_vectors(
        self, ids: Sequence[NDArray[np.int32]], spans: NDArray[np.int32] | None
    ) -> TokenVectors:
        flat = np.concatenate([*ids, np.empty(0, np.int32)])
        offsets = np.zeros(len(ids) + 1, np.int64)
        np.cumsum([len(one) for one in ids], out=offsets[1:])
        used, index = np.unique(flat, return_inverse=True)
        rows = self._table.vectors(used)
        norms = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        rows /= np.maximum(norms, np.finfo(np.float32).tiny)[:, None]
        return TokenVectors(rows, norms, index.astype(np.int32), offsets, spans)

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors = np.zeros((len(texts), self._identity.dimension), np.float32)
        for start in range(0, len(texts), self._batch_size):
            batch = [prompt + text for text in texts[start : start + self._batch_size]]
            vectors[start : start + len(batch)] = self._sums(batch)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)

    def _sums(self, texts: list[str]) -> Vectors:
        """Return the sum of the rows of each text; its direction is that of the mean."""
        encodings = self._table.tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        if len(texts) == 1:
            ids = np.asarray(encodings[0].ids, np.int64)
            return self._table.vectors(ids).sum(axis=0, keepdims=True)
        from scipy.sparse import csr_matrix

        lists = [encoding.ids for encoding in encodings]
        offsets = np.zeros(len(lists) + 1, np.int64)
        np.cumsum([len(ids) for ids in lists], out=offsets[1:])
        flat = np.fromiter((token for ids in lists for token in ids), np.int32, offsets[-1])
        used, index = np.unique(flat, return_inverse=True)
        counts = csr_matrix(
            (np.ones(len(flat), np.float32), index, offsets), shape=(len(texts), len(used))
        )
        sums: Vectors = counts @ self._table.vectors(used)
        return sums
