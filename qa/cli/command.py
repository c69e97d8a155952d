"""The `wenju` command: its subcommands put together, and what happens when one fails."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import Annotated

from typer import Context, Exit, Option, Typer

from qa.cli import articles, collection, evaluation, fetching, questions, server, widget
from qa.cli.edge import REFUSED, asked_for, fail
from qa.cli.feedback import feedback
from qa.cli.options import HomeOption

__all__ = ["app", "main"]

app = Typer(
    name="wenju",
    help="Ask your articles; get the exact sentences that answer, each with a link to its place.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a failure is told in words; --debug shows the rest
    rich_markup_mode=None,
)
COMMANDS = (
    ("ingest", articles.ingest),
    ("fetch", fetching.fetch),
    ("remove", articles.remove),
    ("list", articles.list_articles),
    ("show", articles.show),
    ("search", questions.search),
    ("ask", questions.ask),
    ("evaluate", evaluation.evaluate),
    ("status", collection.status),
    ("rebuild", collection.rebuild),
    ("models", collection.models),
    ("serve", server.serve),
    ("widget", widget.widget),
)
for name, command in COMMANDS:
    app.command(name)(command)
app.add_typer(feedback, name="feedback")


def version(value: bool) -> None:
    """Print the version and end."""
    if value:
        from importlib.metadata import version

        sys.stdout.write(f"wenju {version('wenju')}\n")
        raise Exit


@app.callback()
def options(
    context: Context,
    home: HomeOption = None,
    debug: Annotated[bool, Option("--debug", help="Show where an unexpected error arose.")] = False,
    show_version: Annotated[
        bool, Option("--version", callback=version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Ask your articles; get the exact sentences that answer, each with a link to its place."""
    if home is not None:  # `wenju --home DIR ask …` and `wenju ask --home DIR …` are the same
        given = {"home": home}
        context.default_map = {
            **{name: given for name, _ in COMMANDS},
            "feedback": {command.name: given for command in feedback.registered_commands},
        }


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    code = run(sys.argv[1:] if arguments is None else list(arguments))
    try:
        sys.stdout.flush()
    except OSError as error:  # the disk is full; or the reader, `head` for one, has seen enough
        if not isinstance(error, BrokenPipeError) and code != REFUSED:
            code = fail(error, as_json=False, debug=False)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def run(arguments: list[str]) -> int | str | None:
    """Run the command line and return what the process is to end with."""
    as_json = asked_for("--json", arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # JSON is UTF-8 wherever it is read; and a screen that lacks a character shows a mark.
        sys.stdout.reconfigure(encoding="utf-8" if as_json else None, errors="replace")
    try:
        app(arguments, prog_name="wenju")
    except SystemExit as end:
        return end.code
    except Exception as error:
        return fail(error, as_json=as_json, debug=asked_for("--debug", arguments))
    return 0
