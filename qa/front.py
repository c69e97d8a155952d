"""Gradio's start page made ours: our language, style and scripts, and no other host in it.

Gradio adds what is given as `head` only after it has started, too late for the language; so the
page is changed as it is sent.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.guards import inner_path
from qa.language import TAGS
from qa.pages import language_of

__all__ = ["Front"]

# What a start page says of Gradio and where it lives: search engines would show that for ours.
FOREIGN = re.compile(r'\s*<meta\s+(?:property="og:|name="twitter:)[^>]*>', re.S)
MANIFEST = re.compile(r'<link rel="manifest"[^>]*>')
LANGUAGE = re.compile(r'<html\s+lang="en"')
HEAD = (
    '<meta name="referrer" content="same-origin">'
    '<link rel="icon" href="{base}/web/icon.svg" type="image/svg+xml">'
    '<link rel="stylesheet" href="{base}/web/ink.css">'
    '<link rel="stylesheet" href="{base}/web/chat.css">'
    '<script src="{base}/web/boot.js"></script>'
    '<script src="{base}/web/chat.js" defer></script>'
)


class Front:
    """Change the start page on its way out; everything else passes."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an app that serves Gradio at its root."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or scope["method"] != "GET" or inner_path(scope) != "/":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        kept = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        started: list[Message] = []
        body = bytearray()

        async def held(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
                return
            if message["type"] != "http.response.body":
                await send(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                await self._send(request, started[0], bytes(body), send)

        await self.app({**scope, "headers": kept}, receive, held)

    async def _send(self, request: Request, start: Message, body: bytes, send: Send) -> None:
        if Headers(raw=start["headers"]).get("content-type", "").startswith("text/html"):
            body = _ours(request, body.decode()).encode()
        headers = MutableHeaders(raw=start["headers"])
        headers["Content-Length"] = str(len(body))
        headers["Cache-Control"] = "no-cache"
        headers.add_vary_header("Accept-Language")
        headers.add_vary_header("Cookie")
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": body})


def _ours(request: Request, html: str) -> str:
    base = request.scope.get("root_path", "").rstrip("/")
    html = MANIFEST.sub("", FOREIGN.sub("", html))
    html = LANGUAGE.sub(f'<html lang="{TAGS[language_of(request)]}"', html, count=1)
    return html.replace("<head>", "<head>" + HEAD.format(base=base), 1)
