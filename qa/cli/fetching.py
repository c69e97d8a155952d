"""`wenju fetch`, and what `wenju ingest --watch` does after the first time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

from typer import Argument, Exit, Option

from corpus.errors import InputError, NotFound, WenjuError
from qa.cli.articles import take_in
from qa.cli.edge import fail
from qa.cli.options import HomeOption, JsonOption, settings_of, words_of

__all__ = ["SNAPSHOTS", "fetch", "follow"]

SNAPSHOTS = "snapshots"  # in the data folder


def fetch(
    sources: Annotated[
        list[str], Argument(help="Addresses of pages or sitemaps, or files that list addresses.")
    ],
    pause: Annotated[
        float, Option("--pause", min=0, help="Seconds between two requests to one site.")
    ] = 1.0,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch web pages, keep them as snapshots in the data folder, and index them."""
    from rich.console import Console
    from rich.text import Text

    from corpus.fetch import fetch
    from qa.cli.progress import progress
    from qa.render import printable

    settings = settings_of(home)
    words = words_of(settings)
    folder = settings.home / SNAPSHOTS
    with progress(words) as (reading, _):
        fetched = fetch(sources, folder, pause=pause, progress=reading)
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    for failure in fetched.failed:
        line = f"{words['failed']}: {failure.reason} {failure.hint}"
        console.print(Text(printable(line.strip()), style="red"))
    if not fetched.saved and not fetched.unchanged:
        raise Exit(InputError.exit_code)
    take_in(settings, [folder], prune=False, as_json=as_json)


def follow(paths: Sequence[Path], again: Callable[[], object], as_json: bool) -> None:
    """Take in what is there and then every change, until Ctrl-C; a failure is told, no end."""
    from corpus.watch import changes

    try:
        for _ in changes(paths):
            try:
                again()
            except WenjuError as error:
                fail(error, as_json=as_json, debug=False)
            sys.stdout.flush()
    except FileNotFoundError as error:
        missing = ", ".join(str(path) for path in paths if not path.exists())
        raise NotFound(f"There is no file or folder {missing}.", hint="Check the path.") from error
    except KeyboardInterrupt:  # the way to end it
        return
