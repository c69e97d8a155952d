"""A person asks: the answer is quotes, each leads to its place, and not knowing looks different."""

from __future__ import annotations

import json
from contextlib import suppress

from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser.chat.conftest import Opening, ask

ZH = "民医工作室什么时候开诊？"
EN = "When did Bramley Cottage Hospital open?"


def follow(page: Page, link: Locator) -> Page:
    """Click a link that opens a tab; return the tab."""
    with page.context.expect_page() as opened:
        link.click()
    opened.value.wait_for_load_state()
    return opened.value


def test_a_chinese_question_leads_to_the_marked_sentence(opening: Opening) -> None:
    page = opening()
    ask(page, ZH)
    quote = page.locator(".wj-quote blockquote").first
    expect(quote).to_contain_text("开诊那天是2021年7月1日")
    expect(page.locator(".wj-quote mark").first).to_have_text("2021年7月1日")
    article = follow(page, page.locator(".wj-card a").first)
    mark = article.locator("mark#q1")
    expect(mark).to_have_text(quote.inner_text())
    expect(mark).to_be_in_viewport()


def test_an_english_question(opening: Opening) -> None:
    page = opening(locale="en-GB")
    ask(page, EN)
    expect(page.locator(".wj-quote mark").first).to_have_text("1924")
    expect(page.locator(".wj-card").first).to_contain_text("Bramley Observer")
    expect(page.locator("#wj-box textarea")).to_have_attribute("placeholder", "Type a question…")


def test_the_panel_shows_the_passage_around_the_quote_that_was_clicked(opening: Opening) -> None:
    page = opening()
    ask(page, ZH)
    ask(page, "洛阳市中心医院招了多少名宣讲员？")
    panel = page.locator("#wj-panel")
    expect(panel.locator("mark").first).to_contain_text("宣讲员")
    page.locator(".wj-number.wj-do-show").first.click()
    expect(panel.locator(".wj-focused mark")).to_contain_text("开诊那天是2021年7月1日")
    around = panel.locator(".wj-focused blockquote").inner_text()
    assert len(around) > len(panel.locator(".wj-focused mark").inner_text())


def test_not_knowing_looks_different(opening: Opening) -> None:
    page = opening()
    ask(page, "谁赢了1998年世界杯足球赛？")
    answer = page.locator(".wj-abstained")
    expect(answer).to_contain_text("没有找到答案")
    expect(answer.locator(".wj-do-wrong_evidence")).to_have_count(0)
    border = "getComputedStyle(document.querySelector('.wj-abstained')).borderTopStyle"
    assert page.evaluate(border) == "dashed"


def test_a_follow_up_shows_what_was_searched_and_takes_it_back(opening: Opening) -> None:
    page = opening()
    ask(page, "株洲市中心医院支部书记是谁？")
    ask(page, "那它有多少党员？")
    searched = page.locator(".wj-searched b")
    expect(searched).to_contain_text("株洲市中心医院")
    page.locator(".wj-do-verbatim").click()
    expect(searched).to_have_count(0)
    expect(page.locator(".wj-answer")).to_have_count(2)


def test_examples_and_suggested_follow_ups_are_asked_by_a_click(opening: Opening) -> None:
    page = opening()
    examples = page.locator("#wj-turns .example")
    expect(examples).to_have_count(6)
    question = examples.first.inner_text().strip()
    examples.first.click()
    expect(page.locator(".wj-question").first).to_have_text(question)
    expect(page.locator(".wj-quote").first).to_be_visible()
    page = opening()
    ask(page, ZH)
    more = page.locator("#wj-turns .option").first
    question = more.inner_text().strip()
    more.click()
    expect(page.locator(".wj-question").nth(1)).to_have_text(question)


def test_a_filter_chooses_who_answers(opening: Opening) -> None:
    page = opening(locale="en-GB")
    page.locator("#wj-turns .example").first.wait_for()  # the choices come with the examples
    page.get_by_role("button", name="Filter the articles").click()
    box = page.get_by_label("Language").last
    option = page.get_by_role("option", name="Japanese")
    for _ in range(5):  # the list closes when the choices arrive while it is open
        box.click()
        with suppress(TimeoutError):
            option.wait_for(timeout=2_000)
            break
        box.blur()
    option.click()
    page.keyboard.press("Escape")
    ask(page, EN)
    expect(page.locator(".wj-answer")).not_to_contain_text("1924")


def test_verdicts_are_kept(opening: Opening, address: str) -> None:
    page = opening()
    ask(page, ZH)
    for name in ("up", "wrong_evidence"):
        with page.expect_response("**/api/feedback") as sent:
            page.locator(f".wj-do-{name}").click()
        assert sent.value.status == 201
        expect(page.locator(f".wj-do-{name}")).to_have_attribute("aria-pressed", "true")
    body = json.loads(sent.value.request.post_data or "")
    assert body["question"] == ZH
    assert body["quotes"][0]["end"] > body["quotes"][0]["start"]
    expect(page.locator(".wj-do-up")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".wj-space")).to_have_text("谢谢，已记下。")


def test_an_answer_is_copied_with_its_citations(opening: Opening, address: str) -> None:
    page = opening(permissions=["clipboard-read", "clipboard-write"])
    ask(page, ZH)
    quote = page.locator(".wj-quote blockquote").first.inner_text()
    page.locator(".wj-do-copy-text").click()
    expect(page.locator(".wj-do-copy-text")).to_have_text("已复制")
    text = page.evaluate("navigator.clipboard.readText()")
    assert f"[1] {quote}" in text
    assert f"{address}/article/" in text
    page.locator(".wj-do-copy-markdown").click()
    expect(page.locator(".wj-do-copy-markdown")).to_have_text("已复制")
    marked = page.evaluate("navigator.clipboard.readText()")
    assert f"> {quote}" in marked
    assert f"]({address}/article/" in marked


def test_retry_undo_and_clear(opening: Opening) -> None:
    page = opening(locale="en-GB")
    ask(page, EN)
    page.locator(".wj-tools").evaluate("tools => tools.setAttribute('data-before', '')")
    page.get_by_role("button", name="Retry").last.click()
    expect(page.locator(".wj-tools[data-before]")).to_have_count(0)
    expect(page.locator(".wj-tools")).to_have_count(1)
    page.get_by_role("button", name="Undo").last.click()
    expect(page.locator("#wj-box textarea")).to_have_value(EN)
    expect(page.locator(".wj-answer")).to_have_count(0)
    ask(page, EN)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".wj-answer")).to_have_count(0)


def test_a_hostile_article_is_text(opening: Opening) -> None:
    page = opening(locale="en-GB")
    ask(page, "Does the zanzibar kiosk of the harbour open in the morning?")
    quote = page.locator(".wj-answer blockquote").first
    expect(quote).to_contain_text("<script>document.title='run'</script>")
    expect(quote).to_contain_text("*nine*")
    expect(page.locator("#wj-panel")).to_contain_text("<script>document.title='run'</script>")
    expect(page.locator(".wj-card").first).to_contain_text('<img src=x onerror="document')
    assert page.locator("#wj-turns img, #wj-panel img").count() == 0
    article = follow(page, page.locator(".wj-card a").first)
    expect(article.locator("h1")).to_contain_text("<img src=x")
    assert article.locator("img, main script").count() == 0
    assert "run" not in (page.title(), article.title())
