"""One way to any embedding model: the bundled one, a folder on disk, or a name on the hub.

    embedder = load_embedder()                                   # bundled, offline
    embedder = load_embedder("intfloat/multilingual-e5-small")   # from the hub, once
    embedder.encode_queries(["哪家医院有骨科？"])                  # float32 (1, d), unit rows

Static models (a table of token rows) are read with NumPy alone, so a question never waits for the
import of torch; every other model is opened by sentence-transformers.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import ModelUnavailable
from index.hub import hub_folder, hub_revision
from index.models import prompt_families
from index.static import StaticEmbedder, StaticTable, is_static, read_static

if TYPE_CHECKING:
    from index.types import Embedder

__all__ = ["BUNDLED", "bundled_folder", "load_embedder"]

BUNDLED = "bundled"
# Weights above this are hashed by samples: reading gigabytes would cost more than opening them.
FULL_HASH_BYTES = 128 << 20
SAMPLE_BYTES = 1 << 20
SAMPLES = 16
IDENTIFYING = ("*.safetensors", "*.bin", "tokenizer.json", "modules.json", "*/config.json")


def bundled_folder() -> Path:
    """Return the folder of the model that ships with Wenju."""
    return Path(__file__).parent / "model"


def load_embedder(
    name: str = BUNDLED,
    *,
    revision: str | None = None,
    device: str | None = None,
    backend: str = "torch",
    dtype: str | None = None,
    truncate_dim: int | None = None,
    batch_size: int | None = None,
) -> Embedder:
    """Open an embedding model by name: `bundled`, a folder, or a hub name.

    Args:
        name: What to open. A folder is opened without any network.
        revision: A branch, tag or commit of a hub model.
        device: As torch names it; None takes the best there is. Static models ignore it.
        backend: `torch`, `onnx` or `openvino`; static models ignore it.
        dtype: `float32`, `bfloat16` or `float16`; None takes bfloat16 on a CPU that computes in it.
        truncate_dim: Keep this many leading dimensions.
        batch_size: Texts a batch; None takes 1024 for a static model and 32 for a transformer.

    Raises:
        ModelUnavailable: It is neither bundled, nor on disk, nor to be had from the hub.
    """
    folder, revision = _locate(name, revision, backend)
    query_prompt, document_prompt = _prompts(name, folder)
    shown = name if name == BUNDLED else str(name)
    if is_static(folder):
        read = _bundled if name == BUNDLED else read_static
        return StaticEmbedder(
            read(folder, truncate_dim),
            name=shown,
            revision=revision,
            query_prompt=query_prompt,
            document_prompt=document_prompt,
            batch_size=batch_size or 1024,
        )
    from index.transformer import TransformerEmbedder, open_model

    return TransformerEmbedder(
        open_model(folder, device=device, backend=backend, dtype=dtype, truncate_dim=truncate_dim),
        name=shown,
        revision=revision,
        query_prompt=query_prompt,
        document_prompt=document_prompt,
        batch_size=batch_size or 32,
    )


@lru_cache(maxsize=1)
def _bundled(folder: Path, truncate_dim: int | None) -> StaticTable:
    """Read the bundled model once: a server opens it again for each change of the collection."""
    return read_static(folder, truncate_dim)


@lru_cache(maxsize=1)
def _bundled_hash() -> str:
    return folder_hash(bundled_folder())


def _locate(name: str, revision: str | None, backend: str) -> tuple[Path, str]:
    """Return the folder of a model and what identifies its content."""
    if name == BUNDLED:
        return bundled_folder(), _bundled_hash()
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not any(folder.glob("*.json")):
            raise ModelUnavailable(
                f"The folder {folder} holds no model.",
                hint="Name the folder that holds modules.json or config.json.",
            )
        return folder, folder_hash(folder)
    if name.startswith((".", "/", "~")) or not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", name):
        raise ModelUnavailable(
            f"There is no folder {name}.",
            hint="Check the path, or use the bundled model: --model bundled",
        )
    folder = hub_folder(name, revision, backend)
    return folder, hub_revision(folder) or folder_hash(folder)


def _prompts(name: str, folder: Path) -> tuple[str, str]:
    """Return the query and document prompt: the model's own, else those of its family."""
    config = folder / "config_sentence_transformers.json"
    own = json.loads(config.read_text("utf-8")).get("prompts", {}) if config.exists() else {}
    query = own.get("query") or ""
    document = own.get("document") or own.get("passage") or ""
    if query or document:
        return query, document
    for family in prompt_families():
        if any(re.search(family.pattern, part, re.IGNORECASE) for part in (name, folder.name)):
            return family.query, family.document
    return "", ""


def folder_hash(folder: Path) -> str:
    """Return 16 hex digits that change whenever the model's content does."""
    digest = hashlib.sha256()
    files = sorted({path for pattern in IDENTIFYING for path in folder.glob(pattern)})
    for path in files:
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as stream:
            if size <= FULL_HASH_BYTES:
                digest.update(stream.read())
                continue
            for sample in range(SAMPLES):
                stream.seek((size - SAMPLE_BYTES) * sample // (SAMPLES - 1))
                digest.update(stream.read(SAMPLE_BYTES))
    return digest.hexdigest()[:16]
