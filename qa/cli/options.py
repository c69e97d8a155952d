"""The options that several commands share, and what they end up as."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from typer import Option

from corpus.errors import NotFound
from qa.settings import Settings

if TYPE_CHECKING:
    from corpus.ledger import Ledger

__all__ = ["HomeOption", "JsonOption", "ModeOption", "open_ledger", "settings_of", "words_of"]

HomeOption: TypeAlias = Annotated[
    Path | None,
    Option("--home", metavar="DIR", help="The data folder (or WENJU_HOME; .wenju by default)."),
]
JsonOption: TypeAlias = Annotated[bool, Option("--json", help="Print JSON.")]
ModeOption: TypeAlias = Annotated[
    Literal["hybrid", "dense", "lexical"],
    Option("--mode", help="Search by meaning and by words, or by only one of them."),
]


def settings_of(home: Path | None) -> Settings:
    """Return the settings of the environment, with the data folder of the command line."""
    settings = Settings.from_environment(os.environ)
    return settings if home is None else replace(settings, home=home.expanduser())


def words_of(settings: Settings) -> Mapping[str, str]:
    """Return the messages in the language of the command line."""
    from qa.messages import messages

    return messages(settings.language or "en")


def open_ledger(settings: Settings) -> Ledger:
    """Open a ledger that must be there: reading must not make a data folder of a typing error.

    Raises:
        NotFound: the data folder holds none.
    """
    from corpus.ledger import Ledger

    path = settings.home / "ledger.sqlite"
    if not path.exists():
        raise NotFound(
            f"There is no collection in {settings.home}.",
            hint="Make one with `wenju ingest <folder>`, or name another folder with --home.",
        )
    return Ledger(path)
