"""The Gradio chat: the parts of the page, and which of them tells which handler.

How an answer looks stands in `web/answer.html`, `web/chat.css` and `web/chat.js`; what happens on
an event in `qa.conversation`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Any

# Read when gradio is imported, and compared with exactly this word: without it, it calls home.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from fastapi import FastAPI
from gradio.events import api
from gradio.i18n import I18nData

from corpus.errors import WenjuError
from qa.conversation import Conversation
from qa.desk import Desk
from qa.language import LOCALES
from qa.messages import messages
from qa.schemas import AskBody
from qa.types import Done

__all__ = ["build", "mount"]

# The history's name in the reader's browser, and what it is scrambled with there. Both are fixed,
# so that it outlives a restart of the server.
STORAGE_KEY = "wenju_history_1"
STORAGE_SCRAMBLE = "wenju-in-browser"
# Seconds between two looks at the queue. Gradio's own, 0.001, takes 6 % of a core for looking.
POLL = 0.01
QUEUE = 64  # questions that wait; the next one is told that the queue is full
INK, PAPER, CARD, LINE = "var(--wj-ink)", "var(--wj-paper)", "var(--wj-card)", "var(--wj-line)"
ACCENT, MUTED = "var(--wj-accent)", "var(--wj-muted)"
COLOURS = {
    "body_background_fill": PAPER,
    "body_text_color": INK,
    "body_text_color_subdued": MUTED,
    "background_fill_primary": PAPER,
    "background_fill_secondary": CARD,
    "block_background_fill": PAPER,
    "block_label_text_color": MUTED,
    "block_title_text_color": MUTED,
    "border_color_primary": LINE,
    "border_color_accent": ACCENT,
    "color_accent_soft": "var(--wj-accent-soft)",
    "input_background_fill": CARD,
    "button_primary_background_fill": ACCENT,
    "button_primary_background_fill_hover": ACCENT,
    "button_primary_text_color": PAPER,
    "link_text_color": ACCENT,
}


def mount(app: FastAPI, desk: Desk) -> None:
    """Serve the chat at the root of an app."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:  # outside a loop, Gradio opens one for each of its locks and closes none
        asyncio.run(_mounted(app, desk))
    else:
        _mount(app, desk)


async def _mounted(app: FastAPI, desk: Desk) -> None:
    _mount(app, desk)


def _mount(app: FastAPI, desk: Desk) -> None:
    gr.mount_gradio_app(
        app,
        build(desk),
        path="/",
        root_path=desk.base or None,
        theme=_theme(),
        i18n=_i18n(),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        enable_monitoring=False,
        show_error=False,
        max_file_size="1kb",
        allowed_paths=[],
    )


def build(desk: Desk) -> gr.Blocks:
    """Return the page and its handlers."""
    page = gr.Blocks(title="问据 Wenju", analytics_enabled=False, fill_height=True)
    with page:
        turns = gr.BrowserState([], storage_key=STORAGE_KEY, secret=STORAGE_SCRAMBLE)
        head = gr.HTML(elem_id="wj-head")
        with gr.Row(elem_id="wj-columns", equal_height=False):
            with gr.Column(scale=5, min_width=300, elem_id="wj-chat"):
                chatbot, box = _chatbot(), _box(desk.settings.max_question_characters)
                filters = _filters()
            with gr.Column(scale=3, min_width=280, elem_id="wj-side"):
                gr.HTML('<aside id="wj-panel"></aside>')
        verbatim = gr.Button(elem_id="wj-verbatim", visible="hidden")
        api(_endpoint(desk), api_name="ask")  # first, or a handler would take its name
        _wire(Conversation(desk), page, turns, head, chatbot, box, filters, verbatim)
    page.queue(max_size=QUEUE, default_concurrency_limit=os.cpu_count() or 1)
    page._queue.sleep_when_free = POLL
    return page


def _chatbot() -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="wj-turns",
        show_label=False,
        label="问据 Wenju",
        container=False,
        height=None,
        layout="bubble",
        latex_delimiters=[],
        buttons=[],
        feedback_options=None,
    )


def _box(longest: int) -> gr.Textbox:
    return gr.Textbox(
        elem_id="wj-box",
        show_label=False,
        label=_word("web.question"),
        placeholder=_word("web.placeholder"),
        submit_btn=True,
        stop_btn=True,
        max_lines=6,
        max_length=longest,
        autofocus=True,
        container=False,
    )


