"""What stands before every route: the sub-path, the size of a request, what a browser may load.

Plain ASGI, outermost first: `SubPath`, `Log`, `Headers`, `qa.hosts.HostMiddleware`,
`qa.origins.OriginMiddleware`, `Size`.
"""

from __future__ import annotations

import logging
import re
from time import perf_counter

from starlette.datastructures import Headers as RequestHeaders
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.metrics import Metrics
from qa.origins import Origins
from qa.problems import problem

__all__ = ["Headers", "Log", "Size", "SubPath", "inner_path"]

MAX_BODY = 1_000_000  # bytes: a question with a long history is a tenth of it
# Anyone may upload to a Gradio app, even one without an upload on its page, and read local files
# that it has cached. Nothing here needs either.
CLOSED = re.compile(r"/gradio_api/(upload|upload_progress|file|proxy|stream|deep_link)(/.*|=.*)?")
UPLOADS = re.compile(r"/api/admin/files")
OURS = re.compile(r"/(article|admin|docs|embed|web|widget)(/.*|\.js)?|/api/.*")
log = logging.getLogger("wenju.access")

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'self'"
)
# Gradio starts from inline scripts, compiles our handlers with `new Function`, and styles inline.
GRADIO = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval';"
    " style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:;"
    " connect-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; base-uri 'self';"
    " form-action 'self'"
)


class SubPath:
    """Serve under a sub-path, whether the proxy before us takes it off or leaves it on."""

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        """Take the public path, such as `/wenju`; empty changes nothing."""
        self.app = app
        self.root_path = "/" + root_path.strip("/") if root_path.strip("/") else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make path and root path of a request what ASGI wants: the path begins with the root."""
        if self.root_path and scope["type"] in ("http", "websocket"):
            path, root = scope["path"], self.root_path
            if path != root and not path.startswith(f"{root}/"):
                path = root + path
            scope = {**scope, "root_path": root, "path": path}
        await self.app(scope, receive, send)


class Log:
    """Write one line a request, without its query: a search and a citation carry words there."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Count into these metrics too."""
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note how it went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = perf_counter()
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", "") or _first(inner_path(scope))
            self.metrics.requested(_method(scope), route, status)
            milliseconds = round((perf_counter() - started) * 1000, 1)
            line = {"method": _method(scope), "route": route, "status": status, "ms": milliseconds}
            log.info(line)


def _method(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in ("GET", "POST", "DELETE", "OPTIONS", "HEAD", "PUT") else "other"


def _first(path: str) -> str:
    """Return a name for a path that is no route of ours: Gradio's own, or anything at all."""
    found = re.match(r"/(gradio_api|assets|static|theme\.css|config|mcp)?", path)
    return (found[0] if found else "/") if path == "/" or (found and found[1]) else "other"


class Headers:
    """Tell browsers what a page may load, and who may frame it."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        """Let these origins, and the own one, frame the pages."""
        self.app = app
        self.framed = f"; frame-ancestors {origins.frame_ancestors}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to the response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = inner_path(scope)
        policy = (STRICT if OURS.fullmatch(path) else GRADIO) + self.framed
        readers = "cross-origin" if path.startswith("/widget") else "same-origin"

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = policy
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
                headers["Cross-Origin-Resource-Policy"] = readers
            await send(message)

        await self.app(scope, receive, guarded)


class Size:
    """Refuse what is too large to be a question, and doors of Gradio that we do not need."""

    def __init__(self, app: ASGIApp, max_upload: int) -> None:
        """Read at most this many bytes of an upload by the administrator."""
        self.app = app
        self.max_upload = max_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on while its body is within bounds."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = inner_path(scope)
        if CLOSED.fullmatch(path):
            await problem(404, "not-found", "Not found", "There is nothing here.")(
                scope, receive, send
            )
            return
        most = self.max_upload if UPLOADS.fullmatch(path) else MAX_BODY
        declared = RequestHeaders(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > most:
            await _too_large(most)(scope, receive, send)
            return
        await self._counted(scope, receive, send, most)

    async def _counted(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        """Count a body that did not say its size; past the bound the client is gone to the app."""
        read = 0
        over = started = False

        async def bounded() -> Message:
            nonlocal read, over
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                over = True
                return {"type": "http.disconnect"}
            return message

        async def once(message: Message) -> None:
            nonlocal started
            if not over:
                started = started or message["type"] == "http.response.start"
                await send(message)

        try:
            await self.app(scope, bounded, once)
        except Exception:
            if not over:
                raise
        if over and not started:
            await _too_large(most)(scope, receive, send)


def inner_path(scope: Scope) -> str:
    """Return the path below the sub-path that we are served under."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "").rstrip("/")) or "/"


def _too_large(most: int) -> ASGIApp:
    return problem(
        413,
        "request-too-large",
        "Request too large",
        f"At most {most:,} bytes are read here.",
        hint="Ask a shorter question, or send fewer turns of the conversation.",
    )
