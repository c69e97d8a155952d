"""The widget for everyone: keyboard, screen reader, input method, phone, writing direction."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.widget.chat import BEDS, CLINIC, NOTHING, TAG, Chat
from tests.browser.widget.sites import Site

TARGETS = 24  # CSS pixels that a finger needs at least, WCAG 2.5.8


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, locale="zh-CN"
    )
    yield context.new_page()
    context.close()


def focused(page: Page) -> str:
    """Return the name of what has the focus, in the shadow root too."""
    return str(
        page.evaluate(
            """() => {
              let element = document.activeElement;
              while (element.shadowRoot && element.shadowRoot.activeElement)
                element = element.shadowRoot.activeElement;
              return element.getAttribute("aria-label") || element.textContent || element.tagName;
            }"""
        )
    )


def test_everything_can_be_done_by_keyboard(page: Page, site: Site) -> None:
    page.goto(site.put(f"<p><a href=#>A link</a></p>{TAG}"))
    chat = Chat(page)
    expect(chat.launcher).to_be_visible()
    for _ in range(2):
        page.keyboard.press("Tab")
    assert focused(page) == "Open: Ask the articles"
    page.keyboard.press("Enter")
    expect(chat.field).to_be_focused()
    page.keyboard.type(BEDS)
    page.keyboard.press("Enter")
    # The buttons come with the end of the answer, after its first quote.
    expect(chat.last.get_by_role("button", name="Copy with citations")).to_be_visible()
    passed = []
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        passed.append(focused(page))
        if passed[-1] == "New conversation":
            break
    wanted = ("Copy with citations", "Not helpful", "Helpful", "Conversation", "New conversation")
    assert [name for name in passed if name in wanted] == list(wanted)
    assert any(name.startswith("Citation 1: ") for name in passed)
    page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    assert focused(page) == "Open: Ask the articles"
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "A link"  # nothing of the closed panel is in the way


def test_focus_returns_to_what_opened(page: Page, site: Site) -> None:
    page.goto(site.put(f"<button onclick='wenju.open()'>Ask</button>{TAG}"))
    expect(Chat(page).launcher).to_be_visible()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(Chat(page).field).to_be_focused()
    page.keyboard.press("Escape")
    assert focused(page) == "Ask"


def test_the_keys_of_a_page_are_not_pressed_by_typing(page: Page, site: Site) -> None:
    page.goto(site.put(TAG))
    page.evaluate("document.addEventListener('keydown', () => { document.title = 'shortcut'; })")
    chat = Chat(page).open()
    chat.field.press("n")
    chat.field.press("Shift+Enter")
    assert page.title() == "A site"
    expect(chat.field).to_have_value("n\n")
    expect(chat.turns).to_have_count(0)


def test_enter_does_not_send_what_is_being_composed(page: Page, site: Site) -> None:
    page.goto(site.put(TAG))
    page.evaluate(
        "addEventListener('keydown', (event) => { window.composing = event.isComposing; }, true)"
    )
    chat = Chat(page).open()
    session = page.context.new_cdp_session(page)
    typed = {"text": "minyi", "selectionStart": 5, "selectionEnd": 5}
    session.send("Input.imeSetComposition", typed)
    expect(chat.field).to_have_value("minyi")
    for key in ("Enter", "Escape"):  # to the input method, which tells the page of code 229
        pressed = {"type": "rawKeyDown", "key": key, "windowsVirtualKeyCode": 229}
        session.send("Input.dispatchKeyEvent", pressed)
        assert page.evaluate("composing") is True
    expect(chat.panel).to_be_visible()
    expect(chat.turns).to_have_count(0)
    session.send("Input.insertText", {"text": CLINIC})
    expect(chat.field).to_have_value(CLINIC)
    page.keyboard.press("Enter")
    expect(chat.quotes.first).to_be_visible()


@pytest.mark.parametrize(
    ("scheme", "accent"), [("light", ""), ("dark", ""), ("light", "#ffd400"), ("dark", "#1a1a60")]
)
def test_axe_finds_nothing(page: Page, site: Site, scheme: str, accent: str) -> None:
    attributes = f'async data-scheme="{scheme}" data-accent="{accent}"'
    page.goto(site.put(f"<main><h1>A site</h1></main>{TAG.replace('async', attributes)}"))
    chat = Chat(page).open()
    expect(chat.host.locator(".examples button").first).to_be_visible()
    if not accent:
        chat.ask(NOTHING)
    chat.ask(BEDS)
    page.wait_for_timeout(300)  # colours are measured when nothing fades in any more
    found = Axe().run(page, context="wenju-chat")
    assert not found.response["violations"], found.generate_report()


def test_a_screen_reader_hears_the_answer(page: Page, site: Site) -> None:
    page.goto(site.put(TAG))
    chat = Chat(page).open()
    expect(page.get_by_role("dialog", name="Ask the articles")).to_be_visible()
    log = page.get_by_role("log", name="Conversation")
    chat.ask(BEDS)
    expect(log).to_have_attribute("aria-busy", "false")
    expect(log.get_by_role("listitem").first).to_be_visible()
    assert chat.quotes.first.locator("blockquote").get_attribute("lang") == "en"


def test_the_phone_shows_the_field_beside_its_keyboard(phone: Page, site: Site) -> None:
    phone.goto(site.put(f"<h1>A site</h1>{'<p>Words.</p>' * 60}{TAG}"))
    chat = Chat(phone).open()
    box = chat.panel.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 740}
    expect(chat.field).not_to_be_focused()  # it would raise the keyboard before a look
    chat.ask(CLINIC)
    phone.set_viewport_size({"width": 360, "height": 380})  # as a keyboard leaves it
    field = chat.field.bounding_box()
    assert field and field["y"] + field["height"] <= 380
    expect(chat.panel.locator("header")).to_be_in_viewport()
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    for button in chat.panel.locator("button:visible, a.number:visible").all():
        size = button.bounding_box()
        assert size and min(size["width"], size["height"]) >= TARGETS
    chat.host.get_by_role("button", name="Close").click()
    expect(chat.panel).to_be_hidden()


def test_the_panel_follows_a_keyboard_that_only_shrinks_what_is_seen(
    phone: Page, site: Site
) -> None:
    phone.goto(site.put(TAG))
    chat = Chat(phone).open()
    phone.evaluate(  # an iPhone's keyboard leaves the page as it is and shrinks the visual viewport
        """() => {
          const seen = { height: 400, offsetTop: 30, scale: 1 };
          for (const name of Object.keys(seen))
            Object.defineProperty(visualViewport, name, { value: seen[name] });
          visualViewport.dispatchEvent(new Event("resize"));
        }"""
    )
    assert chat.panel.bounding_box() == {"x": 0, "y": 30, "width": 360, "height": 400}


def test_a_right_to_left_page_gets_a_mirrored_widget(page: Page, site: Site) -> None:
    page.goto(site.example("right-to-left.html"))
    chat = Chat(page)
    launcher = chat.launcher.bounding_box()
    assert launcher and launcher["x"] < 100
    chat.open()
    expect(chat.panel.locator("h2")).to_have_text("اسأل الأرشيف")
    chat.ask(BEDS)
    number = chat.quotes.first.locator(".number").bounding_box()
    words = chat.quotes.first.locator("blockquote").bounding_box()
    assert number and words and number["x"] > words["x"]
    quote = chat.quotes.first.locator("blockquote")
    assert quote.evaluate("(words) => getComputedStyle(words).direction") == "ltr"


def test_it_speaks_the_pages_language(page: Page, site: Site) -> None:
    cases = [
        ('lang="zh-CN"', "", "请输入问题…"),
        ('lang="zh-TW"', "", "請輸入問題…"),
        ('lang="en"', 'data-language="zh-Hant"', "請輸入問題…"),
        ("", "", "Ask a question…"),  # the browser's language
        ('lang="en"', 'data-placeholder="Well?"', "Well?"),
        ('lang="en"', 'data-texts=\'{"placeholder": "What?"}\'', "What?"),
    ]
    for html, option, words in cases:
        page.goto(site.put(TAG.replace("async", f"async {option}"), html=html))
        expect(Chat(page).open().field).to_have_attribute("placeholder", words)


def test_nothing_moves_for_who_wants_no_motion(browser: Browser, site: Site) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(site.put(TAG))
    chat = Chat(page).open()
    chat.ask(BEDS)
    assert chat.call("chat.shadowRoot.getAnimations().length") == 0
    context.close()
