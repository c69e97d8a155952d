"""`wenju widget`: the tag that puts the chat on a page of one's own."""

from __future__ import annotations

import sys
from typing import Annotated

from typer import Option

from qa.cli.edge import write_json
from qa.cli.options import JsonOption

__all__ = ["widget"]


def widget(
    base_url: Annotated[str, Option(help="Where this server is reached from that page.")],
    title: Annotated[str, Option(help="The title of the panel.")] = "",
    language: Annotated[str, Option(help="en, zh or zh-Hant; by the browser where empty.")] = "",
    accent: Annotated[str, Option(help="The colour of what is pressed, as in CSS.")] = "",
    position: Annotated[str, Option(help="bottom-right or bottom-left.")] = "",
    scheme: Annotated[str, Option(help="light or dark; the reader's choice where empty.")] = "",
    example: Annotated[
        list[str] | None, Option(help="A question to begin with; may be given repeatedly.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the tag that puts the chat on a page of one's own."""
    from qa.embed import Look, frame, tag

    look = Look(title, language, accent, position, scheme, tuple(example or ()))
    made = {"script": tag(base_url, look), "iframe": frame(base_url)}
    if as_json:
        write_json(made)
    else:
        sys.stdout.write(made["script"] + "\n")
