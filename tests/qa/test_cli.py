"""The command line as its user meets it: what each command prints, and that both forms agree."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from corpus import passages, taking
from corpus.ledger import Ledger
from qa.feedback import Cited, Feedback, Judgement
from tests.terminal import Wenju

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples" / "articles"
QUESTION = "民医工作室什么时候开诊？"
COMMANDS = [
    *("ingest", "fetch", "remove", "list", "show", "search", "ask"),
    *("evaluate", "status", "rebuild", "models", "serve", "widget", "feedback"),
]


def test_help_names_every_command(wenju: Wenju) -> None:
    said = wenju("--help")
    assert said.code == 0
    for command in COMMANDS:
        assert f"  {command} " in said.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_home_and_prints_json(wenju: Wenju, command: str) -> None:
    said = wenju(command, "--help")
    assert said.code == 0
    assert ("--home" in said.out) == (command not in ("models", "widget", "feedback"))
    assert ("--json" in said.out) == (command not in ("serve", "feedback"))


def test_the_data_folder_may_be_named_before_the_command(wenju: Wenju, samples_home: Path) -> None:
    before = wenju("--home", str(samples_home), "list", "--json")
    assert before.json == wenju("list", "--json", home=samples_home).json
    said = wenju("--home", str(samples_home), "feedback", "list")
    assert str(samples_home) in said.err


def test_version(wenju: Wenju) -> None:
    assert wenju("--version").out.startswith("wenju 0.")


def test_a_wrong_option_is_told_with_the_way_to_help(wenju: Wenju) -> None:
    said = wenju("ask", "--hoem", "x")
    assert said.code == 2
    assert "--hoem" in said.err
    assert "wenju ask --help" in said.err


def test_ingest_reports_and_costs_nothing_the_second_time(wenju: Wenju, home: Path) -> None:
    first = wenju("ingest", str(SAMPLES), "--json", home=home).json
    files = len([path for path in SAMPLES.rglob("*") if path.is_file()])
    assert (first["added"], first["failed"]) == (files, [])
    assert first["indexed"]["added"] == first["passages"] > files
    second = wenju("ingest", str(SAMPLES), "--json", home=home).json
    assert (second["added"], second["unchanged"], second["indexed"]["added"]) == (0, files, 0)
    assert wenju("ingest", str(SAMPLES), home=home).out == f"{files} unchanged\n"


def test_prune_removes_what_vanished_and_only_when_asked(
    wenju: Wenju, home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("zhuzhou-minyi.md", "bailu-clinic.txt"):
        shutil.copy(SAMPLES / name, folder)
    wenju("ingest", str(folder), home=home)
    (folder / "zhuzhou-minyi.md").unlink()
    assert wenju("ingest", str(folder), "--json", home=home).json["removed"] == 0
    assert len(wenju("list", "--json", home=home).json) == 2
    assert wenju("ingest", str(folder), "--prune", "--json", home=home).json["removed"] == 1
    assert [Path(row["path"]).name for row in wenju("list", "--json", home=home).json] == [
        "bailu-clinic.txt"
    ]
    quotes = wenju("ask", QUESTION, "--json", home=home).json["quotes"]
    assert "zhuzhou-minyi.md" not in {Path(quote["article"]["path"]).name for quote in quotes}


def test_list_shows_every_article_in_both_forms(wenju: Wenju, samples_home: Path) -> None:
    rows = wenju("list", "--json", home=samples_home).json
    lines = wenju("list", home=samples_home).out.splitlines()
    assert len(lines) == len(rows) + 1
    for row, line in zip(rows, lines[1:], strict=True):
        assert line.startswith(row["id"])
        assert row["title"] in line
    found = wenju("list", "--contains", "民医", "--json", home=samples_home).json
    assert found == [row for row in rows if "民医" in row["title"] + row["source"]]
    assert found


def test_show_prints_the_repaired_text_and_the_raw_one(wenju: Wenju, samples_home: Path) -> None:
    for row in wenju("list", "--json", home=samples_home).json:
        shown = wenju("show", row["id"], "--raw", "--json", home=samples_home).json
        with Ledger(samples_home / "ledger.sqlite") as ledger:
            assert shown["text"] == ledger.article(row["id"]).text
            assert shown["raw"] == ledger.raw(row["id"])
    said = wenju("show", row["id"], home=samples_home).out
    assert shown["text"].splitlines()[-1] in said
    assert "raw" not in wenju("show", row["id"], "--json", home=samples_home).json


def test_search_lists_passages_best_first(wenju: Wenju, samples_home: Path) -> None:
    hits = wenju("search", QUESTION, "-k", "4", "--json", home=samples_home).json
    assert len(hits) == 4
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert "民医工作室" in hits[0]["title"] + hits[0]["text"]
    shown = wenju("show", hits[0]["article"], "--json", home=samples_home).json
    assert shown["text"][hits[0]["start"] : hits[0]["end"]] == hits[0]["text"]
    assert hits[0]["title"] in wenju("search", QUESTION, home=samples_home).out


def test_ask_answers_with_verbatim_quotes(wenju: Wenju, samples_home: Path) -> None:
    answer = wenju("ask", QUESTION, "--json", home=samples_home).json
    assert answer["answered"]
    assert list(answer) == [
        *("question", "searched", "answered", "reason", "evidence"),
        *("quotes", "closest", "milliseconds"),
    ]
    for quote in answer["quotes"]:
        shown = wenju("show", quote["article"]["id"], "--raw", "--json", home=samples_home).json
        assert shown["text"][quote["start"] : quote["end"]] == quote["text"]
        assert shown["text"][: quote["start"]].endswith(quote["prefix"])
        assert shown["text"][quote["end"] :].startswith(quote["suffix"])
        assert 0 <= quote["source_start"] < quote["source_end"] <= len(shown["raw"])
        for start, end in quote["highlights"]:
            assert quote["start"] <= start < end <= quote["end"]


def test_ask_shows_quotes_with_number_source_and_link(wenju: Wenju, samples_home: Path) -> None:
    answer = wenju("ask", QUESTION, "--json", home=samples_home).json
    said = wenju("ask", QUESTION, home=samples_home).out
    for number, quote in enumerate(answer["quotes"], 1):
        assert f"[{number}] {quote['text']}\n" in said
        assert quote["article"]["title"] in said
        assert f"http://127.0.0.1:7860{quote['url']}\n" in said
    assert "证据" in said


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (QUESTION, ("没有找到答案。", "并非答案")),
        ("When did the Minyi studio open?", ("No answer", "not an answer")),
    ],
)
def test_abstaining_looks_different_and_says_why(
    wenju: Wenju,
    samples_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    question: str,
    words: tuple[str, str],
) -> None:
    monkeypatch.setenv("WENJU_THRESHOLD", "1")  # nothing is as certain as that
    answer = wenju("ask", question, "--json", home=samples_home).json
    assert (answer["answered"], answer["quotes"]) == (False, [])
    assert answer["reason"] in ("nothing_close", "weak_evidence")
    said = wenju("ask", question, home=samples_home).out
    assert words[0] in said
    assert (words[1] in said) == bool(answer["closest"])
    assert "[1]" not in said


def test_an_empty_collection_says_so(wenju: Wenju, home: Path) -> None:
    assert wenju("ask", QUESTION, "--json", home=home).json["reason"] == "empty"


def test_questions_come_one_a_line(wenju: Wenju, samples_home: Path) -> None:
    lines = [QUESTION, "", "啊" * 100_000, "院长是谁？\x1b[2J", "When did the studio open?"]
    stdin = "\r\n".join(lines).encode() + b"\n\xff\xfe\n" + QUESTION.encode()
    said = wenju("ask", "--json", home=samples_home, stdin=stdin)
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert said.code == 0
    kinds = [answer.get("error", {}).get("type") for answer in answers]
    assert kinds == [None, "BadQuestion", "BadQuestion", None, None, "BadEncoding", None]
    assert answers[0]["quotes"] == answers[-1]["quotes"]
    assert answers[2]["question"] == lines[2]


def test_lines_are_one_conversation_only_when_asked(wenju: Wenju, samples_home: Path) -> None:
    stdin = f"{QUESTION}\n那它在几楼？\n".encode()
    apart = wenju("ask", "--json", home=samples_home, stdin=stdin).out.splitlines()
    assert json.loads(apart[1])["searched"] == "那它在几楼？"
    together = wenju("ask", "--conversation", "--json", home=samples_home, stdin=stdin)
    assert "民医工作室" in json.loads(together.out.splitlines()[1])["searched"]
    shown = wenju("ask", "--conversation", home=samples_home, stdin=stdin).out
    assert "实际搜索: " in shown


def test_remove_is_for_good(wenju: Wenju, samples_copy: Path) -> None:
    cited = wenju("ask", QUESTION, "--json", home=samples_copy).json["quotes"][0]["article"]["id"]
    assert wenju("remove", cited, "--json", home=samples_copy).json == {"removed": 1}
    quotes = wenju("ask", QUESTION, "--json", home=samples_copy).json["quotes"]
    assert cited not in {quote["article"]["id"] for quote in quotes}
    assert wenju("show", cited, home=samples_copy).code == 2
    wenju("ingest", str(SAMPLES), home=samples_copy)
    assert wenju("show", cited, home=samples_copy).code == 2


def test_status_tells_what_is_stored(wenju: Wenju, samples_home: Path) -> None:
    state = wenju("status", "--json", home=samples_home).json
    assert state["articles"] == len(wenju("list", "--json", home=samples_home).json)
    assert (state["pending"], state["removed"], state["problems"]) == (0, 0, [])
    assert state["index"]["passages"] == state["passages"]
    assert state["index"]["model"]["name"] == "bundled"
    assert f"articles: {state['articles']}\n" in wenju("status", home=samples_home).out


def test_rebuild_gives_the_same_answers(wenju: Wenju, samples_copy: Path) -> None:
    before = wenju("ask", QUESTION, "--json", home=samples_copy).json
    report = wenju("rebuild", "--json", home=samples_copy).json
    assert report["added"] == report["passages"] > 0
    after = wenju("ask", QUESTION, "--json", home=samples_copy).json
    assert after["quotes"] == before["quotes"]


def test_rebuild_splits_again_what_an_earlier_version_split(
    wenju: Wenju, samples_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger(samples_copy / "ledger.sqlite") as ledger:
        before = [row.id for row in ledger.articles()]
        kept = ledger.passages_of(before[0])
        ledger.remove(before[1:2])
    monkeypatch.setattr(taking, "VERSION", "another")
    monkeypatch.setattr(passages, "TARGET_CJK", passages.TARGET_CJK // 2)
    report = wenju("rebuild", "--json", home=samples_copy).json
    with Ledger(samples_copy / "ledger.sqlite") as ledger:
        assert [row.id for row in ledger.articles()] == [before[0], *before[2:]]
        assert len(ledger.passages_of(before[0])) > len(kept)
        assert ledger.counts().passages == report["passages"]
    assert wenju("ask", QUESTION, "--json", home=samples_copy).json["answered"]
    assert wenju("rebuild", "--json", home=samples_copy).json["passages"] == report["passages"]


def test_models_names_the_bundled_one_first(wenju: Wenju) -> None:
    rows = wenju("models", "--json").json
    assert (rows[0]["name"], rows[0]["chosen"]) == ("bundled", True)
    assert rows[0]["bytes"] > 0
    assert "bundled *" in wenju("models").out


def test_reports_are_in_the_language_of_the_locale(
    wenju: Wenju, samples_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "数据目录: " in wenju("status", home=samples_home).out


def test_widget_prints_the_tag(wenju: Wenju) -> None:
    said = wenju("widget", "--base-url", "https://ask.example.org/", "--accent", "#0b6")
    src = "https://ask.example.org/widget.js"
    assert said.out == f'<script async src="{src}" data-accent="#0b6"></script>\n'
    assert wenju("widget", "--base-url", "not a url").code == 2


def test_feedback_becomes_evaluation_questions(wenju: Wenju, samples_copy: Path) -> None:
    assert wenju("feedback", "list", home=samples_copy).code == 2
    quote = wenju("ask", QUESTION, "--json", home=samples_copy).json["quotes"][0]
    cited = Cited(quote["article"]["id"], quote["start"], quote["end"], quote["text"])
    with Feedback(samples_copy / "feedback.sqlite") as kept:
        kept.add(Judgement("up", QUESTION, QUESTION, (cited,)))
        kept.add(Judgement("down", "院长是谁？", "院长是谁？", (cited,), note="不对"))
    rows = wenju("feedback", "list", "--json", home=samples_copy).json
    assert [row["verdict"] for row in rows] == ["up", "down"]
    assert "不对" in wenju("feedback", "list", home=samples_copy).out
    exported = wenju("feedback", "export", home=samples_copy).json
    assert exported["answers"] == [quote["text"]]
    file = samples_copy / "questions.jsonl"
    file.write_text(json.dumps(exported), encoding="utf-8")
    figures = wenju("evaluate", str(file), "--json", home=samples_copy).json
    assert (figures["questions"], figures["answer@1"]) == (1, 1.0)


def test_evaluate_measures_a_squad_file(wenju: Wenju, tmp_path: Path, home: Path) -> None:
    paragraphs = [
        {
            "context": f"{name}图书馆于{year}年开放，馆内有{seats}个座位。",
            "qas": [
                {
                    "id": name,
                    "question": f"{name}图书馆有多少个座位？",
                    "answers": [{"text": str(seats), "answer_start": 0}],
                }
            ],
        }
        for name, year, seats in (("东湖", 2001, 312), ("南山", 2011, 845), ("西城", 2021, 77))
    ]
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}), encoding="utf-8")
    for mode in ("hybrid", "dense", "lexical"):
        figures = wenju("evaluate", str(file), "--mode", mode, "--json", home=home).json
        assert (figures["questions"], figures["passages"]) == (3, 3)
        assert figures["recall@1"] == figures["mrr@10"] == figures["ndcg@10"] == 1.0
        assert ("answer@1" in figures) == (mode == "hybrid")
    assert "recall@5                  1.000\n" in wenju("evaluate", str(file), home=home).out
    assert not home.exists()
    assert wenju("evaluate", str(tmp_path / "none.json"), home=home).code == 2
