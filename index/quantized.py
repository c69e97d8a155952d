"""The bundled model as a sentence-transformers module: int8 rows with one scale each.

`modules.json` of the bundled model names this class, so with Wenju installed

    SentenceTransformer("index/model", trust_remote_code=True)

opens it like any other model (the library asks for the flag whenever a module is not its own).
`python -m index.train.export FOLDER` writes the same model for the library alone.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer

from index.types import Vectors

__all__ = ["QuantizedStaticEmbedding", "dequantize", "quantize"]

LEVELS = 127  # symmetric int8, -128 is not used


def quantize(rows: Vectors) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 rows (v, d) and the float32 scale (v,) of each; a zero row has scale 0."""
    scales = (np.abs(rows).max(axis=1) / LEVELS).astype(np.float32)
    safe = np.where(scales > 0, scales, 1)[:, None]
    return np.rint(rows / safe).astype(np.int8), scales


def dequantize(rows: NDArray[np.int8], scales: NDArray[np.float32]) -> Vectors:
    """Return the float32 rows (v, d)."""
    vectors: Vectors = rows.astype(np.float32) * scales[:, None]
    return vectors


class QuantizedStaticEmbedding(StaticEmbedding):
    """A `StaticEmbedding` that is stored in a quarter of the space."""

    def save(
        self, output_path: str, *args: object, safe_serialization: bool = True, **kwargs: object
    ) -> None:
        """Write `model.safetensors` (rows, scales) and `tokenizer.json`."""
        rows, scales = quantize(self.embedding.weight.detach().float().cpu().numpy())
        folder = Path(output_path)
        save_file({"rows": rows, "scales": scales}, folder / "model.safetensors")
        self.tokenizer.save(str(folder / "tokenizer.json"), pretty=False)

    @classmethod
    def load(
        cls, model_name_or_path: str, subfolder: str = "", **kwargs: object
    ) -> QuantizedStaticEmbedding:
        """Read what `save` wrote, from a folder; the rows become float32."""
        folder = Path(model_name_or_path) / subfolder
        tensors = load_file(folder / "model.safetensors")
        weights = torch.from_numpy(dequantize(tensors["rows"], tensors["scales"]))
        return cls(Tokenizer.from_file(str(folder / "tokenizer.json")), embedding_weights=weights)
