"""What `wenju models` tells."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from index.embed import bundled_folder
from index.models import known_models, models_on_disk, prompt_families


def test_known_models_are_named_once_and_explained_in_both_languages() -> None:
    models = known_models()
    assert models[0].name == "bundled"
    assert len({model.name for model in models}) == len(models)
    assert all(model.note.keys() == {"en", "zh"} for model in models)


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("intfloat/multilingual-e5-small", "E5"),
        ("intfloat/e5-large-v2", "E5"),
        ("intfloat/multilingual-e5-large-instruct", "E5 instruct"),
        ("BAAI/bge-small-zh-v1.5", "BGE Chinese 1.5"),
        ("BAAI/bge-m3", None),
        ("sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2", None),
    ],
)
def test_prompt_family_of_a_name(name: str, family: str | None) -> None:
    found = [entry.family for entry in prompt_families() if re.search(entry.pattern, name)]
    assert found[:1] == ([family] if family else [])


def test_models_on_disk_are_the_bundled_one_and_the_cached_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub.constants as constants

    snapshot = tmp_path / "models--some--model" / "snapshots" / "0a1b"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_bytes(b"{}")
    (tmp_path / "models--some--tokenizer" / "snapshots" / "2c").mkdir(parents=True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    bundled, cached = models_on_disk()
    assert (bundled.name, bundled.path) == ("bundled", bundled_folder())
    assert (cached.name, cached.path, cached.size) == ("some/model", snapshot, 2)
