"""The samples are data others measure on, so they are held to what their README says."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import corpus
from corpus.articles import split
from corpus.loaders import load
from corpus.types import Article

SAMPLES = Path(corpus.__file__).parent / "samples"
PATHS = sorted((SAMPLES / "articles").iterdir())
# What only calibration asks about: longer, as dense with facts as a newspaper is.
FOLDERS = [SAMPLES / "calibration", *sorted((SAMPLES / "collections").iterdir())]
COLLECTIONS = [f"collections/{folder.name}/questions.jsonl" for folder in FOLDERS[1:]]
QUESTION_FILES = ("questions.jsonl", "calibration.jsonl", *COLLECTIONS)
KINDS = {"who", "when", "how many", "where", "which", "what", "why", "how", "yes-no"}
KEYS = {"id", "question", "language", "answers", "article", "kind"}
INVENTED = re.compile("虚构|虛構|架空|가상|fictitious|ficticio|fictif|erfunden|вымышленный")
LONG = (1_100, 2_200)  # characters
# Names of hospitals and of papers may be shared with the article; a copied sentence is longer.
LONGEST_SHARED = {"zh": 11, "ja": 11, "ko": 11, "en": 30, "es": 30, "fr": 30, "de": 30, "ru": 30}

Question = dict[str, Any]


def read(name: str) -> list[Question]:
    lines = (SAMPLES / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def language(tag: str) -> str:
    return tag.split("-")[0]


def read_articles(paths: list[Path]) -> dict[str, Article]:
    loaded = {path.name: split(load(path)) for path in paths}
    assert [name for name, found in loaded.items() if len(found) != 1] == []
    return {name: found[0] for name, found in loaded.items()}


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    return asked_about("questions.jsonl")


@cache
def asked_about(name: str) -> dict[str, Article]:
    """Return the articles that a question file is about."""
    if name == "questions.jsonl":
        return read_articles(PATHS)
    if name == "calibration.jsonl":
        return asked_about("questions.jsonl") | read_articles(paths_of(SAMPLES / "calibration"))
    return read_articles(paths_of((SAMPLES / name).parent))


def paths_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.md"))


def share(part: list[Question], whole: list[Question]) -> float:
    return len(part) / len(whole)


def unanswerable(questions: list[Question]) -> list[Question]:
    return [question for question in questions if not question["answers"]]


def across(questions: list[Question], articles: dict[str, Article]) -> list[Question]:
    """Return the questions asked in another language than their article's."""
    return [
        question
        for question in questions
        if question["article"]
        and language(question["language"]) != language(articles[question["article"]].language)
    ]


def longest_shared(question: str, text: str) -> str:
    """Return the longest run of the question that stands in the text."""
    best = ""
    for start in range(len(question)):
        while (longer := question[start : start + len(best) + 1]) in text:
            if len(longer) <= len(best):
                break
            best = longer
    return best


def test_the_longest_shared_run_is_found() -> None:
    assert longest_shared("医院几点开门", "这家医院八点开门，几点关门") == "点开门"
    assert longest_shared("abc", "xyz") == ""


def test_a_clone_can_be_asked_about_enough_articles_in_enough_languages(
    articles: dict[str, Article],
) -> None:
    tags = Counter(article.language for article in articles.values())
    least = {"zh": 19, "zh-Hant": 2, "en": 3, "ja": 2, "es": 2, "de": 2, "ko": 1, "fr": 1, "ru": 1}
    assert len(articles) >= 26
    assert {tag: tags[tag] for tag in least if tags[tag] < least[tag]} == {}
    assert {path.suffix for path in PATHS} == {".md", ".txt", ".html"}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_an_article_says_what_it_is_and_is_of_readable_length(
    path: Path, articles: dict[str, Article]
) -> None:
    article = articles[path.name]
    assert 300 <= len(article.text) <= 1500
    assert load(path).warnings == ()
    assert article.title
    if path.suffix == ".md":
        assert article.source
        assert article.author
        date.fromisoformat((article.date + "-01-01")[:10])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_only_calibration_asks_about_is_long_and_invented(folder: Path) -> None:
    for path in paths_of(folder):
        (article,) = split(load(path))
        assert LONG[0] <= len(article.text) <= LONG[1], path
        assert load(path).warnings == ()
        assert article.title and article.date and INVENTED.search(article.source)


