"""Every module says what is for others: `__all__` is there, sorted, complete and true."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = [
    path
    for package in ("corpus", "index", "qa")
    for path in sorted((ROOT / package).rglob("*.py"))
    if path.name not in ("__init__.py", "__main__.py")
]


def names(path: Path) -> tuple[list[str] | None, set[str]]:
    """Return a module's `__all__`, and the names that are defined at its top level."""
    exported, defined = None, set[str]()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            parts = (part for target in targets for part in ast.walk(target))
            for name in (part.id for part in parts if isinstance(part, ast.Name)):
                defined.add(name)
                if name == "__all__" and node.value is not None:
                    exported = ast.literal_eval(node.value)
        elif isinstance(node, ast.ImportFrom):
            defined |= {alias.asname or alias.name for alias in node.names}
    return exported, defined


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_exports_are_there_and_defined(path: Path) -> None:
    exported, defined = names(path)
    assert exported is not None, "the module does not say what it exports"
    assert len(set(exported)) == len(exported)
    assert set(exported) <= defined


def test_what_is_imported_from_a_module_is_exported_by_it() -> None:
    exports = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): names(path)[0] for path in MODULES
    }
    wrong = [
        f"{path.relative_to(ROOT)} takes {alias.name} from {node.module}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if node.module in exports and alias.name not in (exports[node.module] or ())
    ]
    assert wrong == []
