"""Take the pictures of the README: `python -m tests.screenshots` writes docs/*.png.

They show the samples as a fresh clone has them, in the browser that the tests drive.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from qa.collection import add
from qa.settings import Settings
from tests.browser.conftest import FLAGS, found_browser
from tests.browser.server import free_port, running

DOCS = Path(__file__).parent.parent / "docs"
SAMPLES = Path(__file__).parent.parent / "corpus" / "samples" / "articles"
DESK = {"width": 1200, "height": 760}
PHONE = {"width": 360, "height": 740}
ZH = ("民医工作室什么时候开诊？", "洛阳市中心医院招了多少名宣讲员？")
EN = ("When did Bramley Cottage Hospital open?", "How many beds are there now?")


def main() -> None:
    """Take every picture."""
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        settings = Settings(home=Path(folder) / "home", port=free_port())
        add(settings, [SAMPLES])
        browser = playwright.chromium.launch(executable_path=found_browser(), args=FLAGS)
        with running(settings) as address:
            take_all(browser, address)
        browser.close()


def take_all(browser: Browser, address: str) -> None:
    """Take the chat in two languages and colours, not knowing, the article and the phone."""
    page = opened(browser, address, locale="zh-CN", viewport=DESK)
    wait_for_examples(page, address)
    shot(page, "chat-start")
    asked(page, *ZH)
    shot(page, "chat")
    with page.context.expect_page() as other:
        page.locator(".wj-card a").first.click()
    other.value.set_viewport_size({"width": 1200, "height": 760})
    other.value.wait_for_load_state()
    shot(other.value, "article")
    asked(page, "谁赢了1998年世界杯足球赛？")
    shot(page, "chat-abstained")
    page = opened(browser, address, locale="en-GB", viewport=DESK, color_scheme="dark")
    asked(page, *EN)
    shot(page, "chat-dark")
    page = opened(browser, address, locale="zh-CN", viewport=PHONE, is_mobile=True, has_touch=True)
    asked(page, ZH[0])
    shot(page, "phone")


def opened(browser: Browser, address: str, **reader: Any) -> Page:  # noqa: ANN401 - passed on to new_context, whose options have a type each
    """Return the chat as a new reader sees it."""
    page = browser.new_context(**reader).new_page()
    page.goto(address)
    page.wait_for_selector(".wj-head")
    return page


def wait_for_examples(page: Page, address: str) -> None:
    """Wait until the example questions of the collection are made, and show them."""
    for _ in range(60):
        if len(page.request.get(f"{address}/api/suggestions").json()["questions"]) == 6:
            break
        page.wait_for_timeout(500)
    page.reload()
    page.wait_for_selector("#wj-turns .example")


def asked(page: Page, *questions: str) -> None:
    """Ask, and wait for the answers to stand still."""
    for question in questions:
        before = page.locator(".wj-tools").count()
        page.fill("#wj-box textarea", question)
        page.keyboard.press("Enter")
        page.locator(".wj-tools").nth(before).wait_for()
        page.wait_for_timeout(1_200)


def shot(page: Page, name: str) -> None:
    """Write one picture."""
    page.wait_for_timeout(400)
    path = DOCS / f"{name}.png"
    page.screenshot(path=path)
    sys.stdout.write(f"{path.relative_to(DOCS.parent)}\n")


if __name__ == "__main__":
    main()
