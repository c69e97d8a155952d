"""What the documentation says is so: settings, commands, make targets, paths, files."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import typer.main
from packaging.utils import canonicalize_name

from qa.cli.command import app
from tests.constraints import FILE, direct
from tests.docs import READMES, ROOT, generated
from tests.terminal import Wenju

COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]  # typed as any command; ours is a group, which has some
DOCUMENTS = (*READMES.values(), ROOT / "CONTRIBUTING.md")


@pytest.mark.parametrize("language", READMES)
def test_the_table_of_settings_is_up_to_date(language: str) -> None:
    text = READMES[language].read_text("utf-8")
    assert text == generated(text, language), "run: python -m tests.docs"
    assert text.count("`WENJU_HOME`") == 1


@pytest.mark.parametrize("language", READMES)
def test_every_command_is_documented_and_every_documented_one_is_there(language: str) -> None:
    rows = re.findall(r"^\| `wenju (\w+)", READMES[language].read_text("utf-8"), re.MULTILINE)
    assert sorted(rows) == COMMANDS


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_that_is_named_is_there(path: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make (\w+)", path.read_text("utf-8"))) <= targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_that_is_named_is_there(path: Path) -> None:
    named = re.findall(
        r"[`(]((?:corpus|index|qa|tests|docs)/[\w./-]*)[`)]", path.read_text("utf-8")
    )
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_both_readmes_show_the_same_commands() -> None:
    blocks = [
        re.findall(r"^(?:make \w+|wenju .*)", "\n".join(shell_blocks(path)), re.MULTILINE)
        for path in READMES.values()
    ]
    assert blocks[0] == blocks[1]
    assert blocks[0]


def shell_blocks(path: Path) -> list[str]:
    """Return what stands in the shell blocks of a document."""
    return re.findall(r"```sh\n(.*?)```", path.read_text("utf-8"), re.DOTALL)


def test_every_command_of_the_readmes_runs(
    wenju: Wenju, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(ROOT)
    lines = "\n".join(shell_blocks(READMES["en"])).splitlines()  # the other's are the same
    commands = [shlex.split(line) for line in lines if line.startswith("wenju ")]
    assert commands
    for command in commands:
        said = wenju(*command[1:])
        assert (said.code, said.err) == (0, ""), command
        assert said.out


def test_make_knows_every_target_it_prints() -> None:
    printed = subprocess.run(
        ["make", "help"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    for target in re.findall(r"make (\w+)", printed):
        subprocess.run(
            ["make", "--dry-run", target, "DATA=data"], capture_output=True, check=True, cwd=ROOT
        )


def test_every_dependency_is_pinned_as_tested() -> None:
    lines = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    pinned = dict(line.split("==") for line in lines)
    assert pinned["torch"] == "2.13.0"
    assert "torchvision" not in pinned  # its build would have to match torch's
    wanted = [each for each in direct() if each.name != "wenju"]  # an extra that names another
    assert {canonicalize_name(each.name) for each in wanted} <= set(pinned)
    wrong = [each for each in wanted if pinned[canonicalize_name(each.name)] not in each.specifier]
    assert wrong == []


def test_the_licence_is_the_one_that_is_declared() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
