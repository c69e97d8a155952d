"""A server that is slow, cut off, gone, failing or strict: the reader sees what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from tests.browser.widget.chat import BEDS, TAG, Chat
from tests.browser.widget.line import Line
from tests.browser.widget.sites import Site

EXAMPLES = "data-examples='[\"x\"]'"


@pytest.fixture
def line(origins: dict[str, str]) -> Iterator[Line]:
    """A line to Wenju that can be made bad."""
    with closing(Line(origins["allowed"])) as opened:
        yield opened


def over(page: Page, site: Site, server: str) -> Chat:
    """Open a widget that asks this server."""
    page.goto(site.put(TAG.replace("async", f'async {EXAMPLES} data-server="{server}"')))
    return Chat(page).open()


def test_a_slow_server_is_waited_for_in_words(page: Page, site: Site, line: Line) -> None:
    page.clock.install()
    chat = over(page, site, line.origin)
    line.delay = 3
    chat.field.fill(BEDS)
    chat.field.press("Enter")
    expect(chat.last).to_contain_text("Searching the articles…")
    page.clock.run_for(6_000)
    expect(chat.last).to_contain_text("This takes longer than usual…")
    line.delay = 0
    expect(chat.quotes.first).to_be_visible(timeout=15_000)
    expect(chat.last.locator(".waiting")).to_have_count(0)


def test_a_server_that_falls_silent_is_given_up(page: Page, site: Site, line: Line) -> None:
    page.clock.install()
    chat = over(page, site, line.origin)
    line.delay = 60
    chat.field.fill(BEDS)
    chat.field.press("Enter")
    expect(chat.last.locator(".waiting")).to_be_visible()
    page.clock.run_for(31_000)
    expect(chat.failure).to_contain_text("did not answer in time")


@pytest.mark.parametrize("most", [1, 900])
def test_a_cut_connection_is_told_and_can_be_tried_again(
    page: Page, site: Site, line: Line, most: int
) -> None:
    chat = over(page, site, line.origin)
    line.most = most  # the first byte of the headers, or the first of a quote
    chat.field.fill(BEDS)
    chat.field.press("Enter")
    expect(chat.failure).to_be_visible()
    line.most = 0
    chat.failure.get_by_role("button", name="Try again").click()
    expect(chat.quotes.first).to_be_visible()
    expect(chat.failure).to_have_count(0)


def test_what_came_before_the_cut_stays(page: Page, site: Site, line: Line) -> None:
    chat = over(page, site, line.origin)
    chat.ask(BEDS)
    whole = page.evaluate(
        f"fetch('{site.wenju}/api/ask', {{method: 'POST', headers: {{'Content-Type':"
        " 'application/json', Accept: 'text/event-stream'}, body: JSON.stringify({question:"
        f" {BEDS!r}}})}}).then((response) => response.text())"
    )
    chat.host.get_by_role("button", name="New conversation").click()
    line.most = 1_000 + len(whole.split("event: done")[0].encode())  # headers are shorter than that
    chat.field.fill(BEDS)
    chat.field.press("Enter")
    expect(chat.failure).to_contain_text("broke off")
    expect(chat.quotes.first).to_be_visible()


def test_a_server_that_is_gone_is_told(page: Page, site: Site, line: Line) -> None:
    chat = over(page, site, line.origin)
    line.close()
    chat.ask(BEDS)
    expect(chat.failure).to_contain_text("cannot be reached")


def test_a_reader_without_a_network_is_told(page: Page, site: Site) -> None:
    chat = over(page, site, site.wenju)
    page.context.set_offline(True)
    chat.ask(BEDS)
    expect(chat.failure).to_contain_text("You are offline.")


def test_too_many_questions_are_refused_with_the_time_to_wait(
    page: Page, site: Site, origins: dict[str, str]
) -> None:
    chat = over(page, site, origins["limited"])
    chat.ask(BEDS)
    expect(chat.quotes.first).to_be_visible()
    chat.ask(BEDS)
    expect(chat.failure).to_contain_text("Too many questions in a short time. Please try again in")


def test_a_refusal_is_told_in_the_servers_words(page: Page, site: Site) -> None:
    chat = over(page, site, site.wenju)
    page.evaluate("wenju.ask('x'.repeat(3000))")
    expect(chat.failure).to_contain_text("The server did not accept this:")
    expect(chat.failure).to_contain_text("3,000 characters")
    expect(chat.field).to_be_editable()


def test_a_failing_server_is_told(page: Page, site: Site, origins: dict[str, str]) -> None:
    chat = over(page, site, origins["broken"])
    chat.ask(BEDS)
    expect(chat.failure).to_contain_text("The server met an error:")
