"""Which web pages may use the server from another origin: one list, read in four places.

The list drives the CORS headers, the answer to a preflight, the refusal of any other origin's
request, and `frame-ancestors`. An empty list means only the server's own origin. Cross-origin is
only what an embedded chat needs; every other path is for the own origin alone. The code of the
widget itself is open to all: it holds nothing, and says on the page what it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.errors import BadSetting
from qa.problems import problem

__all__ = ["OriginMiddleware", "Origins"]

EMBEDDED = re.compile(r"/api/(ask|feedback|suggestions)")
OPEN = re.compile(r"/widget\.js|/widget/.*")
METHODS = "GET, POST, OPTIONS"
HEADERS = "Accept, Content-Type, Last-Event-ID"
EXPOSED = "Retry-After"
REMEMBER = "600"  # seconds a browser may keep a preflight's answer; Chromium's cap is 7200
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origins:
    """The allow-list: exact origins, and `https://*.example.org` for every host below it."""

    allowed: tuple[str, ...] = ()

    @classmethod
    def of(cls, allowed: Iterable[str]) -> Origins:
        """Check and normalise a list; raises `BadSetting` for what is no origin."""
        return cls(tuple(dict.fromkeys(_checked(entry) for entry in allowed)))

    def allows(self, origin: str) -> bool:
        """Say whether a foreign origin is on the list; `null` and malformed ones never are.

        >>> Origins.of(["https://*.example.org"]).allows("https://news.example.org")
        True
        >>> Origins.of(["https://*.example.org"]).allows("https://example.org")
        False
        """
        parts = _parts(origin)
        if parts is None or "*" in origin:
            return False
        return any(_matches(_parts(entry), parts) for entry in self.allowed)

    @property
    def frame_ancestors(self) -> str:
        """Return the value of the CSP directive."""
        return " ".join(["'self'", *self.allowed])


Parts = tuple[str, str, int]


def _parts(origin: str) -> Parts | None:
    """Return scheme, host and port of an origin, or None where it is none."""
    try:
        split = urlsplit(origin)
        port = split.port
    except ValueError:
        return None
    if split.scheme not in DEFAULT_PORTS or not split.hostname or split.username is not None:
        return None
    if split.path or split.query or split.fragment:
        return None
    return split.scheme, split.hostname.lower(), port or DEFAULT_PORTS[split.scheme]


def _matches(entry: Parts | None, origin: Parts) -> bool:
    if entry is None or (entry[0], entry[2]) != (origin[0], origin[2]):
        return False
    if entry[1].startswith("*."):
        return origin[1].endswith(entry[1][1:]) and len(origin[1]) > len(entry[1]) - 1
    return entry[1] == origin[1]


def _checked(entry: str) -> str:
    cleaned = entry.strip().rstrip("/").lower()
    parts = _parts(cleaned)
    if parts is None or "*" in parts[1].removeprefix("*.") or parts[1] == "*.":
        raise BadSetting(
            f"{entry!r} is not an origin.",
            hint="Write https://example.org, or https://*.example.org for every host below it.",
        )
    return cleaned


class OriginMiddleware:
    """Refuse requests of foreign pages that are not allowed, and answer those that are."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        """Stand before an app."""
        self.app = app
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with CORS headers where it may be read, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        if scope["type"] == "http" and OPEN.fullmatch(_path(scope)):
            await self.app(scope, receive, _readable(send, "*"))
        elif scope["type"] == "http" and not origin and EMBEDDED.fullmatch(_path(scope)):
            await self.app(scope, receive, _varied(send))
        elif not origin or _is_own(origin, headers.get("host", "")):
            await self.app(scope, receive, send)
        elif not (EMBEDDED.fullmatch(_path(scope)) and self.origins.allows(origin)):
            await _refusal(origin)(scope, receive, send)
        elif scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _preflight(origin)(scope, receive, send)
        else:
            await self.app(scope, receive, _readable(send, origin))


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"


def _is_own(origin: str, host: str) -> bool:
    """Compare without the scheme: a proxy may end TLS without saying so."""
    parts = _parts(origin)
    return parts is not None and parts == _parts(f"{parts[0]}://{host}")


def _refusal(origin: str) -> Response:
    return problem(
        403,
        "origin-not-allowed",
        "This site may not use this server",
        f"Requests from {origin[:200]} are not allowed here.",
        hint="The operator can allow it: wenju serve --allow-origin https://your-site.example",
    )


def _preflight(origin: str) -> Response:
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": HEADERS,
            "Access-Control-Max-Age": REMEMBER,
            "Vary": "Origin",
        },
    )


def _varied(send: Send) -> Send:
    """Tell caches that the answer depends on who asks."""

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Origin")
        await send(message)

    return wrapped


def _readable(send: Send, origin: str) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Expose-Headers"] = EXPOSED
            headers.add_vary_header("Origin")
        await send(message)

    return wrapped
