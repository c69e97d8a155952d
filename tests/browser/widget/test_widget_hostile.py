"""Pages and articles that mean harm, or only know no better."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.widget.chat import BEDS, CLINIC, TAG, Chat
from tests.browser.widget.sites import Site

# What prototype.js 1.6, MooTools and their like did to every page they were on.
GLOBALS = """<script>
Array.from = (value) => value.slice();
Array.prototype.toJSON = function () { return "a list"; };
Array.prototype.reduce = function () { return this[0]; };
Array.prototype.find = function () { throw new Error("find"); };
Array.prototype.include = function () {};
Object.prototype.each = function () {};
String.prototype.toJSON = function () { return '"' + this + '"'; };
String.prototype.sub = function () { return ""; };
Element.prototype.scrollTo = function () { throw new Error("scrollTo"); };
Element.prototype.select = function () { throw new Error("select"); };
Element.prototype.remove = function () { this.parentNode.removeChild(this); return this; };
Element.prototype.closest = function () { throw new Error("closest"); };
window.$ = window.name = window.open = "mine";
</script><form id="wenju"><input name="push"></form>"""


def looks(chat: Chat) -> list[list[Any]]:
    """Return what the reader would notice of a change in the widget's looks."""
    names = ["display", "color", "font-size", "padding", "position", "line-height", "text-align"]
    seen = []
    for selector in (".panel", "h2", "blockquote", ".number", "textarea", ".launcher"):
        part = chat.host.locator(selector).first
        style = part.evaluate(
            f"(part) => {json.dumps(names)}.map((name) => getComputedStyle(part)[name])"
        )
        seen.append([selector, style, part.bounding_box()])
    return seen


def test_hostile_styles_change_nothing(page: Page, site: Site) -> None:
    seen = []
    hostile = (
        "* { all: unset !important } body * { font: 40px/3 serif !important; color: red !important;"
        " display: none !important; visibility: hidden !important; opacity: 0 !important;"
        " text-align: right !important; transform: rotate(9deg) !important;"
        " pointer-events: none !important; letter-spacing: 1em !important }"
    )
    for style in ("", f"<style>{hostile}</style>"):
        page.goto(site.put(TAG, head=style))
        chat = Chat(page).open()
        chat.ask(BEDS)
        page.wait_for_timeout(300)
        seen.append(looks(chat))
        page.evaluate("sessionStorage.clear()")
    assert seen[0] == seen[1]


def test_hostile_styles_leave_an_inline_widget_usable(page: Page, site: Site) -> None:
    head = "<style>* { all: unset !important }</style>"
    page.goto(site.put(f"{TAG}<wenju-chat inline></wenju-chat>", head=head))
    chat = Chat(page)
    chat.ask(BEDS)
    expect(chat.quotes.first).to_be_visible()
    box = chat.panel.bounding_box()
    assert box and box["height"] >= 200 and box["width"] >= 400


def test_changed_globals_change_nothing(page: Page, site: Site) -> None:
    page.goto(site.put(f"{GLOBALS}{TAG}"))
    chat = Chat(page).open()
    chat.ask(CLINIC)
    expect(chat.quotes.first).to_be_visible()
    chat.ask("那是什么时候开始的？")
    expect(chat.last.locator(".searched")).to_be_visible()  # the history was sent as it should be
    chat.last.get_by_role("button", name="Helpful", exact=True).click()
    expect(chat.host.locator(".notice")).to_have_text("Thank you.")
    page.reload()
    chat.open()
    expect(chat.turns).to_have_count(2)
    assert page.evaluate("window.wenju.widget") == "wenju-chat"


def test_the_text_of_an_article_is_text(page: Page, site: Site) -> None:
    page.goto(site.put(TAG))
    chat = Chat(page).open()
    chat.ask("Does the zanzibar kiosk of the harbour open in the morning?")
    card = chat.quotes.filter(has_text="zanzibar").first
    expect(card).to_contain_text("<script>document.title='run'</script>")
    expect(card).to_contain_text("<b>at</b>")
    expect(card).to_contain_text("<img src=x onerror=")
    expect(card).to_contain_text("<b>The Hostile Gazette</b>")
    assert chat.host.locator("script, img, b").count() == 0
    with page.context.expect_page() as opened:
        card.locator("a.title").click()
    expect(opened.value.locator("mark#q1")).to_be_visible()
    assert opened.value.title() != "run"
    page.reload()
    expect(chat.open().quotes.first).to_contain_text("<b>at</b>")
    assert page.title() == "A site"


