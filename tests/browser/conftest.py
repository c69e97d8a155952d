"""One browser for all tests of pages, and a collection in which one article means harm."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import Once

if TYPE_CHECKING:
    from index.types import Embedder

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOSTILE = """---
title: <img src=x onerror="document.title='run'"><script>document.title='run'</script>
source: <b>The Hostile Gazette</b>
date: 2024
language: en
---
The zanzibar kiosk of the <script>document.title='run'</script> harbour opens <b>at</b> *nine* in
the morning, said <img src=x onerror="document.title='run'"> its keeper &amp; owner for $x$ dollars.
"""
NAMES = ("chromium", "chromium-browser", "google-chrome")


def found_browser() -> str | None:
    """Return where Chromium is, None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, started once."""
    found = found_browser()
    if found is None:
        # `make test` installs it where it may; pytest alone cannot.
        pytest.skip("no Chromium here: apt install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def hostile_home(samples_home: Path, embedder: Embedder, once: Once) -> Path:
    """The samples and an article that means harm, with their example questions. For reading."""

    def fill(folder: Path) -> None:
        from corpus.ingest import ingest
        from corpus.ledger import Ledger
        from index.search import Index
        from index.sync import sync
        from qa.bot import Bot
        from qa.suggest import write_suggestions

        home = Path(shutil.copytree(samples_home, folder / "home"))
        (folder / "hostile.md").write_text(HOSTILE, encoding="utf-8")
        with Ledger(home / "ledger.sqlite") as ledger:
            ingest([folder / "hostile.md"], ledger)
            sync(home, ledger, embedder)
            write_suggestions(home, Bot(ledger, Index(home, ledger, embedder), embedder))

    return once("hostile", fill) / "home"
