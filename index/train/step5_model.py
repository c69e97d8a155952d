"""Step 5: write the rows as a model that sentence-transformers opens without any code of ours.

The library keeps int8 rows as they are when it reads `WordEmbeddings`, and a vector's direction
does not depend on the scale: all rows share one, and none has to be stored.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from index.types import Vectors

__all__ = ["write_model"]

LEVELS = 127  # symmetric int8, -128 is not used
# The few rows that reach further than the rest are cut off, so that the rest keep their digits.
UNCUT = 0.9995
LIBRARY = "sentence_transformers.sentence_transformer.modules."
NO_LIMIT = 1_000_000
PROMPTS = {"query": "", "document": ""}


def write_model(folder: Path, vectors: Vectors, tokenizer: Tokenizer) -> None:
    """Write rows (v, d) and their tokenizer to a folder."""
    scale = float(np.quantile(np.abs(vectors).max(axis=1), UNCUT)) / LEVELS
    rows = np.clip(np.rint(vectors / scale), -LEVELS, LEVELS).astype(np.int8)
    folder.mkdir(parents=True, exist_ok=True)
    save_file({"emb_layer.weight": rows}, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    for name, content in _configuration(vectors.shape[1]).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def _configuration(dimension: int) -> dict[str, object]:
    kinds = {
        "": LIBRARY + "WordEmbeddings",
        "1_Pooling": LIBRARY + "Pooling",
        "2_Normalize": "sentence_transformers.base.modules.Normalize",
    }
    return {
        "modules.json": [
            {"idx": place, "name": str(place), "path": path, "type": kind}
            for place, (path, kind) in enumerate(kinds.items())
        ],
        "wordembedding_config.json": {
            "tokenizer_class": LIBRARY + "tokenizer.TransformersTokenizerWrapper",
            "update_embeddings": False,
            "max_seq_length": NO_LIMIT,
        },
        "1_Pooling/config.json": {
            "embedding_dimension": dimension,
            "pooling_mode": "mean",
            "include_prompt": True,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "unk_token": "<unk>",
            "clean_up_tokenization_spaces": False,
            "model_max_length": NO_LIMIT,
        },
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
