"""How much the index costs beyond the libraries under it: `python -m tests.bench.search`.

Generated passages of 142 Chinese characters, drawn so that few characters are common and most are
rare, as in real text. Prints passages a second into the stores, and milliseconds a question out of
them beside the raw calls of FAISS and tantivy on the same files.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import faiss
import numpy as np
import tantivy

from corpus.ledger import Ledger
from corpus.passages import passages
from corpus.types import Article, Document
from index.embed import load_embedder
from index.faiss_store import FaissStore
from index.manifest import read_manifest
from index.search import CANDIDATES, Index
from index.sync import sync
from index.tantivy_store import TantivyStore
from index.tokens import tokens

CHARACTERS = 142
VOCABULARY = 3000
QUESTIONS = 200


def generated(n: int, seed: int = 0) -> list[str]:
    """Return n texts whose characters follow Zipf's law."""
    chance = np.random.default_rng(seed)
    odds = 1 / np.arange(10, VOCABULARY + 10)
    drawn = chance.choice(VOCABULARY, (n, CHARACTERS), p=odds / odds.sum()) + 0x4E00
    return [f"{''.join(map(chr, row))}。" for row in drawn.tolist()]


def milliseconds(asked: Sequence[str], ask: Callable[[str], object]) -> tuple[float, float]:
    """Return the median and the 95th percentile of the time to ask."""
    times = []
    for question in asked:
        began = time.perf_counter()
        ask(question)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times), float(np.percentile(times, 95))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--model", default="bundled")
    options = parser.parse_args()
    embedder = load_embedder(options.model)
    texts = generated(options.passages)
    asked = [text[40:52] for text in texts[:: max(1, len(texts) // QUESTIONS)]][:QUESTIONS]
    began = time.perf_counter()
    for text in texts[:5000]:
        tokens(text)
    print(f"tokens: {5000 / (time.perf_counter() - began):,.0f} passages/s")
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "ledger.sqlite") as ledger:
        home = Path(folder)
        articles = [Article(str(number), text) for number, text in enumerate(texts)]
        file = Document("generated", "", "text/plain", "utf-8")
        ledger.put(file, "0", articles, [passages(article) for article in articles])
        began = time.perf_counter()
        report = sync(home, ledger, embedder)
        seconds = time.perf_counter() - began
        print(f"sync: {report.passages / seconds:,.0f} passages/s")
        report_searches(home, ledger, embedder_name=options.model, asked=asked)


def report_searches(home: Path, ledger: Ledger, embedder_name: str, asked: Sequence[str]) -> None:
    """Print the times of the raw calls, of our stores, and of the whole search."""
    embedder = load_embedder(embedder_name)
    manifest = read_manifest(home)
    assert manifest is not None
    vectors = {text: embedder.encode_queries([text]) for text in asked}
    ours = FaissStore.open(home / manifest.vectors, manifest.factory, manifest.sha256)
    raw = faiss.read_index(str(home / manifest.vectors))
    faiss.omp_set_num_threads(1)
    lexical = TantivyStore.opened(home / manifest.lexical)
    engine = tantivy.Index.open(str(home / manifest.lexical))
    searcher, schema = engine.searcher(), engine.schema

    def raw_tantivy(text: str) -> object:
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, field, token, "freq"))
            for token in tokens(text)
            for field in ("body", "context")
        ]
        return searcher.search(tantivy.Query.boolean_query(terms), CANDIDATES, count=False)

    index = Index(home, ledger, embedder)
    rows: dict[str, Callable[[str], object]] = {
        "FAISS, raw": lambda text: raw.search(vectors[text], CANDIDATES),
        "FAISS, ours": lambda text: ours.search(vectors[text], CANDIDATES),
        "tantivy, raw": raw_tantivy,
        "tantivy, ours": lambda text: lexical.search(tokens(text), CANDIDATES),
        "both, raw": lambda text: (raw.search(vectors[text], CANDIDATES), raw_tantivy(text)),
        "both, ours": lambda text: (
            ours.search(vectors[text], CANDIDATES),
            lexical.search(tokens(text), CANDIDATES),
        ),
        "whole search": lambda text: index.search(text),
    }
    for name, ask in rows.items():
        milliseconds(asked[:20], ask)
        median, late = milliseconds(asked, ask)
        print(f"{name:14} p50 {median:7.2f} ms   p95 {late:7.2f} ms")


if __name__ == "__main__":
    main()
