"""The turns of a conversation as the reader's browser keeps them: checked when they come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.errors import NotFound
from corpus.ledger import Ledger
from qa.schemas import Text
from qa.types import Answer, Quote, Reason, Turn

__all__ = ["MOST_TURNS", "Kept", "kept_of", "loaded", "stale_quotes", "stored", "turn_of"]

MOST_TURNS = 30  # a few hundred kilobytes; a browser gives an origin five megabytes
MOST_QUOTES = 20


class Kept(BaseModel):
    """A turn: what was asked, and the whole answer with its citations."""

    model_config = ConfigDict(frozen=True)

    question: Text
    searched: Text
    evidence: float = Field(ge=0, le=1)
    reason: Reason | None = None
    quotes: tuple[Quote, ...] = Field(default=(), max_length=MOST_QUOTES)
    closest: tuple[Quote, ...] = Field(default=(), max_length=MOST_QUOTES)

    def answer(self) -> Answer:
        """Return the answer of the turn."""
        return Answer(
            self.question, self.searched, self.evidence, self.quotes, self.closest, self.reason
        )


def kept_of(answer: Answer) -> Kept:
    """Return an answer as a turn to keep."""
    return Kept.model_validate({**asdict(answer), "milliseconds": None})


def stored(turns: Sequence[Kept]) -> list[dict[str, Any]]:
    """Return the last turns as the browser stores them."""
    return [turn.model_dump(mode="json") for turn in turns[-MOST_TURNS:]]


def loaded(value: object) -> list[Kept]:
    """Return the turns that a browser sent; what is not one is left out."""
    turns = []
    for each in value[-MOST_TURNS:] if isinstance(value, list) else []:
        try:
            turns.append(Kept.model_validate(each))
        except ValidationError:  # written by another version, or by hand
            continue
    return turns


def turn_of(kept: Kept) -> Turn:
    """Return what the bot is told of a turn."""
    return Turn(kept.question, kept.searched, tuple(quote.article.id for quote in kept.quotes))


def stale_quotes(kept: Kept, ledger: Ledger) -> frozenset[int]:
    """Return the places, from 0, of quotes that no longer stand where they stood."""
    return frozenset(place for place, quote in enumerate(kept.quotes) if not _stands(quote, ledger))


def _stands(quote: Quote, ledger: Ledger) -> bool:
    try:
        text = ledger.article(quote.article.id).text
    except NotFound:
        return False
    return 0 <= quote.start < quote.end and text[quote.start : quote.end] == quote.text
