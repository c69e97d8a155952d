"""What the chat does when a reader acts: each method is a handler of the page, and public.

Whatever comes in was sent by someone's browser, or by no browser at all: it is checked as the
HTTP API checks it, and what cannot be read is answered in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import gradio as gr
from pydantic import ValidationError

from corpus.errors import WenjuError
from qa.cards import answer_html, error_html, question_html
from qa.desk import Desk
from qa.language import preferred
from qa.messages import messages, spoken
from qa.pages import template
from qa.schemas import AskBody
from qa.suggest import follow_ups, suggestions
from qa.turns import Kept, kept_of, loaded, stale_quotes, stored, turn_of
from qa.types import Answer, Done, Quoted, Searched

__all__ = ["Conversation"]

MOST_CHOICES = 500  # sources offered in the filter
Message = gr.MessageDict
Shown = tuple[Any, Any, Any]  # what the box, the chat and the browser's store become


class Conversation:
    """The handlers of the page."""

    def __init__(self, desk: Desk) -> None:
        """Answer from a desk."""
        self._desk = desk

    def opened(self, turns: object, request: gr.Request) -> list[Any]:
        """Draw the page for a reader who comes, or comes back."""
        language = _language(request)
        self._desk.renew_suggestions()
        head = template("head.html").render(words=messages(language), language=language)
        chat = gr.Chatbot(
            value=[*self._messages(loaded(turns), language)],
            placeholder=template("welcome.html").render(words=messages(language)),
            examples=[
                {"text": question} for question in suggestions(self._desk.settings.home, language)
            ],
        )
        return [head, chat, *self._choices(language)]

    def ask(
        self, question: str, turns: object, request: gr.Request, *filters: object
    ) -> Iterator[Shown]:
        """Answer what was typed; the filters are sources, languages, since and until."""
        before = loaded(turns)
        yield from self._answered(question, before, before, filters, request)

    def chosen(
        self,
        turns: object,
        event: gr.SelectData,
        request: gr.Request,
        *filters: object,
    ) -> Iterator[Shown]:
        """Answer a question that was suggested."""
        value = event.value
        question = value.get("text") if isinstance(value, Mapping) else value
        yield from self.ask(str(question or ""), turns, request, *filters)

    def verbatim(
        self, question: str, turns: object, request: gr.Request, *filters: object
    ) -> Iterator[Shown]:
        """Answer a follow-up as it was typed, without what was carried over into it."""
        before = loaded(turns)
        if before and before[-1].question == question:
            before = before[:-1]
        yield from self._answered(question, before, (), filters, request)

    def retried(
        self,
        turns: object,
        event: gr.RetryData,
        request: gr.Request,
        *filters: object,
    ) -> Iterator[Shown]:
        """Answer the question of a turn again, and forget what came after it."""
        all_turns = loaded(turns)
        place = _turn_at(event.index, all_turns)
        if place is None:
            yield gr.skip(), gr.skip(), gr.skip()
            return
        before = all_turns[:place]
        question = all_turns[place].question
        yield from self._answered(question, before, before, filters, request)

    def undone(self, turns: object, event: gr.UndoData, request: gr.Request) -> Shown:
        """Take a turn back, its question into the box."""
        all_turns = loaded(turns)
        place = _turn_at(event.index, all_turns)
        if place is None:
            return gr.skip(), gr.skip(), gr.skip()
        kept = all_turns[:place]
        return all_turns[place].question, self._messages(kept, _language(request)), stored(kept)

    def cleared(self) -> Shown:
        """Begin anew."""
        return "", [], []

    def _answered(
        self,
        question: str,
        before: Sequence[Kept],
        history: Sequence[Kept],
        filters: Sequence[object],
        request: gr.Request,
    ) -> Iterator[Shown]:
        """Yield the page while the answer grows, and at its end what the browser keeps."""
        language = _language(request)
        if not str(question).strip():
            yield gr.skip(), gr.skip(), gr.skip()
            return
        shown = self._messages(before, language, last=False)
        shown.append(_message("user", question_html(str(question))))
        try:
            body = _read(question, filters)
            if failure := self._refusal(request, language):
                yield "", [*shown, _message("assistant", failure)], gr.skip()
                return
            turns = [turn_of(kept) for kept in history]
            answer = Answer(body.question, body.question, 0.0)
            for event in self._desk.ask(body.question, turns, body.filters.filters() or None):
                match event:
                    case Searched():
                        answer = replace(answer, searched=event.searched)
                    case Quoted():
                        answer = replace(answer, quotes=(*answer.quotes, event.quote))
                    case Done():
                        kept = [*before, kept_of(event.answer)]
                        yield "", self._messages(kept, language), stored(kept)
                        return
                drawn = answer_html(answer, language, self._desk.base, done=False)
                yield "", [*shown, _message("assistant", drawn)], gr.skip()
        except WenjuError as error:
            failure = error_html(str(error), error.hint)
            yield gr.skip(), [*shown, _message("assistant", failure)], gr.skip()
        except ValidationError:
            failure = error_html(messages(language)["web.unreadable"], "")
            yield gr.skip(), [*shown, _message("assistant", failure)], gr.skip()

    def _refusal(self, request: gr.Request, language: str) -> str:
        """Count the question; return what to say where it is one too many."""
        host = request.client.host if request.client else ""
        seconds = self._desk.rates.wait(host or "")
        if not seconds:
            return ""
        return error_html(messages(language)["web.too_many"].format(seconds=seconds), "")

    def _messages(
        self, turns: Sequence[Kept], language: str, *, last: bool = True
    ) -> list[Message]:
        """Return the conversation; the last answer offers what could be asked next."""
        shown: list[Message] = []
        for kept in turns:
            stale = stale_quotes(kept, self._desk.ledger)
            drawn = answer_html(kept.answer(), language, self._desk.base, stale=stale)
            shown.append(_message("user", question_html(kept.question)))
            shown.append(_message("assistant", drawn))
        if shown and last:
            cited = [quote.article.id for quote in turns[-1].quotes]
            asked = [each for kept in turns for each in (kept.question, kept.searched)]
            home, language = self._desk.settings.home, spoken(turns[-1].question)
            more = follow_ups(home, self._desk.ledger, cited, asked, language)
            shown[-1]["options"] = [{"value": question} for question in more]
        return shown

    def _choices(self, language: str) -> list[gr.Dropdown]:
        """Return what can be filtered by."""
        words = messages(language)
        sources = [name for name in self._desk.ledger.sources() if name][:MOST_CHOICES]
        tags = [tag for tag in self._desk.ledger.languages() if tag][:MOST_CHOICES]
        named = [(words.get(f"web.language_{tag}", tag), tag) for tag in tags]
        return [gr.Dropdown(choices=sources), gr.Dropdown(choices=named)]


def _read(question: object, filters: Sequence[object]) -> AskBody:
    """Check a question and its filters as the HTTP API does. Raises ValidationError."""
    sources, languages, since, until = filters
    return AskBody.model_validate(
        {
            "question": question,
            "filters": {
                "sources": sources or [],
                "languages": languages or [],
                "date_from": since.strip() if isinstance(since, str) else since or "",
                "date_to": until.strip() if isinstance(until, str) else until or "",
            },
        }
    )


def _message(role: Literal["user", "assistant"], html: str) -> Message:
    return {"role": role, "content": html}


def _language(request: gr.Request) -> str:
    return preferred(dict(request.headers), dict(request.cookies))


def _turn_at(index: object, turns: Sequence[Kept]) -> int | None:
    """Return which turn a message belongs to: a question and an answer make one."""
    place = index[0] if isinstance(index, list | tuple) and index else index
    if not isinstance(place, int) or not 0 <= place // 2 < len(turns):
        return len(turns) - 1 if turns else None
    return place // 2
