"""What models are known, and which of them are on this machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = [
    "KnownModel",
    "ModelOnDisk",
    "PromptFamily",
    "known_models",
    "models_on_disk",
    "prompt_families",
]


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model that is known to work; `note` is one line by language (`en`, `zh`)."""

    name: str
    languages: str
    note: dict[str, str]


@dataclass(frozen=True, slots=True)
class ModelOnDisk:
    """A model that opens without network. `size` is in bytes."""

    name: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class PromptFamily:
    """The prompts of models that need them and do not say so in their configuration."""

    family: str
    pattern: str
    query: str
    document: str


@cache
def _table() -> dict[str, list[dict[str, Any]]]:
    table: dict[str, list[dict[str, Any]]] = json.loads(
        Path(__file__).with_name("models.json").read_text("utf-8")
    )
    return table


def known_models() -> list[KnownModel]:
    """Return the models that are known to work, the bundled one first."""
    return [KnownModel(**entry) for entry in _table()["models"]]


def prompt_families() -> list[PromptFamily]:
    """Return the table of prompts by family; the first pattern that fits counts."""
    return [PromptFamily(**entry) for entry in _table()["prompts"]]


def models_on_disk() -> list[ModelOnDisk]:
    """Return the bundled model and the embedding models in the hub's cache, by name."""
    bundled = Path(__file__).parent / "model"
    found = []
    if (bundled / "modules.json").exists():
        found.append(ModelOnDisk("bundled", bundled, _size(bundled)))
    from huggingface_hub.constants import HF_HUB_CACHE

    for folder in sorted(Path(HF_HUB_CACHE).glob("models--*")):
        snapshots = [path for path in folder.glob("snapshots/*") if _opens(path)]
        if snapshots:
            newest = max(snapshots, key=lambda path: path.stat().st_mtime)
            name = folder.name.removeprefix("models--").replace("--", "/")
            found.append(ModelOnDisk(name, newest, _size(newest)))
    return found


def _opens(folder: Path) -> bool:
    return (folder / "modules.json").exists() or (folder / "config.json").exists()


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
