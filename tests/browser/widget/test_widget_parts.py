"""The parts of the widget that depend on their arguments alone, run where they will run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import Browser

from qa.embed import WIDGET

Run: TypeAlias = Callable[..., Any]  # what JavaScript returns, read from JSON
TEXTS = json.loads((WIDGET / "texts.json").read_text(encoding="utf-8"))
STREAM = (
    ": a comment\r\nevent: searched\r\ndata: {}\r\n\r\n"
    "event: quote\ndata: 第一行\ndata:第二行\n\n"
    "\n\nid: 7\nretry: 9\ndata:  两个空格\rdata\r\r"
    "event: done\n: heartbeat\n\nevent: lost\ndata: x\n"
)
EVENTS = [["searched", "{}"], ["quote", "第一行\n第二行"], ["message", " 两个空格\n"]]


@pytest.fixture(scope="module")
def run(browser: Browser) -> Iterator[Run]:
    """Return what calls a function of the parts: `run("languageOf", "zh-TW")`."""
    page = browser.new_page()
    parts = "".join(
        (WIDGET / f"{part}.js").read_text(encoding="utf-8") for part in ("values", "stream")
    )

    def called(expression: str, *values: Any) -> Any:  # noqa: ANN401 - any JSON goes in, and what the JavaScript returns comes out
        return page.evaluate(f"(values) => {{ {parts} return ({expression})(...values); }}", values)

    yield called
    page.close()


def test_events_are_read_wherever_the_line_is_cut(run: Run) -> None:
    reading = """(text, events) => {
      const wrong = [];
      const read = (chunks) => {
        const found = [];
        const feed = eventReader((event, data) => found.push([event, data]));
        chunks.forEach(feed);
        return JSON.stringify(found);
      };
      for (let from = 0; from <= text.length; from += 1)
        for (let to = from; to <= text.length; to += 3) {
          const found = read([text.slice(0, from), text.slice(from, to), text.slice(to)]);
          if (found !== JSON.stringify(events)) wrong.push([from, to, found]);
        }
      return [wrong.slice(0, 3), read([...text])];
    }"""
    wrong, one_by_one = run(reading, STREAM, EVENTS)
    assert wrong == []
    assert json.loads(one_by_one) == EVENTS


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        *(("zh", "zh"), ("zh-CN", "zh"), ("zh-Hans-HK", "zh"), ("zh_TW", "zh-Hant")),
        *(("zh-Hant-CN", "zh-Hant"), ("yue-HK", "zh-Hant"), ("en-GB", "en"), ("ja", "en")),
        *(("", "en"), ("zhx", "en")),
    ],
)
def test_the_language_of_a_tag(run: Run, tag: str, language: str) -> None:
    assert run("languageOf", tag) == language


def test_highlights_count_code_points(run: Run) -> None:
    text = "𠮷野家👨‍👩‍👧开门"
    assert len(text) == 10  # Python counts code points, JavaScript would say 14
    quote = {"text": text, "start": 40, "highlights": [[40, 41], [48, 50], [49, 90], [0, 3]]}
    assert run("piecesOf", quote) == [
        {"text": "𠮷", "marked": True},
        {"text": "野家👨‍👩‍👧", "marked": False},
        {"text": "开门", "marked": True},
    ]
    assert run("piecesOf", {"text": "", "start": 0, "highlights": []}) == []


@pytest.mark.parametrize(
    ("server", "url", "address"),
    [
        ("https://a.b", "/article/1?at=1-2#q1", "https://a.b/article/1?at=1-2#q1"),
        ("https://a.b/wenju", "/article/1", "https://a.b/wenju/article/1"),
        ("https://a.b", "https://c.d/e", "https://c.d/e"),
        ("https://a.b", "javascript:alert(1)", ""),
        ("https://a.b", "data:text/html,x", ""),
        ("https://a.b", "https://[", ""),
    ],
)
def test_only_web_addresses_become_links(
    run: Run,
    server: str,
    url: str,
    address: str,
) -> None:
    assert run("addressOf", server, url) == address


def test_examples_come_as_json_or_divided(run: Run) -> None:
    assert run("examplesOf", '["几点？", " b ", ""]') == ["几点？", "b"]
    assert run("examplesOf", "a | b||c") == ["a", "b", "c"]
    assert run("examplesOf", "[broken") == []
    assert run("examplesOf", "") == []


def test_names_in_what_is_filled_in_stay(run: Run) -> None:
    assert run("filled", "{a} {b} {c}", {"a": "{b}", "b": 1}) == "{b} 1 {c}"


def test_json_is_json(run: Run) -> None:
    value = {"a": [1, "二", None, True, [], {}], 'b"': {"c": -1.5, "d": "\u2028"}}
    assert json.loads(run("json", value)) == value


def test_an_answer_as_plain_text(run: Run) -> None:
    article = {"title": "", "source": "青河日报", "date": "2024", "id": "a"}
    quote = {"text": "有六十张病床。", "url": "/article/a", "article": article}
    answer = {"question": "几张？", "quotes": [quote], "reason": None}
    assert run("copyOf", "https://a.b", answer, TEXTS["zh"]) == (
        "几张？\n\n“有六十张病床。” [1]\n\n[1] （无标题）, 青河日报, 2024\n    https://a.b/article/a"
    )


def test_a_follow_up_knows_the_last_twenty_answers(run: Run) -> None:
    quotes = [{"article": {"id": id}} for id in ("a", "b", "a")]
    answers = [{"question": f"q{n}", "searched": f"s{n}", "quotes": quotes} for n in range(30)]
    turns = [{"answer": answer} for answer in answers] + [{"failed": "no"}]
    history = run("historyOf", turns)
    assert history == [
        {"question": f"q{n}", "searched": f"s{n}", "articles": ["a", "b"]} for n in range(10, 30)
    ]


def test_a_card_says_what_is_known_of_the_article(run: Run) -> None:
    article = {"source": "青河日报", "date": "2024-05", "language": "zh"}
    about = run("aboutOf", {"article": article, "page": 3}, "en", TEXTS["en"])
    assert about == "青河日报 · 2024-05 · p. 3 · Chinese"
    unknown = {"source": "", "date": "", "language": "no tag"}
    assert run("aboutOf", {"article": unknown, "page": None}, "zh", TEXTS["zh"]) == "no tag"
