"""Make the pictures of the README from the samples: `make screenshots` (needs Chromium)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from tests.server import running

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
SAMPLES = ROOT / "corpus" / "samples" / "articles"
NAMES = ("chromium", "chromium-browser", "google-chrome")
QUESTIONS = ("民医工作室什么时候开诊？", "那它在几楼？")
WIDTH, HEIGHT = 1280, 780  # a laptop's window; a README shows it at two thirds


def main() -> None:
    """Ask in the chat and take a picture of the answers."""
    browser_path = next(path for name in NAMES if (path := shutil.which(name)))
    DOCS.mkdir(exist_ok=True)
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        home = Path(name) / "home"
        command = [sys.executable, "-c", "from qa.cli import main; main()"]
        subprocess.run([*command, "ingest", str(SAMPLES), "--home", str(home)], check=True)
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        with running(home) as address:
            page = browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN", color_scheme="light"
            )
            ask(page, address)
            page.screenshot(path=DOCS / "chat.png")
        browser.close()


def ask(page: Page, address: str) -> None:
    """Open the chat, ask, and wait until the answers stand there."""
    page.goto(address)
    for number, question in enumerate(QUESTIONS, 1):
        box = page.get_by_role("textbox").first
        box.fill(question)
        box.press("Enter")
        page.locator(".message.bot").nth(number - 1).locator("mark, blockquote").first.wait_for()
    page.wait_for_timeout(1_000)  # what fades in has faded in


if __name__ == "__main__":
    main()
