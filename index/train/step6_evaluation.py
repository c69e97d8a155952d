"""Step 6: measure the written model (2 minutes): python -m index.train.step6_evaluation DATA.

Every paragraph of a file is a passage; a question is answered when its own paragraph is first, or
among the first five. What only asks is left out of the questions, as in every search. `dense` is
the best window of 180 characters, `late` the late interaction of `index.rerank`, `both` the sum of
`late` and 0.3 of `dense` after each is brought to mean 0 and deviation 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from index.embed import bundled_folder, load_embedder
from index.parts import cut
from index.question_words import about
from index.rerank import best_cosines, late_scores, token_weights
from index.types import Embedder, Vectors

__all__ = ["evaluate", "figures", "table"]

WINDOW = 180
# As `index.fuse` weighs it.
DENSE_SHARE = np.float32(0.3)
# The language of the questions, and those of the passages they are asked of.
PAIRS = {
    "zh": ["zh", "en"],
    "en": ["en", "zh"],
    "ru": ["zh", "en"],
    "es": ["zh"],
    "de": ["en", "zh"],
    "vi": ["zh"],
    "ar": ["en", "zh"],
    "hi": ["en"],
    "th": ["zh"],
    "tr": ["zh"],
    "ro": ["en"],
    "el": ["en"],
}
FILE = "xquad-dev.{}.json"


def figures(data: Path, embedder: Embedder, questions: str, passages: str) -> dict[str, Vectors]:
    """Return recall at 1 and at 5 by `dense`, `late` and `both`, for two question files."""
    asked, right, _ = _read(data / questions)
    _, _, texts = _read(data / passages)
    dense = _dense(embedder, asked, texts)
    late = _late(embedder, asked, texts)
    scores = {
        "dense": dense,
        "late": late,
        "both": DENSE_SHARE * _standard(dense) + _standard(late),
    }
    return {name: _recalls(values, right) for name, values in scores.items()}


def evaluate(data: Path, embedder: Embedder) -> Iterator[tuple[str, dict[str, Vectors]]]:
    """Yield the figures of each pair of languages, and of traditional Chinese."""
    for asked, told_in in PAIRS.items():
        for told in told_in:
            files = FILE.format(asked), FILE.format(told)
            yield f"{asked} → {told}", figures(data, embedder, *files)
    drcd = "drcd-dev.json"
    yield "DRCD (traditional)", figures(data, embedder, drcd, drcd)


def table(data: Path, embedder: Embedder) -> Iterator[str]:
    """Yield the lines of a Markdown table of all figures."""
    yield "| questions → passages | dense @1 / @5 | late | both |"
    yield "|---|---|---|---|"
    for name, recalls in evaluate(data, embedder):
        cells = [f"{first:.3f} / {fifth:.3f}" for first, fifth in recalls.values()]
        yield f"| {name} | {' | '.join(cells)} |"


def _read(path: Path) -> tuple[list[str], Vectors, list[str]]:
    """Return the questions, the place of each one's paragraph, and the paragraphs."""
    articles = json.loads(path.read_text("utf-8"))["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
    asked = [
        (question["question"], place)
        for place, paragraph in enumerate(paragraphs)
        for question in paragraph["qas"]
    ]
    texts = [paragraph["context"] for paragraph in paragraphs]
    return [text for text, _ in asked], np.array([place for _, place in asked]), texts


def _windows(text: str) -> list[str]:
    """Cut a text into windows; Latin words stay whole."""
    windows = []
    start = 0
    while start < len(text):
        end = min(len(text), start + WINDOW)
        if end < len(text) and text[end].isascii() and text[end].isalnum():
            space = text.rfind(" ", start, end)
            end = space if space > start else end
        windows.append(text[start:end])
        start = end
    return windows


def _dense(embedder: Embedder, questions: list[str], passages: list[str]) -> Vectors:
    cut = [_windows(passage) for passage in passages]
    windows = embedder.encode_documents([window for own in cut for window in own])
    starts = np.cumsum([0, *(len(own) for own in cut[:-1])])
    return np.maximum.reduceat(
        embedder.encode_queries([about(question) for question in questions]) @ windows.T,
        starts,
        axis=1,
    )


def _late(embedder: Embedder, questions: list[str], passages: list[str]) -> Vectors:
    documents, parts = cut(embedder.document_tokens(passages))
    rows = []
    for question in questions:
        tokens = embedder.query_tokens(about(question))
        best = best_cosines(tokens, documents)
        whole = parts.highest(best)
        weights = token_weights(tokens, whole)
        rows.append(late_scores(whole, parts.highest(weights @ best), parts.lengths, weights))
    return np.stack(rows)


def _standard(scores: Vectors) -> Vectors:
    deviation = np.maximum(scores.std(axis=1, keepdims=True), np.float32(1e-9))
    standard: Vectors = (scores - scores.mean(axis=1, keepdims=True)) / deviation
    return standard


def _recalls(scores: Vectors, right: Vectors) -> Vectors:
    own = scores[np.arange(len(right)), right][:, None]
    above = (scores > own).sum(axis=1)
    return np.array([(above < 1).mean(), (above < 5).mean()])


def main() -> None:
    """Print the table of a model."""
    parser = argparse.ArgumentParser(prog="python -m index.train.step6_evaluation")
    parser.add_argument("data", type=Path, help="the folder with the question files")
    parser.add_argument("--model", default=str(bundled_folder()))
    options = parser.parse_args()
    for line in table(options.data, load_embedder(options.model)):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()  # a line takes minutes


if __name__ == "__main__":
    main()
