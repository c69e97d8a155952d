"""An answer as the chat shows it: HTML in which everything from outside is escaped.

The chat passes it through Markdown, which leaves alone what begins with a tag and has no line
break; so line breaks of a quote become `<br>`, and those of the template go.
"""

from __future__ import annotations

from collections.abc import Collection
from html import escape

from corpus.types import Span
from qa.language import TAGS, of_tag
from qa.marking import Piece, pieces
from qa.messages import messages
from qa.pages import template
from qa.types import Answer, Quote

__all__ = ["answer_html", "error_html", "question_html"]


def question_html(question: str) -> str:
    """Return what a reader typed, as text."""
    return f'<div class="wj-question">{escape(question)}</div>'


def error_html(message: str, hint: str) -> str:
    """Return a failure in words."""
    more = f" <span>{escape(hint)}</span>" if hint else ""
    return f'<div class="wj-error" role="alert">{_on_one_line(escape(message))}{more}</div>'


def answer_html(
    answer: Answer, language: str, base: str, *, done: bool = True, stale: Collection[int] = ()
) -> str:
    """Return an answer, or as much of it as there is while it is not done.

    `base` is the path that our URLs stand under; `stale` are the places, from 0, of quotes whose
    article has changed since.
    """
    words = messages(language)
    html = template("answer.html").render(
        answer=answer,
        base=base,
        cut=_cut,
        done=done,
        language=lambda tag: words.get(f"web.language_{of_tag(tag) or tag}", tag),
        stale=stale,
        tag=TAGS[language],
        words=words,
    )
    return _on_one_line(html)


def _cut(quote: Quote) -> tuple[Piece, ...]:
    """Return the quote cut at what answers in it."""
    spans = [Span(start - quote.start, end - quote.start) for start, end in quote.highlights]
    return pieces(quote.text, Span(0, len(quote.text)), spans)


def _on_one_line(html: str) -> str:
    return " ".join(line.strip() for line in html.splitlines() if line.strip())
