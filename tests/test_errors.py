"""The error tree: drawn as it is, every leaf used, cured and given its exit code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import errors
from corpus.errors import WenjuError

ROOT = Path(__file__).parent.parent
BRANCHES = {"WenjuError", "InputError", "StoreError"}  # never raised themselves
EXIT_CODES = {
    "WenjuError": 1,
    "InputError": 2,
    "StoreError": 3,
    "ModelUnavailable": 4,
    "ExtraMissing": 5,
    "ServiceError": 6,
}


def tree(kind: type[WenjuError]) -> dict[str, str]:
    """Return each error's parent by name, depth first."""
    found = {}
    for child in kind.__subclasses__():
        found[child.__name__] = kind.__name__
        found |= tree(child)
    return found


def raised() -> Iterator[tuple[Path, ast.Call]]:
    """Yield every place in the packages that makes one of our errors."""
    for package in ("corpus", "index", "qa"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in errors.__all__
                ):
                    yield path, node


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    assert errors.__doc__ is not None
    drawn: dict[str, str] = {}
    parents = ["WenjuError"]
    for line in errors.__doc__.splitlines():
        found = re.match(r"([│ ]*)[├└]── (\w+)", line)
        if found:
            depth = len(found[1]) // 4 + 1
            parents[depth:] = [found[2]]
            drawn[found[2]] = parents[depth - 1]
    assert drawn == tree(WenjuError)


def test_every_error_is_exported() -> None:
    assert errors.__all__ == sorted({"WenjuError", *tree(WenjuError)})


@pytest.mark.parametrize("name", sorted(set(errors.__all__) - BRANCHES))
def test_every_leaf_is_raised_somewhere(name: str) -> None:
    assert any(isinstance(call.func, ast.Name) and call.func.id == name for _, call in raised())


def test_no_branch_is_raised() -> None:
    assert [path for path, call in raised() if getattr(call.func, "id", "") in BRANCHES] == []


def test_every_error_comes_with_a_cure() -> None:
    without = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, call in raised()
        if not any(keyword.arg in ("hint", None) for keyword in call.keywords)
    ]
    assert without == []


def test_the_tree_shows_the_exit_codes() -> None:
    drawn = re.findall(r"── (\w+) .*\((?:exit code )?(\d)\)$", errors.__doc__ or "", re.MULTILINE)
    assert {name: int(code) for name, code in drawn} | {"WenjuError": 1} == EXIT_CODES


@pytest.mark.parametrize(("name", "code"), EXIT_CODES.items())
def test_exit_codes_are_those_the_readme_names(name: str, code: int) -> None:
    assert getattr(errors, name).exit_code == code
    for child, parent in tree(WenjuError).items():
        if parent == name and child not in EXIT_CODES:
            assert getattr(errors, child).exit_code == code
