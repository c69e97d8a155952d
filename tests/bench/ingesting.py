"""How fast 10,000 generated articles become searchable, and what memory that takes."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter

import faiss
import numpy as np
import tantivy

from corpus.ledger import Ledger
from index.embed import load_embedder
from index.tokens import tokens
from tests.bench.figures import Figure

__all__ = ["generate", "ingesting"]

ARTICLES = 10_000
SENTENCES = 12  # an article; about 400 characters, a short newspaper piece
SEED = 7
# The command as a user runs it; then what the process had in memory at most. Not `ru_maxrss`: a
# child begins with that of the process that started it.
MEASURED = """
import sys
from qa.cli import main
try:
    main()
finally:
    with open("/proc/self/status") as status:
        sys.stderr.write(next(line for line in status if line.startswith("VmHWM")))
"""


def generate(folder: Path, count: int = ARTICLES) -> None:
    """Write articles of random sentences, the same ones each time."""
    words = json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))
    drawn = random.Random(SEED)
    folder.mkdir(parents=True, exist_ok=True)
    for article in range(count):
        sentences = "".join(sentence(words, drawn) for _ in range(SENTENCES))
        text = f"{drawn.choice(words['who'])}第{article}号报道\n\n{sentences}\n"
        (folder / f"{article:05}.txt").write_text(text, encoding="utf-8")


def sentence(words: Mapping[str, list[str]], drawn: random.Random) -> str:
    """Return one sentence of a report; no two are likely to be the same."""
    how, who, did, what, whose, whom = (
        drawn.choice(words[key]) for key in ("how", "who", "did", "what", "who", "what")
    )
    first, second = drawn.randrange(2, 900), drawn.randrange(100, 9_999)
    return f"{how}，{who}{did}{first}项{what}，惠及{whose}的{second}名{whom}。"


def ingesting(folder: Path) -> Iterator[Figure]:
    """Measure `wenju ingest` as a user runs it, then the library calls it cannot do without."""
    generate(folder / "articles")
    home = folder / "home"
    started = perf_counter()
    command = ["ingest", str(folder / "articles"), "--home", str(home), "--json"]
    run = subprocess.run(
        [sys.executable, "-c", MEASURED, *command], capture_output=True, text=True, check=True
    )
    spent = perf_counter() - started
    memory = int(run.stderr.split()[-2]) / 1e6  # "VmHWM:  454321 kB"
    with Ledger(home / "ledger.sqlite") as ledger:
        texts = [text for text in all_passages(ledger)]
    raw = len(texts) / raw_seconds(texts, folder / "raw")
    by = "embed, FAISS add, tokenize, tantivy add"
    yield Figure("ingest of 10,000 articles", len(texts) / spent, "passages/s", "≥ 1,500", raw, by)
    yield Figure("memory of that ingest", memory, "GB", "< 1.5 GB")


def all_passages(ledger: Ledger) -> Iterator[str]:
    """Yield the text of every passage."""
    for article in ledger.articles():
        for passage in ledger.passages_of(article.id):
            yield passage.text


def raw_seconds(texts: list[str], folder: Path) -> float:
    """Return how long the same passages take with nothing but the libraries and our tokenizer."""
    embedder = load_embedder()
    folder.mkdir()
    schema = (
        tantivy.SchemaBuilder()
        .add_text_field("body", tokenizer_name="whitespace", index_option="freq")
        .build()
    )
    started = perf_counter()
    vectors = embedder.encode_documents(texts)
    index = faiss.index_factory(vectors.shape[1], "IDMap2,Flat", faiss.METRIC_INNER_PRODUCT)
    index.add_with_ids(vectors, np.arange(len(texts)))
    writer = tantivy.Index(schema, path=str(folder)).writer()
    for text in texts:
        writer.add_document(tantivy.Document.from_dict({"body": " ".join(tokens(text))}, schema))
    writer.commit()
    return perf_counter() - started
