"""A person lives with the page: languages, colours, keyboards, phones, reloads and restarts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from qa.settings import Settings
from tests.browser.chat.conftest import Opening, ask
from tests.browser.server import free_port, running

ZH = "民医工作室什么时候开诊？"


@pytest.mark.parametrize(
    ("locale", "title", "placeholder"),
    [("zh-CN", "问据", "请输入问题…"), ("zh-TW", "問據", "請輸入問題…"), ("fr", "Wenju", "Type a")],
)
def test_the_browsers_language(opening: Opening, locale: str, title: str, placeholder: str) -> None:
    page = opening(locale=locale)
    expect(page.locator(".wj-brand")).to_have_text(title)
    assert placeholder in (page.get_attribute("#wj-box textarea", "placeholder") or "")


def test_the_switch_beats_the_browser_and_holds_on_the_article_page(opening: Opening) -> None:
    page = opening()
    ask(page, ZH)
    page.select_option("#wj-language", "en")
    expect(page.locator("#wj-box textarea")).to_have_attribute("placeholder", "Type a question…")
    expect(page.locator(".wj-do-copy-text").first).to_have_text("Copy")
    with page.context.expect_page() as opened:
        page.locator(".wj-card a").first.click()
    expect(opened.value.get_by_role("link", name="Show the raw source")).to_be_visible()


def background(page: Page) -> tuple[int, ...]:
    """Return the red, green and blue behind the page."""
    colour = page.evaluate(
        "getComputedStyle(document.querySelector('.gradio-container')).backgroundColor"
    )
    return tuple(int(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])


def test_light_and_dark_follow_the_system_and_the_button(opening: Opening) -> None:
    assert min(background(opening(color_scheme="light"))) > 200
    page = opening(color_scheme="dark")
    assert max(background(page)) < 60
    page.locator(".wj-do-theme").click()
    assert min(background(page)) > 200
    page.reload()
    page.wait_for_selector(".wj-head")
    assert min(background(page)) > 200


def test_by_keyboard_alone(opening: Opening) -> None:
    page = opening()
    page.locator("#wj-box textarea").focus()
    page.keyboard.type(ZH)
    page.keyboard.press("Enter")
    page.locator(".wj-tools").wait_for()
    reached = set()
    page.locator(".wj-brand").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.className"))
    for name in ("wj-do-show", "wj-do-copy-text", "wj-do-up", "wj-do-theme"):
        assert any(name in each for each in reached), name
    page.locator(".wj-do-show").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#wj-panel .wj-focused a")).to_be_focused()


def test_enter_while_composing_chooses_a_word(opening: Opening) -> None:
    page = opening()
    box = page.locator("#wj-box textarea")
    box.focus()
    session = page.context.new_cdp_session(page)
    session.send(
        "Input.imeSetComposition", {"text": "mingyi", "selectionStart": 6, "selectionEnd": 6}
    )
    page.evaluate(
        """() => { for (const kind of ["keydown", "keypress"])
        document.activeElement.dispatchEvent(new KeyboardEvent(kind,
        {key: "Enter", keyCode: 229, isComposing: true, bubbles: true})) }"""
    )
    page.wait_for_timeout(300)
    assert page.locator(".wj-question").count() == 0
    session.send("Input.insertText", {"text": ZH})
    page.keyboard.press("Enter")
    expect(page.locator(".wj-question")).to_have_text(ZH)


def test_a_phone_of_360_pixels(opening: Opening) -> None:
    page = opening(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    ask(page, ZH)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.locator("#wj-box textarea")).to_be_in_viewport()
    panel = page.locator("#wj-panel").bounding_box()
    chat = page.locator("#wj-chat").bounding_box()
    assert panel is not None
    assert chat is not None
    assert panel["y"] >= chat["y"] + chat["height"]
    with page.context.expect_page() as opened:
        page.locator(".wj-card a").first.click()
    opened.value.wait_for_load_state()
    assert opened.value.evaluate("document.documentElement.scrollWidth") <= 360
    expect(opened.value.locator("mark")).to_be_in_viewport()


def test_a_conversation_survives_a_reload_and_stays_in_this_browser(opening: Opening) -> None:
    page = opening()
    ask(page, ZH)
    page.reload()
    expect(page.locator(".wj-question")).to_have_text(ZH)
    expect(page.locator(".wj-quote mark").first).to_have_text("2021年7月1日")
    expect(page.locator("#wj-panel mark").first).to_contain_text("2021年7月1日")
    other = opening()
    expect(other.locator("#wj-turns .example").first).to_be_visible()
    expect(other.locator(".wj-question")).to_have_count(0)


def test_two_tabs_do_not_mix(opening: Opening) -> None:
    page = opening()
    second = page.context.new_page()
    second.goto(page.url)
    second.wait_for_selector(".wj-head")
    ask(page, ZH)
    ask(second, "洛阳市中心医院招了多少名宣讲员？")
    expect(page.locator(".wj-question")).to_have_text([ZH])
    expect(second.locator(".wj-question")).to_have_text(["洛阳市中心医院招了多少名宣讲员？"])


def test_the_server_restarts_under_the_page(chat_settings: Settings, browser: Browser) -> None:
    settings = replace(chat_settings, port=free_port())
    context = browser.new_context(locale="zh-CN")
    with running(settings) as address:
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector(".wj-head")
        ask(page, ZH)
    with running(settings):
        page.reload()
        expect(page.locator(".wj-question")).to_have_text(ZH)
        ask(page, "洛阳市中心医院招了多少名宣讲员？")
    context.close()


def test_under_a_sub_path(chat_settings: Settings, opening: Opening) -> None:
    settings = replace(chat_settings, port=free_port(), root_path="/wenju")
    with running(settings) as address:
        page = opening(at=address)
        ask(page, ZH)
        expect(page.locator("#wj-panel mark").first).to_contain_text("2021年7月1日")
        link = page.locator(".wj-card a").first.get_attribute("href") or ""
        assert link.startswith("/wenju/article/")
        with page.context.expect_page() as opened:
            page.locator(".wj-card a").first.click()
        expect(opened.value.locator("mark#q1")).to_be_visible()
        page.close()
        opened.value.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier(opening: Opening, scheme: str) -> None:
    page = opening(color_scheme=scheme)
    ask(page, ZH)
    ask(page, "谁赢了1998年世界杯足球赛？")
    assert barriers(page) == []
    with page.context.expect_page() as opened:
        page.locator(".wj-card a").first.click()
    opened.value.wait_for_load_state()
    assert barriers(opened.value) == []


def barriers(page: Page) -> list[str]:
    """Return what axe-core finds serious or critical."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def test_an_administrator_adds_and_removes_an_article(opening: Opening, address: str) -> None:
    page = opening("/admin", locale="en-GB")
    page.fill("#token", "wrong")
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_have_text("The token is wrong.")
    page.fill("#token", "open sesame")
    page.keyboard.press("Enter")
    expect(page.locator("#articles tr").first).to_be_visible()
    text = b"# Ferry news\n\nThe Quillhaven ferry now carries fourteen cyclists."
    page.set_input_files(
        "#files", {"name": "ferry.md", "mimeType": "text/markdown", "buffer": text}
    )
    page.locator("#upload button").click()
    expect(page.locator("#report")).to_contain_text("added 1")
    asked = page.request.post(
        f"{address}/api/ask",
        data={"question": "How many cyclists does the Quillhaven ferry carry?"},
    )
    assert "fourteen cyclists" in asked.json()["quotes"][0]["text"]
    page.fill("#contains", "Ferry news")
    page.locator("#find button").click()
    page.locator("#articles input").first.check()
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#remove").click()
    expect(page.locator("#told")).to_have_text("removed 1")
    again = page.request.post(
        f"{address}/api/ask",
        data={"question": "How many cyclists does the Quillhaven ferry carry?"},
    )
    assert "Quillhaven" not in str(again.json()["quotes"])
