"""The embeddable widget: its one file, the tag that a site owner pastes, and a page to make it.

The parts of the widget stand under `qa/widget/`, one noun each, as they are written; what is
served is these parts one after another, in one function scope. Nothing is minified or compiled.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from markupsafe import Markup

from corpus.errors import BadSetting
from qa.pages import page
from qa.settings import Settings

__all__ = ["POSITIONS", "SCHEMES", "Look", "frame", "routes", "script", "tag"]

WIDGET = Path(__file__).parent / "widget"
PARTS = ("values", "stream", "memory", "nodes", "turn", "panel", "element", "page")
POSITIONS = ("bottom-right", "bottom-left")
SCHEMES = ("light", "dark")
LANGUAGES = {"en": "English", "zh": "简体中文", "zh-Hant": "繁體中文"}
ACCENT = "#9c3320"  # of look.css
CACHED = "public, max-age=3600"  # a new version reaches every page within the hour
COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}|[a-z]{3,30}|(rgb|hsl|oklch|oklab|lab|lch)\([0-9a-z.,/% ]+\)"
)
MAX_EXAMPLES = 12
Text = Annotated[str, Query(max_length=200)]
HEAD = "// Wenju's embeddable chat. How to use it: /embed on the server that this file came from."


@dataclass(frozen=True, slots=True)
class Look:
    """What the tag says of the widget; what is empty follows the page it stands on."""

    title: str = ""
    language: str = ""
    accent: str = ""
    position: str = ""
    scheme: str = ""
    examples: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what the widget would ignore without a word."""
        _among("language", self.language, tuple(LANGUAGES))
        _among("position", self.position, POSITIONS)
        _among("scheme", self.scheme, SCHEMES)
        if self.accent and not COLOUR.fullmatch(self.accent):
            raise BadSetting(
                f"{self.accent!r} is not a colour.", hint="Write one as in CSS: #0b6, teal, rgb(…)."
            )


@cache
def script() -> str:
    """Return the widget as it is served."""
    texts = json.loads((WIDGET / "texts.json").read_text(encoding="utf-8"))
    data = json.dumps(texts, ensure_ascii=False, indent=1)
    look = (WIDGET / "look.css").read_text(encoding="utf-8").replace("\\", "\\\\")
    parts = ((WIDGET / f"{part}.js").read_text(encoding="utf-8") for part in PARTS)
    body = "\n".join((f"const TEXTS = {data};\n", f"const LOOK = `{look}`;\n", *parts))
    return f'{HEAD}\n(() => {{\n"use strict";\n\n{body}}})();\n'


def tag(base_url: str, look: Look) -> str:
    """Return the tag that a site owner pastes into a page.

    Raises `BadSetting` where the base URL is not one of a web server.

    >>> tag("https://ask.example.org", Look(title="Ask <us>"))
    '<script async src="https://ask.example.org/widget.js" data-title="Ask &lt;us&gt;"></script>'
    """
    given = {
        "title": look.title,
        "language": look.language,
        "accent": look.accent,
        "position": look.position,
        "scheme": look.scheme,
        "examples": json.dumps(look.examples, ensure_ascii=False) if look.examples else "",
    }
    data = "".join(f' data-{name}="{escape(value)}"' for name, value in given.items() if value)
    return f'<script async src="{escape(_checked(base_url))}/widget.js"{data}></script>'


def frame(base_url: str) -> str:
    """Return the other way to embed: the whole chat page in a frame."""
    source = escape(_checked(base_url))
    return f'<iframe src="{source}/" title="Wenju" width="100%" height="700"></iframe>'


def routes(settings: Settings) -> APIRouter:
    """Return the routes of the widget's file and of the page that makes the tag."""
    router = APIRouter(include_in_schema=False)

    @router.get("/widget.js")
    def widget(if_none_match: Annotated[str, Header()] = "") -> Response:
        return _file(script(), "text/javascript", if_none_match)

    @router.get("/widget/widget.d.ts")
    def declarations(if_none_match: Annotated[str, Header()] = "") -> Response:
        text = (WIDGET / "widget.d.ts").read_text(encoding="utf-8")
        return _file(text, "text/plain", if_none_match)

    @router.get("/embed")
    def embed(
        request: Request,
        title: Text = "",
        language: Text = "",
        accent: Text = "",
        position: Text = "",
        scheme: Text = "",
        examples: Annotated[str, Query(max_length=4_000)] = "",
    ) -> HTMLResponse:
        lines = tuple(line.strip() for line in examples.splitlines() if line.strip())
        look = Look(title, language, accent, position, scheme, lines[:MAX_EXAMPLES])
        base_url = str(request.base_url).rstrip("/")
        values = {
            "look": look,
            "html_tag": Markup(tag(base_url, look)),  # every value in it is escaped
            "frame": frame(base_url),
            "allowed": settings.allow_origins,
            "default_accent": ACCENT,
            "languages": LANGUAGES,
            "choices": {"language": tuple(LANGUAGES), "position": POSITIONS, "scheme": SCHEMES},
        }
        return page(request, "embed.html", values)

    return router


def _file(text: str, media_type: str, known: str) -> Response:
    """Return a file that any page may load; it holds no secret."""
    mark = f'"{sha256(text.encode()).hexdigest()[:16]}"'
    headers = {
        "ETag": mark,
        "Cache-Control": CACHED,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if mark in known:
        return Response(status_code=304, headers=headers)
    return PlainTextResponse(text, media_type=media_type, headers=headers)


def _among(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value and value not in choices:
        raise BadSetting(
            f"{value!r} is no {name} of the widget.", hint=f"It takes {', '.join(choices)}."
        )


def _checked(base_url: str) -> str:
    """Return the base URL without a slash at its end; raises `BadSetting` for what is none."""
    split = urlsplit(base_url.strip())
    if split.scheme not in ("http", "https") or not split.netloc or split.query or split.fragment:
        raise BadSetting(
            f"{base_url!r} is not the address of a server.",
            hint="Write it as https://ask.example.org, with the path it is served under, if any.",
        )
    return base_url.strip().rstrip("/")
