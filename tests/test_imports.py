"""Imports go one way, qa to index to corpus, and nothing heavy is imported before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {"corpus": {"corpus"}, "index": {"corpus", "index"}, "qa": {"corpus", "index", "qa"}}
HEAVY = {"faiss", "gradio", "numpy", "sentence_transformers", "tantivy", "torch", "trafilatura"}
LIGHT = ("corpus", "corpus.errors", "corpus.types", "qa", "qa.cli", "qa.messages", "qa.settings")


def imported(path: Path) -> Iterator[str]:
    """Yield the top-level package of every import in a file, wherever it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_go_one_way(package: str) -> None:
    ours = set(MAY_IMPORT) | {"tests"}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for name in imported(path)
        if name in ours - MAY_IMPORT[package]
    ]
    assert wrong == []


def modules_after(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after a statement."""
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return {name.split(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize("module", LIGHT)
def test_what_every_command_imports_is_light(module: str) -> None:
    assert HEAVY & modules_after(f"import {module}") == set()


def test_help_imports_nothing_heavy() -> None:
    run = "import qa.cli\ntry: qa.cli.main(['--help'])\nexcept SystemExit: pass"
    assert HEAVY & modules_after(run) == set()
