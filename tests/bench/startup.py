"""How long a command takes from nothing: `wenju --help` and a cold `wenju ask`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.bench.figures import Figure

__all__ = ["startup"]

RUNS = 5
WENJU = (sys.executable, "-c", "from qa.cli import main; main()")
LIBRARIES = "import numpy, faiss, tantivy, opencc, tokenizers, safetensors"


def seconds(command: Sequence[str]) -> float:
    """Return the median time of a command."""
    taken = []
    for _ in range(RUNS):
        started = perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(perf_counter() - started)
    return median(taken)


def startup(home: Path) -> Iterator[Figure]:
    """Measure on a data folder with the samples."""
    python = (sys.executable, "-c")
    yield Figure(
        "`wenju --help`",
        seconds([*WENJU, "--help"]),
        "s",
        "< 0.4 s",
        seconds([*python, "import typer, rich"]),
        "import typer, rich",
    )
    yield Figure(
        "a cold `wenju ask`",
        seconds([*WENJU, "ask", "民医工作室什么时候开诊？", "--home", str(home)]),
        "s",
        "< 7 s",
        seconds([*python, LIBRARIES]),
        LIBRARIES,
    )
