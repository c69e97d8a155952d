"""A search finds what is in the ledger now, by words, by meaning, and by both."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import IndexCorrupt, IndexMismatch
from corpus.ledger import Ledger
from corpus.passages import passages
from corpus.types import Article, Document, Filters
from index.manifest import read_manifest, write_manifest
from index.search import Index, Mode
from index.sync import sync
from index.types import Embedder, Vectors

TEXTS = {
    "zh": "民医工作室每周一上午开诊，请提前预约。",
    "tw": "圖書館在週日休息，孩子們可以去公園。",
    "en": "The heart centre opened in March with forty beds.",
    "fr": "La cantine sert le déjeuner à midi.",
}


def put(ledger: Ledger, name: str, text: str, source: str = "") -> str:
    article = Article(name, text, source=source, language=name[:2])
    file = Document(name, text, "text/plain", "utf-8")
    return ledger.put(file, text, [article], [passages(article)])[0]


@pytest.fixture
def ledger(home: Path) -> Iterator[Ledger]:
    with Ledger(home / "ledger.sqlite") as opened:
        yield opened


@pytest.fixture
def ids(home: Path, ledger: Ledger, embedder: Embedder) -> dict[str, str]:
    stored = {name: put(ledger, name, text, f"{name} news") for name, text in TEXTS.items()}
    sync(home, ledger, embedder)
    return stored


@pytest.fixture
def index(home: Path, ledger: Ledger, embedder: Embedder, ids: dict[str, str]) -> Index:
    return Index(home, ledger, embedder)


def first(index: Index, ledger: Ledger, query: str, mode: Mode = "hybrid") -> str:
    hits = index.search(query, 1, mode=mode)
    return next(iter(ledger.passages([hits[0].passage]).values())).article


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("民医工作室什么时候开诊？", "zh"),
        ("图书馆周日休息吗", "tw"),
        ("WHEN DID THE HEART CENTRE OPEN", "en"),
        ("dejeuner a la cantine", "fr"),
    ],
)
def test_each_question_finds_its_article(
    index: Index, ledger: Ledger, ids: dict[str, str], query: str, name: str, mode: Mode
) -> None:
    assert first(index, ledger, query, mode=mode) == ids[name]


def test_scores_are_best_first_and_say_their_parts(index: Index) -> None:
    hits = index.search("民医工作室什么时候开诊？")
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(hits) == len(TEXTS)
    assert set(hits[0].scores) == {"dense", "late", "bm25"}
    assert 0.2 < hits[0].scores["bm25"] < 2
    assert hits[-1].scores["bm25"] == 0
    assert -1 <= hits[0].scores["dense"] <= 1.001
    assert 0 <= hits[0].scores["late"] <= 1.001


def test_words_that_stand_nowhere_leave_the_order_to_the_model(index: Index) -> None:
    query = "Quand ouvre le studio?"
    hybrid = [hit.passage for hit in index.search(query)]
    assert hybrid[0] == index.search(query, mode="dense")[0].passage


@pytest.mark.parametrize(
    "query", ["", " ", "？！", "\0\x01", "\ud800医院", "a" * 100_000, "医" * 10_000]
)
def test_any_text_can_be_searched_for(index: Index, query: str) -> None:
    assert len(index.search(query, 3)) <= 3


@pytest.mark.parametrize("k", [0, -1])
def test_no_hit_wanted_gives_none(index: Index, k: int) -> None:
    assert index.search("医院", k) == []


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(languages=("en", "fr")), {"en", "fr"}),
        (Filters(sources=("zh news",)), {"zh"}),
        (Filters(sources=("nobody",)), set()),
        (Filters(), set(TEXTS)),
    ],
)
@pytest.mark.parametrize("mode", ["hybrid", "dense"])
def test_only_what_the_filters_let_through(
    index: Index, ledger: Ledger, ids: dict[str, str], filters: Filters, names: set[str], mode: Mode
) -> None:
    hits = index.search("什么时候开诊", mode=mode, filters=filters)
    rows = ledger.passages(hit.passage for hit in hits).values()
    assert {row.article for row in rows} == {ids[name] for name in names}


def test_what_is_deleted_never_answers_even_before_the_sync(
    home: Path, index: Index, ledger: Ledger, embedder: Embedder, ids: dict[str, str]
) -> None:
    ledger.remove([ids["zh"]])
    assert len(index.search("民医工作室什么时候开诊？")) == len(TEXTS) - 1
    sync(home, ledger, embedder)
    assert len(index.search("民医工作室什么时候开诊？")) == len(TEXTS) - 1
    assert len(index) == len(TEXTS) - 1
    assert Index(home, ledger, embedder).search("民医工作室", mode="lexical") == []


def test_it_follows_what_others_publish(home: Path, ledger: Ledger, embedder: Embedder) -> None:
    index = Index(home, ledger, embedder)
    assert index.search("医院") == []
    assert len(index) == 0
    for count in (1, 2, 3):
        put(ledger, f"{count}", f"第{count}医院开诊。")
        sync(home, ledger, embedder)
        assert len(index.search("医院")) == count


def test_searches_go_on_while_the_index_changes(
    home: Path, ledger: Ledger, embedder: Embedder, index: Index
) -> None:
    failures: list[Exception] = []
    ended = threading.Event()

    def search() -> None:
        while not ended.is_set():
            try:
                assert index.search("民医工作室什么时候开诊？", 3)
            except Exception as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(10):
        put(ledger, f"{number}", f"第{number}医院开诊。")
        sync(home, ledger, embedder)
    ended.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(index) == len(TEXTS) + 10


def test_an_index_of_another_model_is_refused(
    home: Path, ledger: Ledger, embedder: Embedder, index: Index
) -> None:
    manifest = read_manifest(home)
    assert manifest is not None
    write_manifest(home, replace(manifest, model=replace(manifest.model, revision="other")))
    with pytest.raises(IndexMismatch) as caught:
        Index(home, ledger, embedder)
    assert "wenju rebuild" in caught.value.hint
    with pytest.raises(IndexMismatch):
        index.search("医院")


@pytest.mark.parametrize("file", ["vectors", "lexical"])
def test_a_missing_file_is_refused(
    home: Path, ledger: Ledger, embedder: Embedder, ids: dict[str, str], file: str
) -> None:
    for path in home.glob(f"{file}-*"):
        path.rename(home / "elsewhere")
    with pytest.raises(IndexCorrupt) as caught:
        Index(home, ledger, embedder)
    assert "wenju rebuild" in caught.value.hint


class Longest:
    """A reranker that takes the longest text for the best."""

    def scores(self, query: str, texts: Sequence[str]) -> Vectors:
        return np.asarray([len(text) for text in texts], np.float32)


def test_a_reranker_has_the_last_word(
    home: Path, ledger: Ledger, embedder: Embedder, ids: dict[str, str]
) -> None:
    index = Index(home, ledger, embedder, reranker=Longest())
    hits = index.search("民医工作室什么时候开诊？")
    assert first(index, ledger, "民医工作室什么时候开诊？") == ids["en"]
    assert [hit.scores["cross"] for hit in hits] == sorted(map(len, TEXTS.values()), reverse=True)
