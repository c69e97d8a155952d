"""What crosses the border of the bot: quotes, answers, stream events."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeAlias

__all__ = [
    "Answer",
    "ArticleRef",
    "Done",
    "Event",
    "Quote",
    "Quoted",
    "Reason",
    "Searched",
    "Turn",
]

Reason: TypeAlias = Literal["empty", "nothing_close", "weak_evidence"]


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """What a citation says of its article. Empty strings where the article does not say.

    `path` is the name of its file, without folders: where they lie is the operator's own.
    """

    id: str
    title: str
    source: str
    date: str
    language: str
    path: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim excerpt: `text == article.text[start:end]`, offsets in code points.

    `prefix` and `suffix` are the characters around it (W3C TextQuoteSelector). `highlights`
    are the spans, in the same offsets, that answer the question. `source_start` and
    `source_end` point into the raw file's decoded text; `page` is where that begins, counted
    from 1, None for a file without pages. `passage` is durable until the article
    changes; `url` still lands on the quote afterwards. `score` is the sentence's own, in [0, 1].
    """

    text: str
    start: int
    end: int
    prefix: str
    suffix: str
    highlights: tuple[tuple[int, int], ...]
    score: float
    passage: int
    url: str
    article: ArticleRef
    source_start: int
    source_end: int
    page: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the quote as JSON has it."""
        # `asdict` copies every text, and takes longer than the rest of sending an answer.
        own = {name: getattr(self, name) for name in _QUOTE}
        return own | {"article": {name: getattr(self.article, name) for name in _ARTICLE}}


_QUOTE = tuple(each.name for each in fields(Quote))
_ARTICLE = tuple(each.name for each in fields(ArticleRef))


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes, best first; no quotes means abstained, with a reason.

    `searched` is the question as it was searched for, which differs from `question` in a
    follow-up. `evidence` is the calibrated probability that the quotes answer the question.
    `closest` are offered when abstaining: what is nearest, and not an answer.
    """

    question: str
    searched: str
    evidence: float
    quotes: tuple[Quote, ...] = ()
    closest: tuple[Quote, ...] = ()
    reason: Reason | None = None
    milliseconds: dict[str, float] = field(default_factory=dict)

    @property
    def answered(self) -> bool:
        """Say whether there is a quote."""
        return bool(self.quotes)

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as JSON has it, the same object for every front end."""
        return {
            "question": self.question,
            "searched": self.searched,
            "answered": self.answered,
            "reason": self.reason,
            "evidence": self.evidence,
            "quotes": [quote.as_dict() for quote in self.quotes],
            "closest": [quote.as_dict() for quote in self.closest],
            "milliseconds": self.milliseconds,
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation, what was searched for it, and what was cited."""

    question: str
    searched: str
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Searched:
    """The first event: what is searched for."""

    searched: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote is ready; `number` counts from 1."""

    number: int
    quote: Quote


@dataclass(frozen=True, slots=True)
class Done:
    """The last event: the whole answer."""

    answer: Answer


Event: TypeAlias = Searched | Quoted | Done