def test_the_scanned_article_reads_as_if_it_had_been_typed(articles: dict[str, Article]) -> None:
    text = articles["bailu-clinic.txt"].text
    for mended in ("常住人口不到六千", "巡诊船从镇码头出发", "怕热，以前靠冰块", "2023年，县里"):
        assert mended in text


def test_every_invented_article_says_so_where_it_is_cited(articles: dict[str, Article]) -> None:
    real = {name for name, article in articles.items() if article.source == "问据样例"}
    places = {"hengyang", "zhuzhou", "luoyang", "mengjin", "shiyan", "gaoan"}
    assert {name.split("-")[0] for name in real} == places
    # A scanned text has no field for its source; the README names this one as invented.
    unmarked = {
        name
        for name, article in articles.items()
        if name not in real and not INVENTED.search(article.source)
    }
    assert unmarked == {"bailu-clinic.txt"}
    assert "bailu-clinic" in (SAMPLES / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", QUESTION_FILES)
def test_every_question_has_the_documented_shape(name: str) -> None:
    articles = asked_about(name)
    questions = read(name)
    ids = [question["id"] for question in questions]
    assert len(set(ids)) == len(ids)
    for question in questions:
        assert question.keys() - {"history"} == KEYS, question
        assert question["question"].strip() == question["question"] != ""
        assert question["kind"] in KINDS
        assert question["article"] is None or question["article"] in articles
        assert question["article"] or not question["answers"], question
        assert all(earlier.strip() for earlier in question.get("history", ["-"]))


@pytest.mark.parametrize("name", QUESTION_FILES)
def test_every_gold_string_stands_in_its_article(name: str) -> None:
    articles = asked_about(name)
    missing = [
        (question["id"], gold, question["article"])
        for question in read(name)
        for gold in question["answers"]
        if not gold or gold not in articles[question["article"]].text
    ]
    assert missing == []


@pytest.mark.parametrize("name", QUESTION_FILES)
def test_no_question_copies_a_sentence(name: str) -> None:
    articles = asked_about(name)
    copied = []
    for question in read(name):
        if question["article"] is None:
            continue
        bound = LONGEST_SHARED[language(articles[question["article"]].language)]
        shared = longest_shared(question["question"], articles[question["article"]].text)
        if len(shared) > bound:
            copied.append((question["id"], shared))
    assert copied == []


def test_the_questions_are_spread_as_promised(articles: dict[str, Article]) -> None:
    questions = read("questions.jsonl")
    refused = unanswerable(questions)
    assert len(questions) >= 170
    assert 0.12 <= share(refused, questions) <= 0.15
    assert sum(question["article"] is not None for question in refused) * 2 == len(refused)
    assert share(across(questions, articles), questions) >= 0.25
    assert 8 <= sum("history" in question for question in questions) <= 10
    asked = {question["article"] for question in questions if question["answers"]}
    assert asked == articles.keys()


@pytest.mark.parametrize("name", QUESTION_FILES[1:])
def test_calibration_is_kept_apart_and_hard(name: str) -> None:
    calibration = read(name)
    refused = unanswerable(calibration)
    assert len(calibration) >= (1_000 if name == "calibration.jsonl" else 250)
    assert 0.35 <= share(refused, calibration) <= (0.42 if name == "calibration.jsonl" else 0.45)
    assert sum(question["article"] is not None for question in refused) >= 0.7 * len(refused)
    both = {question["question"] for question in read("questions.jsonl")}
    assert not both & {question["question"] for question in calibration}
