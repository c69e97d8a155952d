"""A name in other letters leads to the article that says it, and to all its passages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.ledger import Ledger
from corpus.passages import passages
from corpus.types import Article, Document
from index.groups import Groups
from index.naming import named_parts
from index.pinyin import terms
from index.search import Index
from index.sync import sync
from index.tantivy_store import TantivyStore
from index.types import Embedder

IDS = np.array([1, 2, 3, 4])
ARTICLES = Groups(["a", "a", "b", "c"])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TantivyStore]:
    opened = TantivyStore(tmp_path / "lexical")
    texts = ("衡阳市有一家医院。", "门诊部在二楼。", "洛阳的陈建宏。", "Bramley Hospital.")
    opened.add((id, terms(text), []) for id, text in zip(IDS.tolist(), texts, strict=True))
    opened.commit()
    yield opened
    opened.close()


def parts(store: TantivyStore, question: str, articles: Groups | None = ARTICLES) -> list[float]:
    return [round(float(part), 2) for part in named_parts(question, store, IDS, articles)]


def test_every_passage_of_the_named_article_and_most_the_one_that_says_it(
    store: TantivyStore,
) -> None:
    assert parts(store, "Where is the clinic in Hengyang?") == [1.0, 0.8, 0, 0]
    assert parts(store, "Где поликлиника в Хэнъяне?") == [1.0, 0.8, 0, 0]
    assert parts(store, "헝양 아동병원은 어디에 있나요?") == [1.0, 0.8, 0, 0]
    assert parts(store, "Bramley 병원은 어디에 있나요?") == [0, 0, 0, 1.0]
    assert parts(store, "Who is Chen Jianhong?") == [0, 0, 1.0, 0]
    assert parts(store, "Bramley 医院在哪里？") == [0, 0, 0, 1.0]


def test_where_articles_are_not_known_the_passage_counts(store: TantivyStore) -> None:
    assert parts(store, "the clinic in Hengyang", None) == [1.0, 0, 0, 0]


@pytest.mark.parametrize(
    "question", ["", "Where is the clinic?", "Who lives in Changsha?", "衡阳的医院在哪里？", "?!"]
)
def test_nothing_known_is_named(store: TantivyStore, question: str) -> None:
    assert parts(store, question) == [0, 0, 0, 0]


def test_two_names_share(store: TantivyStore) -> None:
    found = parts(store, "Did Jianhong work in Hengyang?")
    assert 0 < found[0] < 1 and 0 < found[2] < 1 and found[3] == 0


def test_the_hospital_that_is_named_is_found(home: Path, embedder: Embedder) -> None:
    texts = {city: f"{city}市医院的门诊部每天早上八点开门。" for city in ("衡阳", "洛阳", "长沙")}
    with Ledger(home / "ledger.sqlite") as ledger:
        for city, text in texts.items():
            article = Article("", text, language="zh")
            file = Document(f"{city}.txt", text, "text/plain", "utf-8")
            ledger.put(file, text, [article], [passages(article)])
        for city, text in texts.items():
            article = Article(f"{city}市医院的一天", text, language="zh")
            ledger.put(
                Document(f"{city}.txt", text, "text/plain", "utf-8"),
                text,
                [article],
                [passages(article)],
            )
        sync(home, ledger, embedder)
        index = Index(home, ledger, embedder)
        for written, text in zip(("Hengyang", "Лояна", "Changsha"), texts.values(), strict=True):
            hits = index.search(f"When does the clinic of {written} open?", 1)
            assert ledger.passages([hits[0].passage])[hits[0].passage].text == text
