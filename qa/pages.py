"""Our own pages: their templates, their files, and what every page knows of its reader."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup
from starlette.requests import HTTPConnection

from qa.language import TAGS, preferred
from qa.messages import messages

__all__ = ["WEB", "language_of", "page", "template"]

WEB = Path(__file__).parent / "web"


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(WEB), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["broken"] = _broken
    return environment


def _broken(text: str) -> Markup:
    """Return text with its line breaks as tags."""
    return Markup("<br>").join(text.splitlines())


def template(name: str) -> Template:
    """Return a template of ours; what it is given is escaped."""
    return _templates().get_template(name)


def language_of(request: HTTPConnection) -> str:
    """Return the language to speak with whoever sent a request."""
    return preferred(request.headers, request.cookies, request.query_params.get("lang", ""))


def page(request: Request, name: str, values: dict[str, Any]) -> HTMLResponse:
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
    html = template(name).render({**known, **values})
    return HTMLResponse(html, headers={"Vary": "Accept-Language, Cookie"})
