"""`wenju ask` and `wenju search`: one question, or one a line on standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from corpus.errors import BadEncoding, WenjuError
from qa.cli.edge import as_error, fail, write_json
from qa.cli.options import HomeOption, JsonOption, ModeOption, settings_of, words_of

if TYPE_CHECKING:
    from corpus.ledger import Ledger
    from corpus.rows import PassageRow
    from index.types import Hit
    from qa.bot import Bot
    from qa.settings import Settings
    from qa.types import Answer, Turn

__all__ = ["ask", "search", "turn"]


def ask(
    question: Annotated[
        str | None, Argument(help="The question; without one, each line of standard input is one.")
    ] = None,
    conversation: Annotated[
        bool, Option("--conversation", help="Let a line refer to the one before it.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question with verbatim quotes, or say why there is no answer."""
    from qa.bot import Bot, clean_question

    settings = settings_of(home)
    if question is not None:  # refused before the model is loaded, not after
        clean_question(question, settings.max_question_characters)
    with Bot.open(settings) as bot:
        if question is not None:
            tell(bot.ask(question), settings, as_json=as_json)
            return
        if sys.stdin.isatty():
            conversation = True
            greet(settings)
        ask_each_line(bot, settings, conversation=conversation, as_json=as_json)


def ask_each_line(bot: Bot, settings: Settings, *, conversation: bool, as_json: bool) -> None:
    """Answer every line: one line in, one answer or one error out, and on to the next."""
    history: list[Turn] = []
    for line in lines():
        try:
            question = decoded(line)
            answer = bot.ask(question, history)
        except WenjuError as error:
            if as_json:
                write_json({"question": line.decode("utf-8", "replace")} | as_error(error))
            else:
                fail(error, as_json=False, debug=False)
            continue
        tell(answer, settings, as_json=as_json)
        if conversation:
            history.append(turn(answer))


def lines() -> Iterator[bytes]:
    """Yield the lines of standard input as they come, without their ends."""
    for line in sys.stdin.buffer:
        yield line.rstrip(b"\r\n")


def decoded(line: bytes) -> str:
    """Return a line as text; raises `BadEncoding` for what is not UTF-8."""
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadEncoding(
            f"The question is not UTF-8 (byte {error.start + 1}).", hint="Send UTF-8 text."
        ) from None


def turn(answer: Answer) -> Turn:
    """Return what a follow-up needs to know of an answer."""
    from qa.types import Turn

    articles = dict.fromkeys(quote.article.id for quote in answer.quotes)
    return Turn(answer.question, answer.searched, tuple(articles))


def tell(answer: Answer, settings: Settings, *, as_json: bool) -> None:
    """Print one answer, in the language of its question."""
    if as_json:
        write_json(answer.as_dict())
        return
    from qa.messages import spoken
    from qa.render import answer_text, screen

    base_url = f"http://{settings.host}:{settings.port}{settings.root_path}"
    console = screen()
    console.print(answer_text(answer, spoken(answer.question), base_url))
    sys.stdout.flush()


def greet(settings: Settings) -> None:
    """Tell a person at the keyboard what to do."""
    sys.stderr.write(words_of(settings)["asking"] + "\n")


def search(
    query: Annotated[str, Argument(help="What to look for.")],
    k: Annotated[int, Option("-k", min=1, max=1000, help="How many passages at most.")] = 10,
    mode: ModeOption = "hybrid",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the passages nearest to a query, best first, without answering."""
    from qa.bot import clean_question
    from qa.opening import open_parts

    settings = settings_of(home)
    query = clean_question(query, settings.max_question_characters)
    ledger, index, _ = open_parts(settings)
    with ledger:
        found = described(index.found(query, k, mode=mode), ledger)
    if as_json:
        write_json(found)
        return
    from qa.render import screen, table

    words = words_of(settings)
    heads = [words[key] for key in ("score", "title", "passage")]
    rows = ((f"{hit['score']:.3f}", hit["title"], hit["text"]) for hit in found)
    screen().print(table(heads, rows))


def described(found: list[tuple[Hit, PassageRow]], ledger: Ledger) -> list[dict[str, Any]]:
    """Return the hits with their text and place."""
    return [
        asdict(hit)
        | {
            "article": row.article,
            "title": ledger.article(row.article).title,
            "text": row.text,
            "start": row.span.start,
            "end": row.span.end,
        }
        for hit, row in found
    ]
