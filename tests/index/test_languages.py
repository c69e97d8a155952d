"""No passage is favoured for being in the question's own language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.ledger import Ledger
from corpus.passages import passages
from corpus.types import Article, Document, Filters
from index.languages import Languages, passage_languages
from index.search import Index
from index.sync import sync
from index.types import Embedder

EVERY = np.arange(6)


def fair(numbers: list[int], scores: list[float]) -> list[float]:
    languages, given = Languages(np.array(numbers)), np.array(scores, np.float32)
    taken = languages.fair(given, EVERY, languages.favours(given, EVERY))
    return [round(float(score), 3) for score in taken]


def test_in_one_language_nothing_changes() -> None:
    scores = [0.1, 0.5, 0.2, 0.4, 0.3, 0.6]
    assert fair([1] * 6, scores) == pytest.approx(scores)


def test_what_a_language_has_on_the_average_is_taken_off_within_it_the_order_stays() -> None:
    before = [0.8, 0.7, 0.6, 0.3, 0.2, 0.1]
    after = fair([1, 1, 1, 2, 2, 2], before)
    assert after[0] > after[1] > after[2] and after[3] > after[4] > after[5]
    assert after[0] - after[3] < before[0] - before[3]
    # Of three passages the average is held for theirs by three parts of eight.
    assert after[0] == pytest.approx(0.8 - 3 / 8 * (0.7 - 0.45), abs=1e-3)


def test_passages_that_are_no_hits_score_nothing() -> None:
    languages = Languages(np.array([1, 1, 1, 1, 2, 2]))
    favours = languages.favours_of_hits(np.array([0.4, 0.4], np.float32), np.array([0, 4]))
    assert favours[1] < 0 < favours[2]


def test_a_language_that_no_sample_showed_is_neither_favoured_nor_not() -> None:
    languages = Languages(np.array([0, 0, 1, 2]))
    favours = languages.favours(np.array([0.1, 0.2], np.float32), np.array([0, 1]))
    taken = languages.fair(np.array([0.3], np.float32), np.array([3]), favours)
    assert taken.tolist() == pytest.approx([0.3])


def test_no_passage_at_all() -> None:
    languages = Languages(np.zeros(0, np.intp))
    assert languages.favours_of_hits(np.zeros(0, np.float32), np.zeros(0, np.intp)).tolist() == [0]


ENGLISH = (
    "The hospital has a garden, and many roses grow there now.",
    "The hospital opened in March; its night clinic is now open.",
    "The hospital kitchen has new ovens, and lunch is now served at noon.",
    "The hospital library lends books to patients who cannot leave.",
    "Many people now walk to the hospital along the river.",
    "The hospital has a bus, which now stops at the station.",
)
CHINESE = (
    "2019年，清河医院的透析室从十张病床增加到十六张。",
    "食堂十二点开饭，晚饭五点半。",
    "门诊楼二楼是儿科，三楼是眼科。",
    "院长每周三下午接待来访的居民。",
    "护士站旁边有轮椅可以借用。",
    "停车场在北门，夜里不收费。",
)


@pytest.fixture
def ledger(home: Path, embedder: Embedder) -> Iterator[Ledger]:
    with Ledger(home / "ledger.sqlite") as opened:
        for language, texts in (("en", ENGLISH), ("zh", CHINESE[:3]), ("zh-TW", CHINESE[3:])):
            for text in texts:
                article = Article("", text, language=language)
                file = Document(f"{text}.txt", text, "text/plain", "utf-8")
                opened.put(file, text, [article], [passages(article)])
        sync(home, opened, embedder)
        yield opened


def test_regional_forms_are_one_language(ledger: Ledger) -> None:
    every = np.sort(np.array(list(ledger.filtered(Filters()))))
    read = passage_languages(ledger, np.append(every, every[-1] + 1))
    scores = np.ones(len(every) + 1, np.float32)
    assert len(read.favours(scores, np.arange(len(scores)))) == 3


def test_a_question_finds_the_other_language_beside_articles_in_its_own(
    home: Path, ledger: Ledger, embedder: Embedder
) -> None:
    index = Index(home, ledger, embedder)
    hits = index.search("How many beds for dialysis are there now at the hospital?", 3)
    found = ledger.passages([hits[0].passage])[hits[0].passage]
    assert "透析" in found.text
