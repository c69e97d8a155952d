"""`wenju evaluate`: how well a question file is searched and answered."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from qa.cli.edge import write_json
from qa.cli.options import HomeOption, JsonOption, ModeOption, open_ledger, settings_of
from qa.cli.questions import turn

if TYPE_CHECKING:
    from index.measure import Answerer, Reply
    from qa.settings import Settings
    from qa.types import Turn

__all__ = ["evaluate"]


def evaluate(
    file: Annotated[
        Path,
        Argument(help="A SQuAD .json, a BEIR folder, or a .jsonl of questions to the collection."),
    ],
    questions_from: Annotated[
        Path | None,
        Option("--questions-from", help="The same questions (same ids) in another language."),
    ] = None,
    mode: ModeOption = "hybrid",
    run_to: Annotated[
        Path | None, Option("--run", help="Write the rankings there, as a TREC run.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure search and answers on a question file.

    The paragraphs of a SQuAD file and the documents of a BEIR folder are indexed for the
    measurement alone; a .jsonl asks the collection that is there. Answers are measured in the
    hybrid mode, the one that answers.
    """
    from index import measure
    from qa.opening import open_embedder

    settings = settings_of(home)
    if file.suffix == ".jsonl":
        open_ledger(settings).close()
    with ExitStack() as opened:
        figures = measure.evaluate(
            file,
            open_embedder(settings),
            questions_from=questions_from,
            mode=mode,
            home=settings.home,
            answerer=answerer(settings, opened) if mode == "hybrid" else None,
            run_to=run_to,
        )
    if as_json:
        write_json(figures)
        return
    for name, value in figures.items():
        shown = f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
        sys.stdout.write(f"{name:<20} {shown:>10}\n")


def answerer(settings: Settings, opened: ExitStack) -> Answerer:
    """Return what opens a bot on a data folder, to be closed with `opened`, and how to ask it."""
    from index.measure import Reply
    from qa.bot import Bot

    def of(home: Path) -> Callable[[str, Sequence[str]], Reply]:
        bot = opened.enter_context(Bot.open(replace(settings, home=home)))

        def ask(question: str, history: Sequence[str]) -> Reply:
            turns: list[Turn] = []
            for before in history:
                turns.append(turn(bot.ask(before, turns)))
            answer = bot.ask(question, turns)
            return Reply(tuple(quote.text for quote in answer.quotes), answer.evidence)

        return ask

    return of
