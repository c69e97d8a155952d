"""The one path from a question to a cited answer, for every front end.

    with Bot.open(Settings()) as bot:
        answer = bot.ask("民医工作室什么时候开诊？")

What is done: make the question stand alone, search, score the sentences of what was found, weigh
the evidence, and either quote or say why not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.errors import BadQuestion, NotFound
from corpus.ledger import Ledger
from corpus.sentences import sentences
from corpus.types import Filters
from qa.citing import cite
from qa.evidence import load_weights, meaning, weigh
from qa.extract import MOST_QUOTES, Excerpt, excerpts
from qa.followup import standalone
from qa.matching import features
from qa.parts import Collection
from qa.question import Question, read_question
from qa.sentence import Sentence
from qa.types import Answer, Done, Event, Quote, Quoted, Reason, Searched, Turn

if TYPE_CHECKING:
    from corpus.rows import PassageRow
    from index.search import Index
    from index.types import Embedder
    from qa.settings import Settings

__all__ = ["Bot", "Examined", "clean_question"]

_PASSAGES = 16  # whose sentences are scored: the right one is among them
_MOST_TURNS = 20  # of a history that are looked at; a front end may send more
# Below this share of the threshold nothing is close; above it something is, but too weak.
_CLOSE = 0.25
_JOINERS = "\u200c\u200d"  # invisible, and part of how Persian and Hindi words are written
_CACHED_PASSAGES = 20_000  # cut into sentences once; about 30 MB
_ENDINGS = "。．.!！?？;；…”\"'」』)）:：,，"


@dataclass(frozen=True, slots=True)
class Examined:
    """A question, the sentences found for it, and what was measured.

    `features` float32 (n, features) of the sentences, `meaning` float32 (d,) of the question.
    """

    question: Question
    sentences: Sequence[Sentence]
    features: NDArray[np.float32]
    meaning: NDArray[np.float32]


class Bot:
    """Answers questions over one data folder; may be asked by any number of threads at once."""

    def __init__(
        self,
        ledger: Ledger,
        index: Index,
        embedder: Embedder,
        *,
        threshold: float | None = None,
        most_characters: int = 2_000,
    ) -> None:
        """Answer from an open ledger and index; `threshold` None takes the fitted one."""
        self.ledger = ledger
        self.index = index
        self._embedder = embedder
        self._threshold = threshold
        self._most_characters = most_characters

    @classmethod
    def open(cls, settings: Settings) -> Bot:
        """Open the data folder that the settings name.

        Raises:
            StoreError: the folder's files are damaged, or were built by another model.
            ModelUnavailable: the model cannot be opened.
        """
        from qa.opening import open_parts

        ledger, index, embedder = open_parts(settings)
        return cls(
            ledger,
            index,
            embedder,
            threshold=settings.threshold,
            most_characters=settings.max_question_characters,
        )

    def close(self) -> None:
        """Close the files."""
        self.ledger.close()

    def __enter__(self) -> Bot:
        """Return the bot itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the files."""
        self.close()

    def ask(
        self, question: str, history: Sequence[Turn] = (), *, filters: Filters | None = None
    ) -> Answer:
        """Return the last event of `stream`."""
        for event in self.stream(question, history, filters=filters):
            if isinstance(event, Done):
                return event.answer
        raise RuntimeError("a stream ends with its answer")

    def stream(
        self, question: str, history: Sequence[Turn] = (), *, filters: Filters | None = None
    ) -> Iterator[Event]:
        """Yield `Searched`, a `Quoted` for each quote, and `Done` with the whole answer.

        `history` are the turns before, in the order asked.

        Raises:
            BadQuestion: the question is empty or too long.
            StoreError: the index was damaged or replaced by one that does not fit.
        """
        started = perf_counter()
        asked = clean_question(question, self._most_characters)
        searched = standalone(asked, history[-_MOST_TURNS:], self._titles(history))
        yield Searched(searched)
        examined = self.examine(searched, filters=filters)
        found = perf_counter()
        answer = self._answer(examined, filters)
        done = perf_counter()
        spent = {"search": found - started, "quote": done - found, "total": done - started}
        milliseconds = {name: round(seconds * 1000, 2) for name, seconds in spent.items()}
        for number, quote in enumerate(answer.quotes, 1):
            yield Quoted(number, quote)
        yield Done(replace(answer, question=asked, searched=searched, milliseconds=milliseconds))

    def examine(self, searched: str, *, filters: Filters | None = None) -> Examined:
        """Search, and measure every sentence of what was found; what answers are made of."""
        question = read_question(searched)
        passages = self.index.found(searched, _PASSAGES, filters=filters)
        found = [sentence for _, row in passages for sentence in _sentences_of(row)]
        hits = [hit for hit, _ in passages]
        collection = Collection(len(self.index), self.index.frequencies)
        measured = features(question, found, hits, collection, self._embedder)
        return Examined(question, found, measured, meaning(searched))

    def _answer(self, examined: Examined, filters: Filters | None) -> Answer:
        question, found, rows = examined.question, examined.sentences, examined.features
        if not found:
            return Answer("", "", 0.0, reason=self._nothing(filters))
        weights = load_weights()
        scores, probability = weigh(question, rows, examined.meaning, weights)
        ranking = np.argsort(-scores, kind="stable")
        sure = round(probability, 4)
        threshold = weights.threshold if self._threshold is None else self._threshold
        quotes = tuple(self._cited(question, excerpts(found, scores, ranking)))
        if sure >= threshold and quotes:
            return Answer("", "", sure, quotes)
        reason: Reason = "weak_evidence" if sure >= threshold * _CLOSE else "nothing_close"
        return Answer("", "", sure, closest=quotes, reason=reason)

    def _cited(self, question: Question, chosen: Sequence[Excerpt]) -> Iterator[Quote]:
        article_of = cache(self.ledger.article)
        for excerpt in chosen[:MOST_QUOTES]:
            try:
                yield cite(excerpt, question, article_of)
            except NotFound:  # deleted while the question was answered: it does not answer
                continue

    def _nothing(self, filters: Filters | None) -> Reason:
        return "nothing_close" if filters or self.ledger.counts().passages else "empty"

    def _titles(self, history: Sequence[Turn]) -> list[str]:
        titles = []
        for id in history[-1].articles if history else ():
            try:
                titles.append(self.ledger.article(id).title)
            except NotFound:
                continue
        return [title for title in titles if title]


@lru_cache(maxsize=_CACHED_PASSAGES)
def _sentences_of(row: PassageRow) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(
            row.id,
            row.article,
            span.shift(row.span.start),
            span.of(row.text),
            row.context,
            heading=row.text[span.end - 1] not in _ENDINGS,
        )
        for span in sentences(row.text)
    )


def clean_question(question: str, most: int) -> str:
    """Return the question on one line, without control characters.

    Raises:
        BadQuestion: nothing is left of it, or it has more than `most` code points.
    """
    if len(question) > most:
        raise BadQuestion(
            f"The question has {len(question):,} characters; at most {most:,} are read.",
            hint="Ask for one thing at a time, or raise WENJU_MAX_QUESTION_CHARACTERS.",
        )
    kept = "".join(char if char.isprintable() or char in _JOINERS else " " for char in question)
    cleaned = " ".join(kept.split())
    if not any(char.isalnum() for char in cleaned):
        raise BadQuestion("The question is empty.", hint="Type a question with a word in it.")
    return cleaned
