"""How well pages are read: errors a character, order of the lines, time a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from time import perf_counter

import numpy as np
from PIL import Image

from corpus import loaders
from corpus.articles import split
from corpus.types import Article
from tests import newspaper
from tests.bench.figures import Figure

__all__ = ["reading"]

SCANS: tuple[tuple[str, int, float, float], ...] = (
    # name, dots an inch, degrees askew, share of black speckle
    ("scan at 300 dpi", 300, 0.0, 0.0),
    ("scan at 150 dpi", 150, 0.0, 0.0),
    ("scan at 200 dpi, one degree askew, speckled", 200, 1.0, 0.002),
)


def reading() -> Iterator[Figure]:
    """Measure on the newspaper page that the tests make, as text and as scans."""
    yield from _figures("PDF with text", split(loaders.parse(newspaper.pdf(), "news.pdf")), 0.0)
    for name, dpi, degrees, speckle in SCANS:
        image = newspaper.scan(dpi, rotated=degrees, speckle=speckle)
        data = newspaper.jpeg(image)
        if dpi == SCANS[0][1]:
            loaders.parse(data, "warm.jpg")  # loading the models is measured nowhere
        started = perf_counter()
        articles = split(loaders.parse(data, "scan.jpg"))
        seconds = perf_counter() - started
        yield from _figures(name, articles, 0.02)
        raw = _raw_seconds(image)
        yield Figure(f"{name}: time", seconds, "s/page", "≤ 6 s", raw, "RapidOCR alone")


def _figures(name: str, articles: Sequence[Article], wanted: float) -> Iterator[Figure]:
    truth = [newspaper.editor_text(article) for article in newspaper.ARTICLES]
    written = "".join("".join(lines) for lines in truth)
    read = "".join(article.text.replace(newspaper.CAPTION, "") for article in articles)
    rate = distance(_bare(written), _bare(read)) / len(_bare(written))
    yield Figure(f"{name}: character errors", 100 * rate, "%", f"≤ {100 * wanted:.0f} %")
    yield Figure(f"{name}: lines in order", 100 * in_order(truth, articles), "%", "100 %")


def _bare(text: str) -> str:
    return "".join(text.split())


def in_order(truth: Sequence[Sequence[str]], articles: Sequence[Article]) -> float:
    """Return the share of neighbouring lines that follow each other, in the right article."""
    good = total = 0
    for number, lines in enumerate(truth):
        text = _bare(articles[number].text) if number < len(articles) else ""
        places = [place(_bare(line), text) for line in lines]
        total += len(places) - 1
        good += sum(0 <= first < second for first, second in pairwise(places))
    return good / total


def place(line: str, text: str) -> int:
    """Return where a line stands in a text that may have misread some of it, -1 for nowhere."""
    pieces = (line[start : start + 6] for start in range(max(1, len(line) - 5)))
    return next((found for piece in pieces if (found := text.find(piece)) >= 0), -1)


def distance(first: str, second: str) -> int:
    """Return the edit distance.

    >>> distance("问据医院", "问居院")
    2
    """
    row = np.arange(len(second) + 1)
    other = np.array([ord(character) for character in second])
    for number, character in enumerate(first, start=1):
        swapped = row[:-1] + (other != ord(character))
        best = np.minimum(swapped, row[1:] + 1)
        # What an insertion costs runs along the row: a running minimum of cost minus place.
        row = np.concatenate(([number], best))
        row = np.minimum.accumulate(row - np.arange(len(row))) + np.arange(len(row))
    return int(row[-1])


def _raw_seconds(image: Image.Image) -> float:
    """Return how long the library takes, its models loaded."""
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "critical"})
    pixels = np.asarray(image.convert("RGB"))[:, :, ::-1]
    engine(pixels[:200])
    started = perf_counter()
    engine(pixels)
    return perf_counter() - started
