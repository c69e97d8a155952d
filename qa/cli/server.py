"""`wenju serve`: the chat, the article pages and the API."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated, Any

from typer import Option

from qa.cli.options import HomeOption, settings_of, words_of

__all__ = ["serve"]


def serve(
    host: Annotated[str | None, Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, Option(help="The port; 0 takes a free one.")] = None,
    root_path: Annotated[
        str | None, Option(help="The path under which a reverse proxy serves Wenju.")
    ] = None,
    allow_host: Annotated[
        list[str] | None, Option(help="A name the server may be asked by; may be given repeatedly.")
    ] = None,
    allow_origin: Annotated[
        list[str] | None, Option(help="A site that may embed the chat; may be given repeatedly.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Serve the chat, the article pages and the API."""
    given: dict[str, Any] = {
        "host": host,
        "port": port,
        "root_path": root_path,
        "allow_hosts": tuple(allow_host) if allow_host else None,
        "allow_origins": tuple(allow_origin) if allow_origin else None,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    settings = replace(settings_of(home), **chosen)
    words = words_of(settings)
    sys.stderr.write(words["loading"] + "\n")
    from qa.serve import serve

    serve(settings, lambda url: print_line(words["open_url"].format(url=url)))


def print_line(line: str) -> None:
    """Print at once: whoever started the server may be waiting for it."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
