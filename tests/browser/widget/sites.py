"""Two origins on this machine: Wenju as it is served, and the site of somebody who embeds it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

__all__ = ["Site", "bound", "serving"]

EXAMPLES = Path(__file__).parents[3] / "examples"
EXPECTED = "http://127.0.0.1:7860"  # where the examples look for Wenju
TYPES = {".css": "text/css", ".html": "text/html"}


def bound() -> tuple[socket.socket, str]:
    """Take a free port; return it with the origin that it will be."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    return taken, f"http://127.0.0.1:{taken.getsockname()[1]}"


@contextmanager
def serving(app: ASGIApp, taken: socket.socket) -> Iterator[None]:
    """Serve an app from a thread of this process; its own start and end stay the caller's."""
    config = uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([taken],))
    thread.start()
    until = time.monotonic() + 10
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    assert server.started
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


class Site:
    """Somebody's pages: those of `examples/`, and what a test puts there."""

    def __init__(self) -> None:
        self.taken, self.origin = bound()
        self.wenju = EXPECTED
        self._pages: dict[str, tuple[str, Mapping[str, str]]] = {}
        self.app = Starlette(routes=[Route("/{name:path}", self._answer)])

    def put(
        self,
        body: str,
        *,
        head: str = "",
        html: str = 'lang="en"',
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Put up a page; return its address. `{wenju}` in it is where Wenju is."""
        page = (
            f"<!doctype html><html {html}><head><meta charset=utf-8><title>A site</title>"
            '<meta name=viewport content="width=device-width, initial-scale=1">'
            f"{head}</head><body>{body}</body></html>"
        )
        name = f"page-{len(self._pages)}.html"
        self._pages[name] = (page.replace("{wenju}", self.wenju), headers or {})
        return f"{self.origin}/{name}"

    def example(self, name: str) -> str:
        """Return the address of one of the examples."""
        return f"{self.origin}/{name}"

    async def _answer(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name in self._pages:
            page, headers = self._pages[name]
            return HTMLResponse(page, headers=dict(headers))
        path = EXAMPLES / name
        if path.suffix not in TYPES or not path.is_file():
            return PlainTextResponse("", status_code=404 if name != "favicon.ico" else 204)
        text = path.read_text(encoding="utf-8").replace(EXPECTED, self.wenju)
        return PlainTextResponse(text, media_type=TYPES[path.suffix])
