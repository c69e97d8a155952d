"""The widget on a page of another origin: what it may do, what it costs, where its links lead."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.browser.widget.chat import BEDS, CLINIC, TAG, Chat
from tests.browser.widget.sites import Site

MOST_BYTES = 20_000  # of the only file
MOST_SECONDS = 0.05  # of the main thread that the widget may take while the page loads
RUNS = 3  # of which the fastest counts: the machine has other things to do
SHIFTS = """() => {
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifts += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}"""


def answer_of(page: Page) -> None:
    """Keep the last answer that the page was told of."""
    page.evaluate(
        "document.addEventListener('wenju:answer', (e) => { window.answer = e.detail.answer; })"
    )


def test_an_allowed_site_gets_answers_with_every_citation(page: Page, site: Site) -> None:
    page.goto(site.put(TAG))
    chat = Chat(page).open()
    answer_of(page)
    turn = chat.ask(BEDS)
    answer = page.evaluate("answer")
    assert answer["quotes"]
    assert [quote["text"] for quote in answer["quotes"]] == turn.locator(
        "blockquote"
    ).all_inner_texts()
    assert turn.locator("a.number").all_inner_texts() == [
        str(number) for number in range(1, len(answer["quotes"]) + 1)
    ]
    for at, quote in enumerate(answer["quotes"]):
        card = chat.quotes.nth(at)
        expect(card).to_be_visible()
        expect(card).to_contain_text(quote["article"]["title"])
        expect(card).to_contain_text(quote["article"]["date"])
        address = site.wenju + quote["url"]
        for link in card.locator("a").all():
            assert link.get_attribute("href") == address


@pytest.mark.parametrize("question", [BEDS, CLINIC])
def test_a_link_opens_the_right_sentence(
    page: Page, context: BrowserContext, site: Site, question: str
) -> None:
    page.goto(site.put(TAG))
    chat = Chat(page).open()
    chat.ask(question)
    quoted = chat.quotes.first.locator("blockquote").inner_text()
    with context.expect_page() as opened:
        chat.quotes.first.locator("a.title").click()
    article = opened.value
    mark = article.locator("mark#q1")
    expect(mark).to_be_in_viewport()
    assert "".join(article.locator("mark").all_inner_texts()).strip() == quoted.strip()


@pytest.mark.parametrize("server", ["other", "none"])
def test_a_site_that_is_not_allowed_is_told_so(
    page: Page, site: Site, origins: dict[str, str], server: str
) -> None:
    page.goto(site.put(f'<script async src="{origins[server]}/widget.js"></script>'))
    chat = Chat(page).open()
    expect(chat.failure).to_contain_text("does not allow it on this site")
    expect(chat.failure).to_contain_text(site.origin)
    chat.ask(BEDS)
    expect(chat.failure).to_contain_text(site.origin)
    expect(chat.quotes).to_have_count(0)


def test_the_own_site_needs_no_leave(page: Page, origins: dict[str, str]) -> None:
    page.goto(f"{origins['none']}/embed?accent=%2300bb66&language=zh")
    chat = Chat(page).open()
    chat.ask(CLINIC)
    expect(chat.quotes.first).to_contain_text("周二")
    page.get_by_label("Title").fill("问一问")
    expect(page.locator("#tag")).to_contain_text('data-title="问一问"')
    expect(chat.open().panel.locator("h2")).to_have_text("问一问")


def test_a_strict_page_has_nothing_to_report(page: Page, site: Site) -> None:
    wenju = site.wenju
    policy = f"default-src 'self'; script-src {wenju}; connect-src {wenju}"
    reports: list[str] = []
    page.expose_function("report", lambda directive: reports.append(directive))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', (e) => report(e.violatedDirective))"
    )
    page.on("console", lambda message: reports.append(message.text))
    for address in (
        site.put(TAG, headers={"Content-Security-Policy": policy}),
        site.example("strict-csp.html"),
    ):
        page.goto(address)
        chat = Chat(page).open()
        chat.ask(BEDS)
        expect(chat.quotes.first).to_be_visible()
        assert chat.panel.evaluate("(panel) => getComputedStyle(panel).position") == "fixed"
    assert not reports


def test_a_page_that_forbids_the_connection_is_named_as_the_reason(page: Page, site: Site) -> None:
    policy = f"default-src 'self'; script-src {site.wenju}"
    page.goto(site.put(TAG, headers={"Content-Security-Policy": policy}))
    chat = Chat(page).open()
    expect(chat.failure).to_contain_text("connect-src")
    expect(chat.failure).to_contain_text(site.wenju)


def test_one_request_before_the_first_opening(page: Page, site: Site) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(site.put(TAG), wait_until="networkidle")
    expect(Chat(page).launcher).to_be_visible()
    theirs = [request.url for request in asked if request.url.startswith(site.wenju)]
    assert theirs == [f"{site.wenju}/widget.js"]


def test_what_goes_over_the_line_is_small(page: Page, site: Site) -> None:
    page.goto(site.put("<p>A page.</p>"))
    with page.expect_response("**/widget.js") as response:
        page.evaluate(f"fetch('{site.wenju}/widget.js').then((got) => got.text())")
    assert response.value.headers["content-encoding"] == "gzip"
    assert response.value.request.sizes()["responseBodySize"] <= MOST_BYTES


def test_only_allowed_sites_may_frame(page: Page, site: Site, origins: dict[str, str]) -> None:
    frames = [f'<iframe src="{origins[name]}/embed"></iframe>' for name in ("allowed", "none")]
    page.goto(site.put("".join(frames)))
    expect(page.frame_locator("iframe").first.locator("h1")).to_be_visible()
    assert [frame.url for frame in page.frames[1:]] == [
        f"{origins['allowed']}/embed",
        "chrome-error://chromewebdata/",
    ]


def test_it_takes_little_of_the_main_thread(context: BrowserContext, site: Site) -> None:
    plain, embedded = site.put("<p>A page.</p>"), site.put(f"<p>A page.</p>{TAG}")

    def seconds(address: str) -> float:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(address)
        page.wait_for_timeout(200)  # for the first frames
        metrics = session.send("Performance.getMetrics")["metrics"]
        page.close()
        return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))

    without = min(seconds(plain) for _ in range(RUNS))
    assert min(seconds(embedded) for _ in range(RUNS)) - without <= MOST_SECONDS


def test_nothing_on_the_page_moves(page: Page, site: Site) -> None:
    page.add_init_script(f"({SHIFTS})()")
    page.goto(site.put(f"<h1>A page</h1>{'<p>Words.</p>' * 40}{TAG}"))
    chat = Chat(page).open()
    page.wait_for_timeout(600)  # shifts within 500 ms of a click are forgiven: be past them
    chat.call(f"chat.ask({BEDS!r})")
    page.wait_for_timeout(200)
    assert page.evaluate("shifts") == 0
    page.goto(site.example("inline.html"), wait_until="networkidle")
    expect(chat.field).to_be_visible()
    assert page.evaluate("shifts") == 0


@pytest.mark.parametrize("name", ["plain", "inline", "right-to-left", "single-page-app"])
def test_the_examples_do_what_they_show(page: Page, site: Site, name: str) -> None:
    page.goto(site.example(f"{name}.html"))
    chat = Chat(page)
    if name == "single-page-app":
        page.get_by_role("button", name="Mount", exact=True).click()
    if name == "plain":
        page.locator("#ask").click()
        expect(chat.last.locator(".actions")).to_be_visible()
        expect(page.locator("#heard")).not_to_be_empty()
    elif name != "inline":
        chat.open()
    chat.ask(BEDS)
    expect(chat.quotes.first).to_be_visible()
