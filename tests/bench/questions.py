"""How long a warm question takes on the samples, beside embedding and searching it by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from corpus.ledger import Ledger
from index.embed import load_embedder
from qa.bot import Bot
from qa.settings import Settings
from tests.bench.figures import Figure

__all__ = ["questions"]

FILE = Path(__file__).parents[2] / "corpus" / "samples" / "questions.jsonl"
K = 10


def questions(home: Path) -> Iterator[Figure]:
    """Measure every sample question once, after asking each once to warm up."""
    asked = [json.loads(line)["question"] for line in FILE.read_text("utf-8").splitlines()]
    raw = raw_milliseconds(home, asked)
    with Bot.open(Settings(home=home)) as bot:
        for question in asked:
            bot.ask(question)
        taken = []
        for question in asked:
            started = perf_counter()
            bot.ask(question)
            taken.append((perf_counter() - started) * 1000)
    by = "embedding and NumPy inner product"
    yield Figure("a warm question, p50", median(taken), "ms", "< 10 ms", median(raw), by)
    yield Figure("a warm question, p95", percentile(taken), "ms", "< 25 ms", percentile(raw), by)


def percentile(values: list[float]) -> float:
    """Return the 95th percentile."""
    return quantiles(values, n=20)[-1]


def raw_milliseconds(home: Path, asked: list[str]) -> list[float]:
    """Return what embedding each question and ranking all passages takes, and nothing else."""
    embedder = load_embedder()
    with Ledger(home / "ledger.sqlite") as ledger:
        texts = [
            passage.text
            for article in ledger.articles()
            for passage in ledger.passages_of(article.id)
        ]
    vectors = embedder.encode_documents(texts)
    embedder.encode_queries(asked[:1])
    taken = []
    for question in asked:
        started = perf_counter()
        (vectors @ embedder.encode_queries([question])[0]).argsort()[-K:]
        taken.append((perf_counter() - started) * 1000)
    return taken
