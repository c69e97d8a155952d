"""A conversation in the widget: what is shown, kept, judged, copied, stopped, told to the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from qa.desk import Desk
from tests.browser.widget.chat import BEDS, CLINIC, NOTHING, TAG, Chat
from tests.browser.widget.line import Line
from tests.browser.widget.sites import Site

LISTENING = """() => {
  window.heard = [];
  for (const name of ["open", "close", "ask", "answer", "source", "feedback", "error"]) {
    document.addEventListener(`wenju:${name}`, (event) => window.heard.push([name, event.detail]));
  }
}"""


@pytest.fixture
def chat(page: Page, site: Site) -> Chat:
    """A widget on a page, open."""
    page.goto(site.put(TAG))
    return Chat(page).open()


@pytest.fixture
def line(origins: dict[str, str]) -> Iterator[Line]:
    """A line to Wenju that can be made bad."""
    with closing(Line(origins["allowed"])) as opened:
        yield opened


def test_what_answers_is_marked_and_is_part_of_the_quote(chat: Chat) -> None:
    chat.ask(BEDS)
    quote = chat.quotes.first.locator("blockquote")
    marked = quote.locator("mark").all_inner_texts()
    assert marked
    assert all(part in quote.inner_text() for part in marked)


def test_an_abstention_says_why_and_what_comes_closest(chat: Chat) -> None:
    turn = chat.ask(NOTHING)
    expect(turn.locator(".reason")).to_contain_text("No answer found.")
    expect(chat.quotes).to_have_count(0)
    expect(turn.locator(".number")).to_have_count(0)
    for card in turn.locator(".closest .quote").all():
        expect(card.locator("a.title")).to_be_visible()


def test_a_follow_up_shows_what_was_searched_and_can_be_undone(chat: Chat) -> None:
    chat.ask(CLINIC)
    chat.ask("那是什么时候开始的？")
    expect(chat.last.locator(".searched")).to_contain_text("Searched for:")
    chat.last.get_by_role("button", name="Search exactly what I typed").click()
    expect(chat.turns).to_have_count(3)
    expect(chat.last.locator(".actions")).to_be_visible()
    expect(chat.last.locator(".searched")).to_have_count(0)


def test_examples_are_the_collections_own_or_the_pages(page: Page, site: Site) -> None:
    page.goto(site.put(TAG))
    examples = Chat(page).open().host.locator(".examples button")
    expect(examples.first).to_be_visible()
    page.goto(site.put(TAG.replace("async", "async data-examples='[\"" + CLINIC + "\"]'")))
    chat = Chat(page).open()
    chat.host.locator(".examples button").click()
    expect(chat.last.locator(".question")).to_contain_text(CLINIC)
    expect(chat.quotes.first).to_be_visible()
    expect(chat.host.locator(".greeting")).to_be_hidden()


def test_a_verdict_is_kept_by_the_server(chat: Chat, desk: Desk) -> None:
    chat.ask(BEDS)
    down = chat.last.get_by_role("button", name="Not helpful")
    up = chat.last.get_by_role("button", name="Helpful", exact=True)
    with chat.page.expect_response("**/api/feedback") as response:
        down.click()
    assert response.value.status == 201
    expect(down).to_have_attribute("aria-pressed", "true")
    expect(up).to_have_attribute("aria-pressed", "false")
    expect(chat.host.locator(".notice")).to_have_text("Thank you.")
    kept = list(desk.feedback.export())[-1]
    assert (kept.verdict, kept.question) == ("down", BEDS)
    assert kept.quotes[0].text == chat.quotes.first.locator("blockquote").inner_text()


@pytest.mark.parametrize("modern", [True, False])
def test_an_answer_is_copied_with_its_citations(
    page: Page, context: BrowserContext, site: Site, modern: bool
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.origin)
    page.goto(site.put(TAG))
    chat = Chat(page).open()
    chat.ask(BEDS)
    if not modern:  # as on a page without TLS
        page.evaluate("navigator.clipboard.writeText = null; 0")
    chat.last.get_by_role("button", name="Copy with citations").click()
    expect(chat.host.locator(".notice")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    first = chat.quotes.first
    assert copied.startswith(BEDS)
    assert f"“{first.locator('blockquote').inner_text()}” [1]" in copied
    assert first.locator("a.title").get_attribute("href") in copied


def test_a_conversation_outlives_a_reload_but_not_a_new_beginning(chat: Chat) -> None:
    chat.ask(BEDS)
    before = chat.quotes.all_inner_texts()
    chat.page.reload()
    chat.open()
    assert chat.quotes.all_inner_texts() == before
    chat.host.get_by_role("button", name="New conversation").click()
    expect(chat.turns).to_have_count(0)
    expect(chat.host.locator(".greeting")).to_be_visible()
    expect(chat.field).to_be_focused()
    chat.page.reload()
    chat.open()
    expect(chat.turns).to_have_count(0)


def test_a_question_can_be_stopped_and_asked_again(page: Page, site: Site, line: Line) -> None:
    page.goto(site.put(TAG.replace("async", f'async data-server="{line.origin}"')))
    chat = Chat(page).open()
    line.delay = 30
    chat.field.fill(BEDS)
    chat.field.press("Enter")
    expect(chat.last).to_contain_text("Searching the articles…")
    chat.host.get_by_role("button", name="Stop").click()
    expect(chat.failure).to_contain_text("Stopped.")
    line.delay = 0
    chat.failure.get_by_role("button", name="Try again").click()
    expect(chat.turns).to_have_count(1)
    expect(chat.quotes.first).to_be_visible()


def test_the_page_hears_what_happens(page: Page, site: Site) -> None:
    page.goto(site.put(TAG))
    page.evaluate(LISTENING)
    chat = Chat(page).open()
    chat.ask(BEDS)
    page.evaluate("document.addEventListener('wenju:source', (event) => event.preventDefault())")
    chat.quotes.first.locator("a.title").click()
    assert len(page.context.pages) == 1  # the page wanted to follow the link itself, and did not
    chat.last.get_by_role("button", name="Helpful", exact=True).click()
    expect(chat.last.locator("[aria-pressed=true]")).to_have_count(1)
    chat.field.press("Escape")
    heard: list[tuple[str, dict[str, Any]]] = page.evaluate("heard")
    assert [name for name, _ in heard] == ["open", "ask", "answer", "source", "feedback", "close"]
    details = dict(heard)
    assert details["ask"] == {"question": BEDS}
    assert details["source"]["quote"] == details["answer"]["answer"]["quotes"][0]
    assert details["source"]["number"] == 1
    assert details["feedback"] == {"verdict": "up", "question": BEDS}


def test_a_page_can_call_before_the_script_has_come(page: Page, site: Site) -> None:
    call = json.dumps(["open", {"query": BEDS, "submit": True}])
    early = f"<script>window.wenju = [{call}]; wenju.push(['on', 'answer', (detail) => "
    early += "{ window.told = detail.answer.quotes.length; }])</script>"
    page.goto(site.put(f"{early}{TAG}"))
    page.wait_for_function("window.told > 0")
    chat = Chat(page)
    expect(chat.quotes).to_have_count(page.evaluate("told"))
    assert page.evaluate("wenju.close()") is None
    expect(chat.panel).to_be_hidden()
    page.evaluate("wenju.open({ query: 'half a thought' })")
    expect(chat.field).to_have_value("half a thought")
    assert page.evaluate(f"wenju.ask({CLINIC!r}).then((answer) => answer.quotes.length)") > 0
    page.evaluate("wenju.reset()")
    expect(chat.turns).to_have_count(0)


def test_a_question_can_be_bound_to_some_articles(page: Page, site: Site) -> None:
    filters = json.dumps({"languages": ["de"]})
    page.goto(site.put(TAG.replace("async", f"async data-filters='{filters}'")))
    chat = Chat(page).open()
    chat.ask(BEDS)
    for card in chat.last.locator(".quote").all():
        expect(card.locator(".about")).to_contain_text("German")
