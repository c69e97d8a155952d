"""Our own pages: their templates, their files, and what every page knows of its reader."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from qa.language import TAGS, preferred
from qa.messages import messages

__all__ = ["WEB", "language_of", "page"]

WEB = Path(__file__).parent / "web"


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(WEB),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
    )


def language_of(request: Request) -> str:
    """Return the language to speak with whoever sent a request."""
    return preferred(request.headers, request.cookies, request.query_params.get("lang", ""))


def page(request: Request, template: str, values: dict[str, Any]) -> HTMLResponse:
    """Return a template as a page; every value in it is escaped.

    A template knows `words` (our messages in the reader's language), `tag` (for `<html lang>`)
    and `base`, the path that our URLs stand under, beside the values given.
    """
    language = language_of(request)
    known = {
        "words": messages(language),
        "tag": TAGS[language],
        "base": request.scope.get("root_path", "").rstrip("/"),
    }
    html = _templates().get_template(template).render({**known, **values})
    return HTMLResponse(html, headers={"Vary": "Accept-Language, Cookie"})
