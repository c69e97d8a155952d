"""`wenju feedback`: what readers thought of answers, to read or to measure with."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from typer import Typer

from corpus.errors import NotFound
from qa.cli.edge import write_json
from qa.cli.options import HomeOption, JsonOption, open_ledger, settings_of

if TYPE_CHECKING:
    from corpus.ledger import Ledger
    from qa.feedback import Feedback
    from qa.settings import Settings

__all__ = ["feedback"]

feedback = Typer(
    help="Read what readers thought of answers, or export it as evaluation questions.",
    no_args_is_help=True,
)


@feedback.command("list")
def list_judgements(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List every judgement, oldest first."""
    from qa.render import screen, table

    with open_feedback(settings_of(home)) as kept:
        rows = [judgement.as_dict() for judgement in kept.export()]
    if as_json:
        write_json(rows)
        return
    lines = ((row["at"], row["verdict"], row["question"], row["note"]) for row in rows)
    screen().print(table(("", "", "", ""), lines))


@feedback.command("export")
def export(home: HomeOption = None) -> None:
    """Print the answers that readers found right as questions for `wenju evaluate`, one a line."""
    settings = settings_of(home)
    with open_feedback(settings) as kept, open_ledger(settings) as ledger:
        for question in questions(kept, ledger):
            sys.stdout.write(json.dumps(question, ensure_ascii=False) + "\n")


def questions(kept: Feedback, ledger: Ledger) -> Iterator[dict[str, Any]]:
    """Yield what was judged right and is still there; a quote that answered is a right answer."""
    for number, judgement in enumerate(kept.export(["up"]), 1):
        for quote in judgement.quotes[:1]:
            try:
                article = ledger.article(quote.article)
            except NotFound:
                continue
            yield {
                "id": f"feedback-{number}",
                "question": judgement.searched,
                "language": article.language,
                "answers": [each.text for each in judgement.quotes],
                "article": PurePath(article.path).name,
            }


def open_feedback(settings: Settings) -> Feedback:
    """Open what readers said; raises `NotFound` where nobody has said anything yet."""
    from qa.feedback import Feedback

    path = settings.home / "feedback.sqlite"
    if not path.exists():
        raise NotFound(
            f"There is no feedback in {settings.home}.",
            hint="Readers give it in the chat of `wenju serve`.",
        )
    return Feedback(path)
