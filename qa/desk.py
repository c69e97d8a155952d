"""What all routes share: the bot, the verdicts, the numbers, and how a question is asked."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from anyio import CapacityLimiter

from corpus.errors import WenjuError
from corpus.ledger import Ledger
from corpus.types import Filters
from qa.bot import Bot
from qa.feedback import Feedback
from qa.metrics import Metrics
from qa.rates import Rates
from qa.settings import Settings
from qa.suggest import are_stale, write_suggestions
from qa.types import Done, Event, Turn

__all__ = ["Desk"]

# Answering holds the processor, and mostly Python's lock; more at once make everyone wait longer.
SEATS = max(1, (os.cpu_count() or 1) // 2)
log = logging.getLogger("wenju.questions")


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of one running server."""

    settings: Settings
    bot: Bot
    feedback: Feedback
    rates: Rates
    metrics: Metrics = field(default_factory=Metrics)
    renewing: threading.Lock = field(default_factory=threading.Lock)
    seats: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(SEATS))

    @property
    def ledger(self) -> Ledger:
        """Return the bot's ledger."""
        return self.bot.ledger

    def ask(
        self, question: str, history: Sequence[Turn], filters: Filters | None
    ) -> Iterator[Event]:
        """Yield the bot's events; count and log the answer. The log has no words of readers."""
        for event in self.bot.stream(question, history, filters=filters):
            if isinstance(event, Done):
                self._note(event)
            yield event

    @property
    def base(self) -> str:
        """Return the path that our URLs stand under: empty, or such as `/wenju`."""
        inner = self.settings.root_path.strip("/")
        return f"/{inner}" if inner else ""

    def close(self) -> None:
        """Close the files, once the example questions that are being made are made."""
        with self.renewing:
            self.bot.close()
            self.feedback.close()

    def renew_suggestions(self) -> None:
        """Make the example questions anew where the index has changed, without waiting for it."""
        if are_stale(self.settings.home) and self.renewing.acquire(blocking=False):
            threading.Thread(target=self._renew, name="suggestions", daemon=True).start()

    def _renew(self) -> None:
        try:
            count = write_suggestions(self.settings.home, self.bot)
            log.info({"suggestions": count})
        except (OSError, WenjuError) as error:  # the folder is read-only, or the index is replaced
            log.warning("no example questions: %s", error)
        finally:
            self.renewing.release()

    def _note(self, done: Done) -> None:
        answer = done.answer
        self.metrics.asked(answer)
        line: dict[str, str | float | None] = {
            "outcome": answer.reason or "answered",
            "evidence": round(answer.evidence, 3),
            "quotes": len(answer.quotes),
            "ms": answer.milliseconds.get("total"),
        }
        if self.settings.log_questions:
            line |= {"question": answer.question, "searched": answer.searched}
        log.info(line)
