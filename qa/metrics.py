"""What an operator can watch: counters and times in the Prometheus text format."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from corpus.rows import Counts
from qa.types import Answer

__all__ = ["CONTENT_TYPE", "Metrics"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Seconds; the promise is 15 ms for a question and 50 ms for the first event.
BUCKETS = (0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 10.0)


class Metrics:
    """The numbers of one app; each app has a registry of its own."""

    def __init__(self) -> None:
        """Start at zero."""
        self.registry = CollectorRegistry()
        self._questions = Counter(
            "wenju_questions", "Questions by outcome", ["outcome"], registry=self.registry
        )
        self._seconds = Histogram(
            "wenju_question_seconds", "Time to answer", registry=self.registry, buckets=BUCKETS
        )
        self._requests = Counter(
            "wenju_http_requests", "Requests", ["method", "route", "status"], registry=self.registry
        )
        self._feedback = Counter(
            "wenju_feedback", "Verdicts of readers", ["verdict"], registry=self.registry
        )
        self._articles = Gauge("wenju_articles", "Articles", registry=self.registry)
        self._passages = Gauge("wenju_passages", "Passages", registry=self.registry)
        self._pending = Gauge(
            "wenju_passages_pending", "Passages not indexed yet", registry=self.registry
        )

    def asked(self, answer: Answer) -> None:
        """Count an answer."""
        self._questions.labels(answer.reason or "answered").inc()
        self._seconds.observe(answer.milliseconds.get("total", 0.0) / 1000)

    def requested(self, method: str, route: str, status: int) -> None:
        """Count a request; `route` is a template and not a path, of which there is no end."""
        self._requests.labels(method, route, str(status)).inc()

    def judged(self, verdict: str) -> None:
        """Count a verdict."""
        self._feedback.labels(verdict).inc()

    def text(self, counts: Counts) -> bytes:
        """Return everything, with the size of the collection as it is now."""
        self._articles.set(counts.articles)
        self._passages.set(counts.passages)
        self._pending.set(counts.pending)
        return generate_latest(self.registry)
