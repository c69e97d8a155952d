"""Print every speed figure with the raw library calls beside it: `make bench` (some minutes)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.embedding import embedding
from tests.bench.figures import lines
from tests.bench.ingesting import ingesting
from tests.bench.names import names
from tests.bench.questions import questions
from tests.bench.reading import reading
from tests.bench.searching import searching
from tests.bench.startup import WENJU, startup

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples" / "articles"


def main() -> None:
    """Measure everything and print a Markdown table, line by line as it comes."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        home = folder / "samples"
        command = [*WENJU, "ingest", str(SAMPLES), "--home", str(home), "--json"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        say("| Measured | Wenju | Wanted | The libraries alone |", "| --- | --- | --- | --- |")
        for figures in (
            startup(home),
            questions(home),
            embedding(),
            searching(folder / "search"),
            ingesting(folder / "many"),
            reading(),
            names(folder / "names"),
        ):
            for line in lines(figures):
                say(line)


def say(*said: str) -> None:
    """Print at once."""
    for line in said:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
