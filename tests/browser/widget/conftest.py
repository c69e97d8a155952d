"""What the widget's browser tests share: a browser, Wenju on three ports, somebody's site."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from anyio import CapacityLimiter
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.types import ASGIApp

from tests.browser.widget.sites import Site, bound, serving

if TYPE_CHECKING:
    from qa.desk import Desk
    from qa.settings import Settings


@pytest.fixture(scope="session")
def desk(hostile_home: Path) -> Iterator[Desk]:
    """What the servers share."""
    from qa.app import open_desk
    from qa.settings import Settings

    opened = open_desk(Settings(home=hostile_home, rate_limit="none"))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def servers(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, dict[str, str]]]:
    """Somebody's site, and Wenju as it allows that site, another one, none, or one question.

    `broken` is one whose index was damaged under it.
    """
    from qa.settings import Settings

    site = Site()
    mine = (site.origin,)
    lists = {"allowed": mine, "other": ("https://*.example.org",), "none": (), "limited": mine}
    origins = {}
    with ExitStack() as stack:
        for name, allowed in lists.items():
            rate = "1/hour" if name == "limited" else "none"
            settings = replace(desk.settings, allow_origins=allowed, rate_limit=rate)
            taken, origins[name] = bound()
            stack.enter_context(serving(app_of(desk, settings), taken))
        taken, origins["broken"] = bound()
        damaged = Settings(home=tmp_path_factory.mktemp("broken") / "home", allow_origins=mine)
        app = stack.enter_context(broken(desk.settings.home, damaged))
        stack.enter_context(serving(app, taken))
        site.wenju = origins["allowed"]
        stack.enter_context(serving(site.app, site.taken))
        yield site, origins


@contextmanager
def broken(home: Path, settings: Settings) -> Iterator[ASGIApp]:
    """Return the app over a copy of a data folder that is damaged once it is open."""
    from index.manifest import MANIFEST
    from qa.app import create_app, open_desk

    shutil.copytree(home, settings.home)
    with closing(open_desk(settings)) as opened:
        (settings.home / MANIFEST).write_text("not what it was", encoding="utf-8")
        yield create_app(opened, chat=False)


def app_of(desk: Desk, settings: Settings) -> ASGIApp:
    """Return the app over the same bot by other settings; each has an event loop of its own."""
    from qa.app import create_app
    from qa.rates import Rates

    own = replace(
        desk, settings=settings, rates=Rates(settings.rate_limit), seats=CapacityLimiter(2)
    )
    return create_app(own, chat=False)


@pytest.fixture
def site(servers: tuple[Site, dict[str, str]]) -> Site:
    """Somebody's site, which Wenju allows."""
    return servers[0]


@pytest.fixture
def origins(servers: tuple[Site, dict[str, str]]) -> dict[str, str]:
    """Where Wenju is, by whom it allows."""
    return servers[1]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A reader who was never here before."""
    opened = browser.new_context(viewport={"width": 1100, "height": 800}, locale="en")
    opened.set_default_timeout(8_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab in which no script may fail."""
    opened = context.new_page()
    failures: list[str] = []
    opened.on("pageerror", lambda error: failures.append(str(error)))
    yield opened
    assert not failures
