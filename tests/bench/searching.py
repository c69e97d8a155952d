"""What the stores and the search cost beyond the libraries under them, over generated passages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

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
from index.types import Vectors
from tests.bench.figures import Figure

__all__ = ["searching"]

PASSAGES = 20_000
CHARACTERS = 142
VOCABULARY = 3_000
QUESTIONS = 200
SEED = 7


def generated() -> list[str]:
    """Return texts whose characters follow Zipf's law: few common ones, most of them rare."""
    odds = 1 / np.arange(10, VOCABULARY + 10)
    shape = (PASSAGES, CHARACTERS)
    drawn = np.random.default_rng(SEED).choice(VOCABULARY, shape, p=odds / odds.sum()) + 0x4E00
    return [f"{''.join(map(chr, row))}。" for row in drawn.tolist()]


def searching(home: Path) -> Iterator[Figure]:
    """Measure cutting and finding passages; questions are pieces of them."""
    texts = generated()
    asked = [text[40:52] for text in texts[:: PASSAGES // QUESTIONS]]
    started = perf_counter()
    for text in texts[:5000]:
        tokens(text)
    rate = 5000 / (perf_counter() - started)
    yield Figure("cutting passages of 142 characters", rate, "passages/s", "≥ 20,000")
    embedder = load_embedder()
    with Ledger(home / "ledger.sqlite") as ledger:
        articles = [Article(str(number), text) for number, text in enumerate(texts)]
        file = Document("generated", "", "text/plain", "utf-8")
        ledger.put(file, "0", articles, [passages(article) for article in articles])
        sync(home, ledger, embedder)
        vectors = {text: embedder.encode_queries([text]) for text in asked}
        ours, raw = _stores(home, vectors), _libraries(home, vectors)
        for name, by in (
            ("FAISS", "FAISS"),
            ("tantivy", "tantivy"),
            ("FAISS + tantivy", "FAISS and tantivy"),
        ):
            taken = [milliseconds(asked, calls[name]) for calls in (ours, raw)]
            yield Figure(f"{name}, p50", taken[0], "ms", "≤ 1.5 x raw", taken[1], by)
        index = Index(home, ledger, embedder)
        whole = milliseconds(asked, index.search)
        yield Figure("the whole search of 20,000 passages, p50", whole, "ms", "")


def milliseconds(asked: Sequence[str], ask: Callable[[str], object]) -> float:
    """Return the median time to ask, after asking some to warm up."""
    for question in asked[:20]:
        ask(question)
    times = []
    for question in asked:
        began = perf_counter()
        ask(question)
        times.append(1000 * (perf_counter() - began))
    return median(times)


Calls = dict[str, Callable[[str], object]]


def _stores(home: Path, vectors: dict[str, Vectors]) -> Calls:
    manifest = read_manifest(home)
    assert manifest is not None
    near = FaissStore.open(home / manifest.vectors, manifest.factory, manifest.sha256)
    lexical = TantivyStore.opened(home / manifest.lexical)
    return _both(
        lambda text: near.search(vectors[text], CANDIDATES),
        lambda text: lexical.search(tokens(text), CANDIDATES),
    )


def _libraries(home: Path, vectors: dict[str, Vectors]) -> Calls:
    manifest = read_manifest(home)
    assert manifest is not None
    near = faiss.read_index(str(home / manifest.vectors))
    faiss.omp_set_num_threads(1)
    engine = tantivy.Index.open(str(home / manifest.lexical))
    searcher, schema = engine.searcher(), engine.schema

    def lexical(text: str) -> object:
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "tokens", token, "freq"))
            for token in tokens(text)
        ]
        found = searcher.search(tantivy.Query.boolean_query(terms), CANDIDATES, count=False)
        return searcher.fast_field_values("passage", [address for _, address in found.hits])

    return _both(lambda text: near.search(vectors[text], CANDIDATES), lexical)


def _both(near: Callable[[str], object], lexical: Callable[[str], object]) -> Calls:
    return {
        "FAISS": near,
        "tantivy": lexical,
        "FAISS + tantivy": lambda text: (near(text), lexical(text)),
    }
