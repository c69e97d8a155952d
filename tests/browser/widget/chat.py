"""A widget as its reader meets it. Playwright looks through open shadow roots by itself."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

__all__ = ["BEDS", "CLINIC", "NOTHING", "TAG", "Chat"]

TAG = '<script async src="{wenju}/widget.js"></script>'
# Questions that the samples answer, and one that they do not.
BEDS = "How many beds does Bramley Cottage Hospital have today?"
CLINIC = "民医核心专家联合门诊定在星期几？"
NOTHING = "谁赢了1998年世界杯足球赛？"


class Chat:
    """One widget on a page."""

    def __init__(self, page: Page, selector: str = "wenju-chat") -> None:
        self.page = page
        self.host = page.locator(selector)
        self.launcher = self.host.locator(".launcher")
        self.panel = self.host.locator(".panel")
        self.field = self.host.locator("textarea")
        self.turns = self.host.locator(".turn")
        self.last = self.turns.last
        self.quotes = self.last.locator(".quotes:not(.closest) .quote")
        self.failure = self.host.locator(".failed").last

    def open(self) -> Chat:
        """Open the panel by its launcher, and wait until it stands still."""
        self.launcher.click()
        expect(self.panel).to_be_visible()
        self.panel.evaluate("(panel) => Promise.all(panel.getAnimations().map((a) => a.finished))")
        return self

    def ask(self, question: str) -> Locator:
        """Ask by hand and wait for the end of the answer; return its turn."""
        before = self.turns.count()
        self.field.fill(question)
        self.field.press("Enter")
        expect(self.turns).to_have_count(before + 1)
        expect(self.last.locator(".actions, .failed")).to_be_visible()
        return self.last

    def call(self, expression: str) -> Any:  # noqa: ANN401 - what the JavaScript returns, different for each expression
        """Evaluate an expression of the element, named `chat`."""
        return self.host.evaluate(f"async (chat) => {expression}")
