"""A static model: one row for each token, a text is the mean of its rows.

Equal to what sentence-transformers computes from the same folder, with no import of torch.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.types import EmbedderIdentity, TokenVectors, Vectors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tokenizers import Tokenizer

__all__ = ["StaticEmbedder", "StaticTable", "is_static", "read_static"]

# What a table of rows and a mean say everything about; the scale of a vector is of no account.
TABLES = ("StaticEmbedding", "WordEmbeddings")
HARMLESS = ("Normalize", "Pooling")
TENSORS = ("emb_layer.weight", "embedding.weight", "embeddings")
# Passages are asked for again at each question about the same subject.
REMEMBERED_TEXTS = 16_384


@dataclass(frozen=True, slots=True)
class StaticTable:
    """The rows of a static model, (v, d) in int8 or floating point, and its tokenizer."""

    rows: NDArray[np.int8] | NDArray[np.floating]
    tokenizer: Tokenizer

    def vectors(self, ids: NDArray[np.integer]) -> Vectors:
        """Return the float32 vectors (n, d) of n tokens."""
        rows: Vectors = self.rows[ids].astype(np.float32)
        return rows


def is_static(folder: Path) -> bool:
    """Say whether a model is a table of token rows and their mean, and nothing else."""
    modules = folder / "modules.json"
    if not modules.exists():
        return False
    kinds = [entry["type"].rsplit(".", 1)[-1] for entry in _read(modules)]
    if not kinds or kinds[0] not in TABLES or any(kind not in HARMLESS for kind in kinds[1:]):
        return False
    return kinds[0] == "StaticEmbedding" or _means_pieces(folder)


def _means_pieces(folder: Path) -> bool:
    """Say whether `WordEmbeddings` cuts text by a `tokenizer.json` alone, and takes the mean."""
    tokenizer = folder / "tokenizer.json"
    pooling = [_read(path) for path in folder.glob("*_Pooling/config.json")]
    return (
        tokenizer.exists()
        and _read(folder / "wordembedding_config.json")["tokenizer_class"].endswith("Wrapper")
        and [entry.get("pooling_mode") for entry in pooling] == ["mean"]
        and '"post_processor":null' in tokenizer.read_text("utf-8").replace(": null", ":null")
    )


def _read(path: Path) -> Any:  # noqa: ANN401 - JSON of any shape: modules.json is a list, the others are objects
    return json.loads(path.read_text("utf-8"))


def read_static(folder: Path, truncate_dim: int | None = None) -> StaticTable:
    """Read the rows and the tokenizer of a static model's folder.

    Knows the library's `StaticEmbedding` and `WordEmbeddings`, and model2vec's layout.
    """
    from tokenizers import Tokenizer

    home = folder / _read(folder / "modules.json")[0]["path"]
    tensors = _mapped(home / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(home / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    named = [tensors[name] for name in TENSORS if name in tensors]
    rows = named[0]
    if "mapping" in tensors:
        rows = rows[tensors["mapping"].astype(np.int64)]
    if "weights" in tensors:
        rows = rows * tensors["weights"][:, None]
    if truncate_dim is not None:
        rows = np.ascontiguousarray(rows[:, :truncate_dim])
    return StaticTable(rows, tokenizer)


def _mapped(path: Path) -> dict[str, NDArray[Any]]:
    """Return the tensors of a file of safetensors without reading them.

    Only the rows that texts need come into memory, once for all processes.
    """
    from safetensors import safe_open

    with safe_open(path, "numpy") as file:  # checks that the file is whole
        names = file.keys()  # not a mapping: it cannot be iterated over itself
        kinds = {name: file.get_slice(name)[:0].dtype for name in names}
    content = np.memmap(path, np.uint8, "r")
    start = 8 + int(content[:8].view("<u8")[0])
    header = json.loads(bytes(content[8:start]))
    tensors = {}
    for name, kind in kinds.items():
        first, end = (start + offset for offset in header[name]["data_offsets"])
        tensors[name] = np.asarray(content[first:end]).view(kind).reshape(header[name]["shape"])
    return tensors


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
        unit: Vectors = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
        return unit

    def _sums(self, texts: list[str]) -> Vectors:
        """Return the sum of the rows of each text; its direction is that of the mean."""
        encodings = self._table.tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        if len(texts) == 1:
            ids = np.asarray(encodings[0].ids, np.int64)
            sum_of_one: Vectors = self._table.vectors(ids).sum(axis=0, keepdims=True)
            return sum_of_one
        from scipy.sparse import csr_matrix

        lists = [encoding.ids for encoding in encodings]
        offsets = np.zeros(len(lists) + 1, np.int64)
        np.cumsum([len(ids) for ids in lists], out=offsets[1:])
        flat = np.fromiter(chain.from_iterable(lists), np.int32, offsets[-1])
        used, index = np.unique(flat, return_inverse=True)
        counts = csr_matrix(
            (np.ones(len(flat), np.float32), index, offsets), shape=(len(texts), len(used))
        )
        sums: Vectors = counts @ self._table.vectors(used)
        return sums
