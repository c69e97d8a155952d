"""What the terminal shows: answers, hits and tables, as rich texts. The caller prints them.

What comes out of articles is shown as it is, but for control characters: in a terminal they
could move the cursor or forge what else is on the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from qa.messages import messages

if TYPE_CHECKING:
    from qa.types import Answer, ArticleRef, Quote

__all__ = ["answer_text", "article_line", "printable", "screen", "table"]

WIDE = 10_000  # columns of a file or pipe: a line is a line, for grep and for awk

ANSWER, NUMBER, FAINT, NOTICE = "bold yellow", "bold cyan", "dim", "bold magenta"
CONTROLS = {code: "�" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


def screen() -> Console:
    """Return standard output: as wide as the terminal, or without any folding where it is none."""
    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = WIDE
    return console


def printable(text: str) -> str:
    r"""Return the text with each control character replaced; the length stays.

    >>> printable("a\x1b[2Jb")
    'a�[2Jb'
    """
    return text.translate(CONTROLS)


def answer_text(answer: Answer, language: str, base_url: str) -> Text:
    """Return an answer, or why there is none and what comes closest."""
    words = messages(language)
    lines = Text()
    if answer.searched != answer.question:
        lines.append(f"{words['searched']}: {printable(answer.searched)}\n", FAINT)
    if answer.answered:
        for number, quote in enumerate(answer.quotes, 1):
            lines.append(quote_text(quote, f"[{number}] ", words, base_url))
    else:
        lines.append(f"{words['abstained']} ", NOTICE)
        lines.append(f"{words[f'reason_{answer.reason}']}\n")
        if answer.closest:
            lines.append(f"{words['closest']}\n", NOTICE)
        for quote in answer.closest:
            lines.append(quote_text(quote, "  ~ ", words, base_url))
    lines.append(f"{words['evidence']} {answer.evidence:.0%}", FAINT)
    return lines


def quote_text(quote: Quote, mark: str, words: Mapping[str, str], base_url: str) -> Text:
    """Return one quote with what answers marked, then where it stands."""
    text = Text(printable(quote.text))
    for start, end in quote.highlights:
        text.stylize(ANSWER, start - quote.start, end - quote.start)
    lines = Text(mark, NUMBER).append(text).append("\n")
    about = article_line(quote.article, words["untitled"])
    if quote.page:
        about += " · " + words["page"].format(quote.page)
    for line in (about, base_url + quote.url):
        lines.append(" " * len(mark)).append(printable(line), FAINT).append("\n")
    return lines


def article_line(article: ArticleRef, untitled: str) -> str:
    """Return what a citation says of its article, in one line."""
    parts = (article.title or untitled, article.source, article.date, article.path)
    return " · ".join(part for part in parts if part)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Return rows under heads; what is too long for the screen is folded, never cut."""
    made = Table(box=None, header_style=NUMBER, pad_edge=False)
    for head in heads:
        made.add_column(head, overflow="fold")
    for row in rows:
        made.add_row(*(Text(printable(cell)) for cell in row))
    return made
