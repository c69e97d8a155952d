"""The HTTP examples of the READMEs, run against a server as they stand there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs import READMES
from tests.server import running

ADDRESS = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def server(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = shutil.copytree(samples_home, tmp_path_factory.mktemp("served") / "home")
    with running(Path(home)) as address:
        yield address


def example(language: str, kind: str, server: str) -> str:
    """Return the block of a README that asks over HTTP, turned to our server."""
    text = READMES[language].read_text("utf-8")
    blocks = re.findall(f"```{kind}\n(.*?)```", text, re.DOTALL)
    (block,) = (block for block in blocks if f"{ADDRESS}/api" in block)
    return str(block).replace(ADDRESS, server)


@pytest.mark.parametrize("language", READMES)
def test_curl(language: str, server: str) -> None:
    command = ["bash", "-c", example(language, "sh", server)]
    said = subprocess.run(command, capture_output=True, check=True).stdout
    assert json.loads(said)["answered"]


@pytest.mark.parametrize("language", READMES)
def test_python(language: str, server: str) -> None:
    command = [sys.executable, "-c", example(language, "python", server)]
    said = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    assert "民医工作室" in said
    assert "/article/" in said


@pytest.mark.parametrize("language", READMES)
def test_javascript(language: str, server: str) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js here to run the example with")  # nothing else here needs it
    command = [node, "--input-type=module", "--eval", example(language, "js", server)]
    said = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    assert "/article/" in said
