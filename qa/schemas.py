"""The bodies that the HTTP API reads and writes, as its description at /docs shows them.

Every text and list has a bound: whatever is sent, reading it costs little.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from corpus.types import Filters
from qa.feedback import Verdict
from qa.types import ArticleRef, Quote, Reason, Turn

__all__ = [
    "AnswerBody",
    "ArticleBody",
    "ArticleLine",
    "ArticleList",
    "AskBody",
    "FeedbackBody",
    "FiltersBody",
    "HitBody",
    "HitList",
    "Id",
    "PassageBody",
    "Receipt",
    "Strict",
    "SuggestionList",
    "Text",
    "TurnBody",
]

Text = Annotated[str, StringConstraints(max_length=20_000)]
Name = Annotated[str, StringConstraints(max_length=500)]
Id = Annotated[str, StringConstraints(max_length=100)]
Day = Annotated[str, StringConstraints(pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$")]
Offset = Annotated[int, Field(ge=0, le=1_000_000_000)]


class Strict(BaseModel):
    """A body in which an unknown name is an error: a typing mistake must not pass in silence."""

    model_config = ConfigDict(extra="forbid")


class FiltersBody(Strict):
    """Which articles may answer; what is left out does not filter."""

    sources: list[Name] = Field(default_factory=list, max_length=200)
    languages: list[Name] = Field(default_factory=list, max_length=100)
    date_from: Day = Field(default="", description="2023, 2023-06 or 2023-06-30, inclusive")
    date_to: Day = Field(default="", description="2023, 2023-06 or 2023-06-30, inclusive")

    def filters(self) -> Filters:
        """Return what the bot takes."""
        return Filters(tuple(self.sources), tuple(self.languages), self.date_from, self.date_to)


class TurnBody(Strict):
    """A turn of the conversation before this question."""

    question: Text
    searched: Text = Field(default="", description="As answered; empty: the question")
    articles: list[Id] = Field(
        default_factory=list, max_length=50, description="Ids of the cited articles"
    )

    def turn(self) -> Turn:
        """Return what the bot takes."""
        return Turn(self.question, self.searched or self.question, tuple(self.articles))


class AskBody(Strict):
    """A question. Leave `history` out to have it searched exactly as it is."""

    question: Text = Field(examples=["急诊楼有多少张病床？"])
    history: list[TurnBody] = Field(default_factory=list, max_length=50)
    filters: FiltersBody = Field(default_factory=FiltersBody)


class AnswerBody(BaseModel):
    """An answer: quotes, best first; none means abstained, with a `reason` and what is closest.

    `quote.text == article.text[start:end]`; offsets are code points; `url` is relative to the
    server's base address.
    """

    question: str
    searched: str
    answered: bool
    reason: Reason | None
    evidence: float
    quotes: list[Quote]
    closest: list[Quote]
    milliseconds: dict[str, float]


class HitBody(BaseModel):
    """A passage that was found, best first."""

    passage: int
    score: float
    scores: dict[str, float]
    text: str
    start: int
    end: int
    url: str
    article: ArticleRef


class HitList(BaseModel):
    """What a search found."""

    query: str
    hits: list[HitBody]


class PassageBody(BaseModel):
    """A passage: `text == article.text[start:end]`."""

    id: int
    text: str
    start: int
    end: int
    context: str
    url: str
    article: ArticleRef


class ArticleLine(BaseModel):
    """An article in a list."""

    id: str
    title: str
    author: str
    source: str
    date: str
    language: str
    url: str
    characters: int
    passages: int


class ArticleList(BaseModel):
    """A part of all articles, and how many there are."""

    total: int
    articles: list[ArticleLine]


class ArticleBody(BaseModel):
    """An article with its text. `headings` are `[start, end]` in it."""

    id: str
    title: str
    author: str
    source: str
    date: str
    language: str
    url: str
    text: str
    headings: list[tuple[int, int]]
    page: str


class SuggestionList(BaseModel):
    """Questions that the collection answers."""

    questions: list[str]


class CitedBody(Strict):
    """The place of a quote that is judged."""

    article: Id
    start: Offset
    end: Offset


class FeedbackBody(Strict):
    """What a reader thought of an answer; with `wrong_evidence`, the quotes that are wrong."""

    verdict: Verdict
    question: Text
    searched: Text = ""
    quotes: list[CitedBody] = Field(default_factory=list, max_length=50)
    note: Annotated[str, StringConstraints(max_length=2_000)] = ""


class Receipt(BaseModel):
    """A judgement was kept."""

    id: int
    status: Literal["kept"] = "kept"
