"""A transformer through sentence-transformers: pooled vectors, and its last hidden states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.errors import ExtraMissing, ModelUnavailable
from index.types import EmbedderIdentity, TokenVectors, Vectors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import torch
    from sentence_transformers import SentenceTransformer

__all__ = ["TransformerEmbedder", "open_model"]


def open_model(
    folder: Path, *, device: str | None, backend: str, dtype: str | None, truncate_dim: int | None
) -> SentenceTransformer:
    """Open a model's folder without any network.

    Raises:
        ExtraMissing: The backend's packages are not installed.
        ModelUnavailable: The folder holds no model that sentence-transformers can open.
    """
    if backend not in ("torch", "onnx", "openvino"):
        raise ValueError(f"backend is torch, onnx or openvino, not {backend}")
    from sentence_transformers import SentenceTransformer

    options = {} if backend != "torch" else {"dtype": _dtype(dtype, device)}
    try:
        return SentenceTransformer(
            str(folder),
            device=device,
            backend=backend,  # type: ignore[arg-type]  # typed as three literals; other strings are refused above
            truncate_dim=truncate_dim,
            local_files_only=True,
            model_kwargs=options,
        )
    except ImportError as error:
        raise ExtraMissing(
            f"The {backend} backend is not installed.",
            hint=f'Install it: pip install "sentence-transformers[{backend}]"',
        ) from error
    except (OSError, ValueError, KeyError) as error:
        raise ModelUnavailable(
            f"The model in {folder} cannot be opened: {error}",
            hint="Check that the folder is complete, or use the bundled model: --model bundled",
        ) from error


def _dtype(name: str | None, device: str | None) -> torch.dtype:
    """Return the torch dtype: bfloat16 on a CPU that computes in it is 2.7 times float32."""
    import torch

    if name is not None:
        if name not in ("float32", "bfloat16", "float16"):
            raise ValueError(f"dtype is float32, bfloat16 or float16, not {name}")
        named: torch.dtype = getattr(torch, name)
        return named
    on_cpu = device == "cpu" or (device is None and not torch.cuda.is_available())
    able = on_cpu and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.bfloat16 if able else torch.float32


class TransformerEmbedder:
    """Satisfies `index.types.Embedder` with any model that sentence-transformers opens."""

    def __init__(
        self,
        model: SentenceTransformer,
        *,
        name: str,
        revision: str,
        query_prompt: str = "",
        document_prompt: str = "",
        batch_size: int = 32,
    ) -> None:
        """Wrap an open model; the prompts are put before each text."""
        self._model = model
        self._batch_size = batch_size
        dimension = int(model.truncate_dim or model.get_embedding_dimension() or 0)
        self._identity = EmbedderIdentity(name, revision, dimension, query_prompt, document_prompt)

    @property
    def identity(self) -> EmbedderIdentity:
        """Say what the vectors depend on."""
        return self._identity

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, d): unit rows, zero for an empty text."""
        return self._encode(texts, self._identity.query_prompt)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, d): unit rows, zero for an empty text."""
        return self._encode(texts, self._identity.document_prompt)

    def query_tokens(self, text: str) -> TokenVectors:
        """Return the last hidden states of one query, with spans."""
        return self._states([text], self._identity.query_prompt, with_spans=True)

    def document_tokens(self, texts: Sequence[str]) -> TokenVectors:
        """Return the last hidden states of n documents, special tokens left out."""
        return self._states(texts, self._identity.document_prompt, with_spans=False)

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        filled = [place for place, text in enumerate(texts) if text.strip()]
        vectors = np.zeros((len(texts), self._identity.dimension), np.float32)
        if filled:
            vectors[filled] = self._model.encode(
                [prompt + texts[place] for place in filled],
                prompt="",
                batch_size=self._batch_size,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return vectors

    def _states(self, texts: Sequence[str], prompt: str, *, with_spans: bool) -> TokenVectors:
        rows: list[Vectors] = []
        spans: list[Any] = []
        for start in range(0, len(texts), self._batch_size):
            batch = [prompt + text for text in texts[start : start + self._batch_size]]
            for states, places in self._batch_states(batch):
                own = (places[:, 1] > places[:, 0]) & (places[:, 0] >= len(prompt))
                rows.append(states[own])
                spans.append(places[own] - len(prompt))
        flat = np.concatenate([*rows, np.empty((0, self._identity.dimension), np.float32)])
        norms = np.linalg.norm(flat, axis=1)
        offsets = np.zeros(len(texts) + 1, np.int64)
        np.cumsum([len(one) for one in rows], out=offsets[1:])
        return TokenVectors(
            flat / np.maximum(norms, np.finfo(np.float32).tiny)[:, None],
            norms,
            np.arange(len(flat), dtype=np.int32),
            offsets,
            np.concatenate([*spans, np.empty((0, 2), np.int32)]) if with_spans else None,
        )

    def _batch_states(self, batch: list[str]) -> list[tuple[Vectors, Any]]:
        """Return for each text its hidden states (t, d) and their places (t, 2)."""
        import torch

        limit = self._model.max_seq_length
        encoded = self._model.tokenizer(
            batch, return_offsets_mapping=True, padding=True, truncation=True, max_length=limit
        )
        features = self._model.preprocess(batch)
        features = {
            key: value.to(self._model.device) if hasattr(value, "to") else value
            for key, value in features.items()
        }
        with torch.inference_mode():
            states = self._model[0](features)["token_embeddings"].float().cpu().numpy()
        pairs = []
        for states_of_one, places, mask in zip(
            states, encoded["offset_mapping"], encoded["attention_mask"], strict=True
        ):
            kept = np.asarray(mask, bool)
            places_of_one = np.asarray(places, np.int32).reshape(-1, 2)[kept]
            pairs.append((states_of_one[kept][:, : self._identity.dimension], places_of_one))
        return pairs
