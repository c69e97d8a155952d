"""The widget's file is small, whole and safe to load; its tag and its page say what was chosen."""

from __future__ import annotations

import gzip
import json
import re
from html.parser import HTMLParser
from string import Formatter
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as some

from corpus.errors import BadSetting
from qa import embed, problems
from qa.embed import WIDGET, Look, frame, script, tag
from qa.messages import messages
from qa.origins import OriginMiddleware, Origins
from qa.settings import Settings

MOST_BYTES = 20_000  # gzipped, everything that the widget ever loads of code, looks and words
TEXTS: dict[str, dict[str, str]] = json.loads((WIDGET / "texts.json").read_text(encoding="utf-8"))


def client(*allowed: str) -> TestClient:
    app = FastAPI()
    problems.install(app)
    app.include_router(embed.routes(Settings(allow_origins=allowed)))
    return TestClient(app, base_url="https://ask.example.org")


class Tag(HTMLParser):
    """The attributes of the one script tag in a text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((name, dict(attributes)))


def test_the_widget_is_small() -> None:
    assert len(gzip.compress(script().encode(), mtime=0)) <= MOST_BYTES


def test_the_widget_is_served_for_any_page_and_not_sent_twice() -> None:
    first = client().get("/widget.js")
    assert first.text == script()
    assert first.headers["content-type"].startswith("text/javascript")
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    again = client().get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


def test_every_part_is_in_the_file_as_it_is_written() -> None:
    parts = {path.stem for path in WIDGET.glob("*.js")}
    assert parts == set(embed.PARTS)
    for part in parts:
        assert (WIDGET / f"{part}.js").read_text(encoding="utf-8") in script()


@pytest.mark.parametrize(
    "never",
    ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"],
)
def test_no_text_becomes_code_or_html(never: str) -> None:
    assert never not in script()


@pytest.mark.parametrize(
    "newer", [r"\?\?=", r"\|\|=", r"&&=", r"\.at\(", r"replaceAll", r"\bthis\.#", r"\bstatic \{"]
)
def test_it_is_es2020(newer: str) -> None:
    assert not re.search(newer, script())


def test_every_language_says_everything() -> None:
    def names(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for language, texts in TEXTS.items():
        assert set(texts) == set(TEXTS["en"]), language
        for key, text in texts.items():
            assert names(text) == names(TEXTS["en"][key]), (language, key)


def test_every_text_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in WIDGET.glob("*.js"))
    made = ("reason_", "failed_")
    for key in TEXTS["en"]:
        assert key.startswith(made) or re.search(rf"\btexts\.{key}\b|\bthis\.texts\.{key}\b", code)


@pytest.mark.parametrize("language", ["en", "zh", "zh-Hant"])
def test_reasons_are_told_as_everywhere_else(language: str) -> None:
    told = {key: text for key, text in TEXTS[language].items() if key.startswith("reason_")}
    assert told == {key: messages(language)[key] for key in told}


def test_the_tag_says_what_was_chosen_and_nothing_else() -> None:
    look = Look(title='"Ask" <us>', accent="#0b6", examples=("几点开门？", "It's open?"))
    [(name, attributes)] = Tag(tag("https://ask.example.org/wenju/", look)).found
    assert name == "script"
    assert attributes == {
        "async": None,
        "src": "https://ask.example.org/wenju/widget.js",
        "data-title": '"Ask" <us>',
        "data-accent": "#0b6",
        "data-examples": json.dumps(["几点开门？", "It's open?"], ensure_ascii=False),
    }


@given(some.text(max_size=40), some.lists(some.text(max_size=20), max_size=3))
def test_no_word_breaks_out_of_the_tag(title: str, examples: list[str]) -> None:
    found = Tag(tag("http://localhost:7860", Look(title=title, examples=tuple(examples)))).found
    assert [name for name, _ in found] == ["script"]
    assert set(found[0][1]) <= {"async", "src", "data-title", "data-examples"}


@pytest.mark.parametrize("address", ["", "ask.example.org", "ftp://a.b", "javascript:alert(1)"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(BadSetting):
        tag(address, Look())
    with pytest.raises(BadSetting):
        frame(address)


@pytest.mark.parametrize(
    "wrong",
    [{"language": "fr"}, {"position": "top"}, {"scheme": "pink"}, {"accent": "red;} * {all:unset"}],
)
def test_a_choice_that_the_widget_does_not_know_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadSetting):
        Look(**wrong)
    assert client().get("/embed", params=wrong).status_code == 422


def test_the_page_shows_the_tag_as_text_and_runs_it() -> None:
    title = "</script><b>x"
    page = client("https://a.example").get("/embed", params={"title": title, "accent": "#0b6"})
    found = Tag(page.text).found
    assert ("b", {}) not in found
    scripts = [attributes for name, attributes in found if name == "script"]
    assert scripts[-1]["src"] == "https://ask.example.org/widget.js"
    assert scripts[-1]["data-title"] == title
    assert "<li><code>https://a.example</code></li>" in page.text
    assert "&lt;script async src=" in page.text


def test_the_page_says_that_no_site_is_allowed_yet() -> None:
    page = client().get("/embed", headers={"Accept-Language": "zh"})
    assert messages("zh")["embed.none"] in page.text
    assert "--allow-origin" in page.text


@pytest.mark.parametrize("origin", ["https://a.example", "null", ""])
def test_the_code_is_open_to_all_and_the_answers_are_not(origin: str) -> None:
    app = OriginMiddleware(client().app, Origins.of(["https://b.example"]))
    headers = {"Origin": origin} if origin else {}
    seen = TestClient(app, base_url="https://ask.example.org").get("/widget.js", headers=headers)
    assert (seen.status_code, seen.headers["access-control-allow-origin"]) == (200, "*")
    if origin:
        page = TestClient(app, base_url="https://ask.example.org").get("/embed", headers=headers)
        assert page.status_code == 403
        assert "access-control-allow-origin" not in page.headers
