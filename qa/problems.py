"""Failures as HTTP says them: RFC 9457 problem details, made from the error tree."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from corpus.errors import WenjuError

__all__ = ["PROBLEM_SCHEMA", "Problem", "install", "problem", "problem_of"]

MEDIA_TYPE = "application/problem+json"
MAX_DETAIL = 500  # characters: a message may quote what was sent, and that may be long
MAX_MISTAKES = 5  # of a malformed request, named one by one
log = logging.getLogger("wenju.web")

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "description": "urn:wenju:problem:{what}"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "hint": {"type": "string", "description": "What to do next."},
    },
    "required": ["type", "title", "status", "detail"],
}


class Problem(JSONResponse):
    """A response of the problem media type."""

    media_type = MEDIA_TYPE


def problem(
    status: int,
    kind: str,
    title: str,
    detail: str,
    *,
    hint: str = "",
    headers: Mapping[str, str] | None = None,
) -> Problem:
    """Return one problem; `kind` names it in its URN."""
    body = {
        "type": f"urn:wenju:problem:{kind}",
        "title": title,
        "status": status,
        "detail": _shortened(detail),
    }
    if hint:
        body["hint"] = hint
    return Problem(body, status_code=status, headers=dict(headers or {}))


def problem_of(error: WenjuError) -> Problem:
    """Return an error of the tree as a problem: its name, its words, its cure."""
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", type(error).__name__).lower()
    kind = words.replace(" ", "-")
    return problem(error.status, kind, words.capitalize(), str(error), hint=error.hint)


def install(app: FastAPI) -> None:
    """Have every failure of an app end as a problem, none as a traceback."""
    app.add_exception_handler(WenjuError, _told)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(Exception, _unexpected)


async def _told(request: Request, error: Exception) -> Problem:
    assert isinstance(error, WenjuError)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%s: %s", type(error).__name__, error)
    return problem_of(error)


async def _http(request: Request, error: Exception) -> Problem:
    assert isinstance(error, HTTPException)
    title = HTTPStatus(error.status_code).phrase
    kind = title.lower().replace(" ", "-").replace("'", "")
    detail = error.detail if isinstance(error.detail, str) else title
    return problem(error.status_code, kind, title, detail, headers=error.headers)


async def _malformed(request: Request, error: Exception) -> Problem:
    assert isinstance(error, RequestValidationError)
    return problem(
        422,
        "malformed-request",
        "Malformed request",
        "; ".join(_mistakes(error.errors())),
        hint="The description of every request is at /docs.",
    )


def _mistakes(errors: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name the places that are wrong; what was sent is not sent back."""
    places = (".".join(str(part) for part in error["loc"]) for error in errors[:MAX_MISTAKES])
    return [
        f"{place}: {error['msg']}"
        for place, error in zip(places, errors[:MAX_MISTAKES], strict=True)
    ]


async def _unexpected(request: Request, error: Exception) -> Problem:
    log.error("unexpected %s", type(error).__name__, exc_info=error)
    return problem(
        500,
        "unexpected",
        "Something went wrong here",
        "The server met an error that it does not know. It was written to the log.",
        hint="Try again; if it happens again, tell the operator what you asked and when.",
    )


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_DETAIL else text[: MAX_DETAIL - 1] + "…"