def test_a_hostile_store_is_dropped(page: Page, site: Site) -> None:
    page.goto(site.put(TAG))
    chat = Chat(page).open()
    chat.ask(BEDS)
    turn = {"question": "q", "answer": {"quotes": [{"url": "javascript:1"}], "closest": []}}
    for kept in ("{", "7", "null", json.dumps([turn]), json.dumps([{"question": 1}])):
        page.evaluate("kept => sessionStorage.setItem(Object.keys(sessionStorage)[0], kept)", kept)
        page.reload()
        chat.open()
        expect(chat.turns).to_have_count(0)
        chat.ask(BEDS)
        expect(chat.quotes.first).to_be_visible()


def test_a_page_without_storage_is_served_too(page: Page, site: Site) -> None:
    inner = site.put(TAG)
    page.goto(site.put(f'<iframe sandbox="allow-scripts" src="{inner}" height=700></iframe>'))
    expect(page.frame_locator("iframe").locator("wenju-chat .launcher")).to_be_visible()
    page.frame_locator("iframe").locator("wenju-chat .launcher").click()
    failure = page.frame_locator("iframe").locator("wenju-chat .failed")
    expect(failure).to_contain_text("does not allow")  # an origin of "null" is on no list


def test_two_widgets_keep_two_conversations(page: Page, site: Site) -> None:
    one, two = ('<wenju-chat inline id="one"></wenju-chat>', '<wenju-chat inline id="two">')
    page.goto(site.put(f"{TAG}{one}{two}</wenju-chat><wenju-chat></wenju-chat>{TAG}"))
    first, second = Chat(page, "#one"), Chat(page, "#two")
    first.ask(BEDS)
    second.ask(CLINIC)
    floating = Chat(page, "wenju-chat:not([inline])")
    expect(floating.launcher).to_have_count(1)  # the author's own; the tags add none
    floating.open()
    expect(floating.turns).to_have_count(0)
    page.reload()
    expect(first.turns).to_have_count(1)
    expect(first.last).to_contain_text(BEDS)
    expect(second.last).to_contain_text(CLINIC)


def test_two_servers_on_one_page(page: Page, site: Site, origins: dict[str, str]) -> None:
    other = TAG.replace("{wenju}", origins["limited"]).replace(
        "async", 'async data-position="bottom-left"'
    )
    page.goto(site.put(f"{TAG}{other}"))
    expect(page.locator("wenju-chat")).to_have_count(2)
    servers = page.locator("wenju-chat").evaluate_all("all => all.map((each) => each.server)")
    assert sorted(servers) == sorted([site.wenju, origins["limited"]])


def test_an_app_may_mount_and_unmount_it_ten_times(page: Page, site: Site) -> None:
    page.goto(site.example("single-page-app.html"))
    chat = Chat(page)
    page.get_by_role("button", name="Mount", exact=True).click()
    chat.open()
    chat.ask(BEDS)
    page.evaluate(
        "asked = 0; document.addEventListener('wenju:answer', () => { window.asked += 1; })"
    )
    page.get_by_role("button", name="Unmount").click()
    page.get_by_role("button", name="Ten times").click()
    expect(page.locator("wenju-chat")).to_have_count(1)
    chat.open()
    expect(chat.turns).to_have_count(1)  # the conversation was kept
    chat.ask(CLINIC)
    expect(chat.quotes.first).to_be_visible()
    assert page.evaluate("asked") == 1
    for _ in range(3):  # away with it open, and back
        page.get_by_role("button", name="Unmount").click()
        page.get_by_role("button", name="Mount", exact=True).click()
    expect(chat.panel).to_be_hidden()
    chat.open()
    expect(chat.turns).to_have_count(2)
