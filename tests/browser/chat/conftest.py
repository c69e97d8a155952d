"""A reader before the chat: a server over the samples, and tabs in which nothing may fail."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import Browser, Page

from qa.settings import Settings
from tests.browser.server import free_port, running

Opening: TypeAlias = Callable[..., Page]
MILLISECONDS = 15_000  # a busy machine is no failure


@pytest.fixture(scope="session")
def chat_settings(hostile_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A collection that an administrator may change."""
    home = shutil.copytree(hostile_home, tmp_path_factory.mktemp("chat") / "home")
    return Settings(home=Path(home), port=free_port(), admin_token="open sesame")


@pytest.fixture(scope="session")
def address(chat_settings: Settings) -> Iterator[str]:
    """Where the server is."""
    with running(chat_settings) as started:
        yield started


@pytest.fixture
def opening(browser: Browser, address: str) -> Iterator[Opening]:
    """Open a tab of a new reader; at the end no script failed and nothing left the server."""
    troubles: list[str] = []
    with ExitStack() as stack:

        def watch(page: Page, allowed: str) -> None:
            page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
            page.on(
                "request",
                lambda request: (
                    troubles.append(f"left the origin: {request.url}")
                    if not request.url.startswith((allowed, "data:", "blob:"))
                    else None
                ),
            )

        def open_page(path: str = "/", *, at: str = address, **reader: Any) -> Page:  # noqa: ANN401 - passed on to new_context, whose options have a type each
            options: dict[str, Any] = {
                "viewport": {"width": 1200, "height": 800},
                "locale": "zh-CN",
            }
            context = browser.new_context(**{**options, **reader})
            stack.callback(context.close)
            context.set_default_timeout(MILLISECONDS)
            context.on("page", lambda page: watch(page, at))
            page = context.new_page()
            page.goto(at + path)
            if path == "/":
                page.wait_for_selector(".wj-head")
                page.wait_for_selector("#wj-box textarea")
            return page

        yield open_page
    assert not troubles


def ask(page: Page, question: str) -> None:
    """Type a question, send it, and wait for the answer."""
    before = page.locator(".wj-tools").count()
    page.fill("#wj-box textarea", question)
    page.keyboard.press("Enter")
    page.locator(".wj-tools").nth(before).wait_for()
