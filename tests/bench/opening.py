"""How long a reader waits for the chat page: `python -m tests.bench.opening [times]`.

Each time is a new reader in headless Chromium, with nothing cached. The page is interactive when
its head and its examples are drawn and the box takes a letter.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
from playwright.sync_api import Browser, sync_playwright

from tests.bench.serving import SAMPLES, WENJU, started
from tests.browser.conftest import FLAGS, found_browser

__all__ = ["opening"]


def opening(times: int = 10) -> Iterator[str]:
    """Yield what was measured, a line each."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "home"
        subprocess.run([WENJU, "ingest", str(SAMPLES / "articles"), "--home", str(home)],
                       check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        browser = playwright.chromium.launch(executable_path=found_browser(), args=FLAGS)
        with started(home) as (address, _, _):
            while not httpx.get(f"{address}/api/suggestions").json()["questions"]:
                time.sleep(0.1)  # they are made when the first reader comes
            taken = [seconds_to_open(browser, address) for _ in range(times)]
        browser.close()
        p50, most = median(taken), max(taken)
        yield f"chat page interactive: p50 {p50:.2f} s, most {most:.2f} s, n {times}"


def seconds_to_open(browser: Browser, address: str) -> float:
    """Return how long one new reader waits."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(".wj-head")
    page.wait_for_selector("button.example")
    page.fill("#wj-box textarea", "医")
    taken = time.perf_counter() - begun
    context.close()
    return taken


if __name__ == "__main__":
    for line in opening(*(int(each) for each in sys.argv[1:2])):
        sys.stdout.write(f"{line}\n")
