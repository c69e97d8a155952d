"""The figures are those of the literature, by hand, and the whole path ends in them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import NotFound, UnsupportedFile
from index.measure import (
    Reply,
    answer_figures,
    evaluate,
    ranking_figures,
    risk_coverage_area,
    trec_run,
)
from index.tasks import Question, read_task
from index.types import Embedder

PARAGRAPHS = [
    (
        "民医工作室每周一上午开诊。",
        "民医工作室什么时候开诊？",
        "When does the studio open?",
        "每周一",
    ),
    ("图书馆有三万本书。", "图书馆有多少本书？", "How many books has the library?", "三万"),
]


def squad(paragraphs: Sequence[tuple[str, str, str]], *, impossible: str = "") -> str:
    content: list[dict[str, Any]] = [
        {
            "context": text,
            "qas": [{"id": str(number), "question": asked, "answers": [{"text": answer}]}],
        }
        for number, (text, asked, answer) in enumerate(paragraphs)
    ]
    if impossible:
        content[0]["qas"] += [
            {"id": "no", "question": impossible, "answers": [], "is_impossible": True}
        ]
    return json.dumps({"version": "2.0", "data": [{"title": "", "paragraphs": content}]})


@pytest.fixture
def chinese(tmp_path: Path) -> Path:
    path = tmp_path / "zh.json"
    path.write_text(
        squad([(text, asked, gold) for text, asked, _, gold in PARAGRAPHS], impossible="谁？"),
        encoding="utf-8",
    )
    return path


def test_ranking_figures_by_hand() -> None:
    questions = [Question(str(n), "", relevant=((f"d{n}", 1),)) for n in range(4)]
    rankings = {
        "0": ["d0", "x"],
        "1": ["x", "d1"],
        "2": [*(f"x{n}" for n in range(6)), "d2"],
        "3": ["x"],
    }
    assert ranking_figures(questions, rankings) == pytest.approx(
        {
            "recall@1": 1 / 4,
            "recall@5": 2 / 4,
            "recall@10": 3 / 4,
            "mrr@10": (1 + 1 / 2 + 1 / 7) / 4,
            "ndcg@10": (1 + 1 / math.log2(3) + 1 / math.log2(8)) / 4,
        }
    )
    assert ranking_figures([], {}) == {}


def test_answer_figures_by_hand() -> None:
    questions = [
        Question("1", "", ("三万",)),
        Question("2", "", ("周一",)),
        Question("3", "", ("x",)),
        Question("4", ""),
        Question("5", ""),
    ]
    replies = [
        Reply(("有３万，即三萬本。",), 0.9),
        Reply(("周二", "周一"), 0.8),
        Reply((), 0.1),
        Reply((), 0.2),
        Reply(("周一",), 0.7),
    ]
    assert answer_figures(questions, replies) == pytest.approx(
        {
            "answer@1": 2 / 3,
            "abstained_right": 1 / 2,
            "abstained_wrong": 1 / 3,
            "risk_coverage_area": (0 + 0 + 1 / 3 + 2 / 4 + 3 / 5) / 5,
        }
    )
    assert answer_figures(questions[:1], replies[:1]) == {"answer@1": 1}
    assert answer_figures([], []) == {}


CASES = st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=12)


@given(CASES)
def test_the_area_is_a_mean_of_parts(cases: list[tuple[bool, int]]) -> None:
    right, evidence = [hit for hit, _ in cases], [float(value) for _, value in cases]
    area = risk_coverage_area(right, evidence)
    assert 0 <= area <= 1
    assert risk_coverage_area([True] * len(right), evidence) == 0
    assert risk_coverage_area([False] * len(right), evidence) == 1
    assert area == pytest.approx(risk_coverage_area(right[::-1], evidence[::-1]))


@given(st.lists(st.booleans(), max_size=12), st.randoms())
def test_knowing_which_are_right_is_the_least_risk(right: list[bool], chance: Random) -> None:
    evidence = [float(place) for place in range(len(right))]
    chance.shuffle(evidence)
    knowing = [value + 100 * hit for hit, value in zip(right, evidence, strict=True)]
    assert risk_coverage_area(right, knowing) <= risk_coverage_area(right, evidence) + 1e-9


def test_a_squad_file_is_indexed_and_asked(chinese: Path, embedder: Embedder) -> None:
    figures = evaluate(chinese, embedder)
    assert list(figures) == [
        *("questions", "passages", "recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10"),
        "ms_per_question",
    ]
    assert (figures["questions"], figures["passages"], figures["recall@1"]) == (3, 2, 1)


def test_questions_from_another_file(chinese: Path, tmp_path: Path, embedder: Embedder) -> None:
    english = tmp_path / "en.json"
    english.write_text(squad([("", asked, "") for _, _, asked, _ in PARAGRAPHS]), encoding="utf-8")
    figures = evaluate(chinese, embedder, questions_from=english, mode="lexical")
    assert (figures["questions"], figures["recall@1"]) == (2, 0)
    other = tmp_path / "other.jsonl"
    other.write_text('{"id": "elsewhere", "question": "?"}', encoding="utf-8")
    with pytest.raises(UnsupportedFile):
        evaluate(chinese, embedder, questions_from=other)


def test_the_bot_is_asked_where_there_is_one(chinese: Path, embedder: Embedder) -> None:
    def answerer(home: Path) -> Callable[[str, Sequence[str]], Reply]:
        assert (home / "manifest.json").exists()
        return lambda question, history: Reply((question, *history), 0.5)

    figures = evaluate(chinese, embedder, answerer=answerer)
    assert figures["answer@1"] == 0
    assert (figures["abstained_right"], figures["risk_coverage_area"]) == (0, 1)


def test_a_beir_folder(tmp_path: Path, embedder: Embedder) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td2\t1\n", encoding="utf-8"
    )
    documents = [
        {"_id": f"d{number}", "title": "", "text": text}
        for number, (text, *_) in enumerate(PARAGRAPHS, 1)
    ]
    asked = [{"_id": "q1", "text": PARAGRAPHS[1][1]}, {"_id": "q2", "text": "不判的"}]
    for name, lines in (("corpus", documents), ("queries", asked)):
        (tmp_path / f"{name}.jsonl").write_text(
            "\n".join(json.dumps(line) for line in lines), encoding="utf-8"
        )
    figures = evaluate(tmp_path, embedder, run_to=tmp_path / "run.txt")
    assert (figures["questions"], figures["passages"], figures["recall@1"]) == (1, 2, 1)
    assert (tmp_path / "run.txt").read_text("utf-8").startswith("q1 Q0 d2 1 ")


def test_our_questions_to_an_indexed_home(
    samples_home: Path, tmp_path: Path, embedder: Embedder
) -> None:
    from corpus.ledger import Ledger

    with Ledger(samples_home / "ledger.sqlite") as ledger:
        row = next(row for row in ledger.articles() if row.language == "zh" and row.title)
    path = tmp_path / "questions.jsonl"
    line = {"id": "1", "question": row.title, "answers": ["x"], "article": Path(row.path).name}
    path.write_text(json.dumps(line) + "\n\n", encoding="utf-8")
    assert evaluate(path, embedder, home=samples_home)["recall@1"] == 1
    with pytest.raises(ValueError, match="home"):
        evaluate(path, embedder)


def test_a_trec_run_has_six_columns() -> None:
    assert trec_run({"q": ["a", "b"]}) == "q Q0 a 1 1.000000 wenju\nq Q0 b 2 0.500000 wenju\n"


@pytest.mark.parametrize(
    "content", ["", "{}", "[1]", '{"data": [{"paragraphs": [{}]}]}', '"x"', "\0"]
)
@pytest.mark.parametrize("name", ["file.json", "file.jsonl", "file.txt"])
def test_what_is_no_question_file_is_refused(tmp_path: Path, name: str, content: str) -> None:
    if content == "" and name.endswith("l"):
        return  # no line is a file of no questions
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnsupportedFile):
        read_task(path)


def test_a_folder_that_is_not_beir_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFile):
        read_task(tmp_path)
    with pytest.raises(NotFound):
        read_task(tmp_path / "nowhere.json")
