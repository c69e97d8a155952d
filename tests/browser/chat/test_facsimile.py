"""A question about a scanned page leads to the page itself, the quoted lines outlined."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from qa.collection import add
from qa.settings import Settings
from tests import newspaper
from tests.browser.chat.conftest import Opening, ask
from tests.browser.server import free_port, running

QUESTION = "康复楼总投资多少万元？"
ANSWER = "总投资4200万元"
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server over one scanned page, and the file."""
    folder = tmp_path_factory.mktemp("scanned")
    scan = folder / "qinghe.jpg"
    scan.write_bytes(newspaper.jpeg(newspaper.scan(150, rotated=1.0)))
    settings = Settings(home=folder / "home", port=free_port())
    report, _ = add(settings, [scan])
    assert not report.failed
    with running(settings) as address:
        yield address, scan


def article(opening: Opening, address: str, **reader: object) -> Page:
    """Ask, and follow the citation."""
    page = opening(at=address, **reader)
    ask(page, QUESTION)
    expect(page.locator(".wj-quote blockquote").first).to_contain_text(ANSWER)
    with page.context.expect_page() as opened:
        page.locator(".wj-card a").first.click()
    opened.value.wait_for_load_state()
    return opened.value


def shares(box: Locator, within: Locator) -> list[float]:
    """Return a box as shares of another: left, top, right, bottom."""
    inner, outer = box.bounding_box(), within.bounding_box()
    assert inner
    assert outer
    left, top = inner["x"] - outer["x"], inner["y"] - outer["y"]
    right, bottom = left + inner["width"], top + inner["height"]
    across, down = outer["width"], outer["height"]
    return [left / across, top / down, right / across, bottom / down]


def printed(quote: str) -> list[float]:
    """Return where the lines of a quote were set, as shares of the page before it was turned."""
    lines = [
        word
        for word in newspaper.words()
        if any(word.text[at : at + 6] in quote for at in range(max(1, len(word.text) - 5)))
    ]
    left = min(word.x for word in lines)
    right = max(word.x + newspaper.printed_width(word) for word in lines)
    top = min(word.y - word.size for word in lines)
    bottom = max(word.y for word in lines)
    return [
        left / newspaper.WIDTH,
        top / newspaper.HEIGHT,
        right / newspaper.WIDTH,
        bottom / newspaper.HEIGHT,
    ]


def test_the_quoted_lines_are_outlined(opening: Opening, scanned: tuple[str, Path]) -> None:
    page = article(opening, scanned[0])
    picture = page.locator("figure img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("img => img.decode().then(() => img.naturalWidth)") > 1000
    assert picture.get_attribute("alt") == "qinghe.jpg 第 1 页的原样"
    outlines = page.locator(".paper rect")
    assert outlines.count() == 1
    quote = page.locator("mark#q1").inner_text()
    # A degree moves what stands at the edge of the page by a hundredth of its width.
    assert shares(outlines.first, picture) == pytest.approx(printed(quote), abs=0.02)


def test_keys_lead_from_the_text_to_the_page_and_back(
    opening: Opening, scanned: tuple[str, Path]
) -> None:
    page = article(opening, scanned[0])
    page.get_by_role("link", name="原版页面").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#sheet1"
    expect(page.locator("figure")).to_be_in_viewport()
    page.locator("main").evaluate("body => body.scrollIntoView()")
    page.locator(".paper a").focus()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "引文 1"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#q1"
    expect(page.locator("mark#q1")).to_be_in_viewport()


def test_axe_finds_nothing(opening: Opening, scanned: tuple[str, Path]) -> None:
    page = article(opening, scanned[0])
    picture = page.locator("figure img")
    picture.scroll_into_view_if_needed()
    picture.evaluate("img => img.decode()")
    assert [found["id"] for found in Axe().run(page).response["violations"]] == []


def test_a_phone_shows_the_whole_page_and_enlarges_it(
    opening: Opening, scanned: tuple[str, Path]
) -> None:
    page = article(opening, scanned[0], viewport=PHONE, is_mobile=True, has_touch=True)
    picture = page.locator("figure img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("img => img.decode().then(() => img.naturalWidth)") > 1000
    before = picture.bounding_box()
    assert before
    assert before["width"] <= PHONE["width"]
    page.get_by_role("button", name="放大").tap()
    after = picture.bounding_box()
    assert after
    assert after["width"] > 900
    expect(page.locator(".paper rect")).to_be_in_viewport(ratio=0.2)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="适合宽度").tap()
    assert picture.bounding_box() == pytest.approx(before, abs=1)


def test_a_file_that_has_changed_shows_its_text_only(
    opening: Opening, scanned: tuple[str, Path]
) -> None:
    address, scan = scanned
    page = article(opening, address)
    data = scan.read_bytes()
    scan.write_bytes(data + b" ")
    page.reload()
    expect(page.get_by_role("note")).to_contain_text("不显示页面图像")
    assert page.locator("figure").count() == 0
    expect(page.locator("mark#q1")).to_contain_text(ANSWER)
    scan.write_bytes(data)
    page.reload()
    assert page.locator("figure").count() == 1
