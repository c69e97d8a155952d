"""Write constraints.txt from what is installed here: `python -m tests.constraints`.

Run it in the environment that has just passed `make test`: those are the versions as tested.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

__all__ = ["FILE", "direct", "pins"]

ROOT = Path(__file__).parent.parent
FILE = ROOT / "constraints.txt"
HEAD = "# Every version as tested together; `make` installs with `-c constraints.txt`.\n"


def direct() -> list[Requirement]:
    """Return what pyproject.toml asks for, all extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = (project["dependencies"], *project["optional-dependencies"].values())
    return [Requirement(line) for lines in groups for line in lines]


def pins(wanted: Iterable[Requirement]) -> dict[str, str]:
    """Return the installed version of these packages and of all they need, by name."""
    found: dict[str, str] = {}
    todo = [(canonicalize_name(each.name), frozenset(each.extras)) for each in wanted]
    seen = set(todo)
    while todo:
        name, extras = todo.pop()
        try:
            package = distribution(name)
        except PackageNotFoundError:  # needed on another system only
            continue
        found[name] = Version(package.version).public  # torch 2.13.0+cpu is 2.13.0 elsewhere
        for line in package.requires or ():
            need = Requirement(line)
            if applies(need, extras):
                entry = (canonicalize_name(need.name), frozenset(need.extras))
                if entry not in seen:
                    seen.add(entry)
                    todo.append(entry)
    found.pop("wenju", None)  # an extra of ours that names another of ours
    return dict(sorted(found.items()))


def applies(need: Requirement, extras: frozenset[str]) -> bool:
    """Say whether a package needs another here, given the extras it was asked for with."""
    marker = need.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


if __name__ == "__main__":
    lines = (f"{name}=={version}\n" for name, version in pins(direct()).items())
    FILE.write_text(HEAD + "".join(lines), encoding="utf-8")