def _filters() -> list[gr.components.Component]:
    with gr.Accordion(_word("web.filters"), open=False, elem_id="wj-filters"):
        with gr.Row():
            sources = gr.Dropdown([], label=_word("source"), multiselect=True)
            languages = gr.Dropdown([], label=_word("language"), multiselect=True)
        with gr.Row():
            since = gr.Textbox(label=_word("web.since"), placeholder="2023-06", max_length=10)
            until = gr.Textbox(label=_word("web.until"), placeholder="2024", max_length=10)
    return [sources, languages, since, until]


def _wire(
    does: Conversation,
    page: gr.Blocks,
    turns: gr.BrowserState,
    head: gr.HTML,
    chatbot: gr.Chatbot,
    box: gr.Textbox,
    filters: list[gr.components.Component],
    verbatim: gr.Button,
) -> None:
    """Say which handler answers which event. None of them is part of the described API."""
    shown = [box, chatbot, turns]
    typed = [box, turns, *filters]
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    after: dict[str, Any] = {"fn": None, "js": "() => window.wenjuChat?.drawn()", **quiet}
    as_typed = "(...all) => window.wenjuChat.verbatim(all)"
    page.load(does.opened, [turns], [head, chatbot, *filters[:2]], **quiet).then(**after)
    events = [
        box.submit(does.ask, typed, shown, **quiet),
        chatbot.example_select(does.chosen, [turns, *filters], shown, **quiet),
        chatbot.option_select(does.chosen, [turns, *filters], shown, **quiet),
        chatbot.retry(does.retried, [turns, *filters], shown, **quiet),
        verbatim.click(does.verbatim, typed, shown, js=as_typed, **quiet),
    ]
    for event in events:
        event.then(**after)
    box.stop(None, cancels=[*events], **quiet)
    chatbot.undo(does.undone, [turns], shown, **quiet).then(**after)
    chatbot.clear(does.cleared, None, shown, **quiet).then(**after)


def _endpoint(desk: Desk) -> Callable[..., dict[str, Any]]:
    """Return what `gradio_client` calls as `/ask`."""

    def ask(
        request: gr.Request,
        question: str,
        history: list[dict[str, Any]] | None = None,
        filters: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Answer in quotes. `history` and `filters` are as in POST /api/ask, or left out."""
        if seconds := desk.rates.wait((request.client.host if request.client else "") or ""):
            raise gr.Error(f"Too many questions. Wait {seconds} seconds.", print_exception=False)
        try:
            body = AskBody.model_validate(
                {"question": question, "history": history or [], "filters": filters or {}}
            )
            turns = [turn.turn() for turn in body.history]
            *_, done = desk.ask(body.question, turns, body.filters.filters() or None)
        except WenjuError as error:
            raise gr.Error(f"{error} {error.hint}".strip(), print_exception=False) from error
        except ValueError as error:
            raise gr.Error("The request is malformed.", print_exception=False) from error
        assert isinstance(done, Done)
        return _without_paths(done.answer.as_dict())

    return ask


def _without_paths(answer: dict[str, Any]) -> dict[str, Any]:
    """Leave out the articles' paths: Gradio takes whatever has one for a file to be fetched."""
    for quote in (*answer["quotes"], *answer["closest"]):
        del quote["article"]["path"]
    return answer


def _theme() -> gr.themes.Base:
    """Return a theme whose colours are those of `web/ink.css`, light and dark."""
    fonts = ["var(--wj-sans)", "system-ui", "sans-serif"]
    mono = ["ui-monospace", "monospace"]
    colours = COLOURS | {f"{name}_dark": colour for name, colour in COLOURS.items()}
    return gr.themes.Base(font=fonts, font_mono=mono).set(**colours)


def _word(key: str) -> I18nData:
    """Return a message that the browser says in the reader's language."""
    return gr.I18n()(_key(key))


def _key(key: str) -> str:
    """Return a name without a dot, which would mean a part of a part."""
    return "wj_" + key.replace(".", "_")


def _i18n() -> gr.I18n:
    spoken = {
        locale: {_key(key): text for key, text in messages(language).items()}
        for language, locale in LOCALES.items()
    }
    return gr.I18n(**spoken)
