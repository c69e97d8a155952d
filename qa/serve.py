"""Run the server: one process, ready when it answers, gone when it is told to stop."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import sys
from collections.abc import Callable
from math import inf

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from corpus.errors import BadSetting
from qa.settings import Settings

__all__ = ["serve"]

# A page that is open holds a connection for as long as it is open; without a limit the server
# would wait for the last reader to close the tab.
GRACE = 5  # seconds
MAX_HEAD = 65_536  # bytes, as uvicorn's other protocol has it


def serve(settings: Settings, announce: Callable[[str], None] | None = None) -> None:
    """Serve until told to stop. Returns when the last request is done, or after five seconds.

    `announce` is called with the address when all is open, just before the first request.

    Raises:
        BadSetting: the address is taken or not ours, or a setting is malformed.
        StoreError, ModelUnavailable: see `qa.app.open_desk`.
    """
    from qa.app import create_app, open_desk

    set_up_logs()
    listening = bound(settings.host, settings.port)
    desk = open_desk(settings)
    config = uvicorn.Config(
        create_app(desk),
        http=BoundedHead,
        workers=1,  # a Gradio session lives in one process; see README for more than one
        access_log=False,  # ours leaves out the query, which holds what readers ask
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    if announce is not None:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        announce(f"http://{host}:{listening.getsockname()[1]}{settings.root_path}/")
    uvicorn.Server(config).run(sockets=[listening])


def bound(host: str, port: int) -> socket.socket:
    """Take the address before anything slow is done; raises `BadSetting` where it cannot be had."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=2048)
        # Connections inherit it. Without, the body of an answer waits 40 ms for the reader's
        # acknowledgement of its head; asyncio sees to it only for sockets that it opens itself.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except (OSError, OverflowError) as error:
        number = getattr(error, "errno", None)
        reason = os.strerror(number) if number else str(error)
        raise BadSetting(
            f"{host}:{port} cannot be listened on: {reason}.",
            hint="Choose another with --host and --port; --port 0 takes a free one.",
        ) from error


class BoundedHead(HttpToolsProtocol):
    """uvicorn's fast protocol, which by itself would keep a head that never ends."""

    _read: float = 0  # bytes since a message ended; minus infinity within a body

    def data_received(self, data: bytes) -> None:
        """Parse what came; refuse a head that is too long."""
        self._read += len(data)
        if self._read > MAX_HEAD:
            self.send_400_response("The head of the request is too long.")
        else:
            super().data_received(data)

    def on_headers_complete(self) -> None:
        """Leave the body to `qa.guards.Size`."""
        self._read = -inf
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Count the next head."""
        self._read = 0
        super().on_message_complete()


def set_up_logs() -> None:
    """Write all logs to standard error, one JSON object a line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(_is_news)
    root = logging.getLogger()
    root.handlers[:] = [handler]  # with one of its own, no library puts up another
    root.setLevel(logging.WARNING)
    for name in ("wenju", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.INFO)


def _is_news(record: logging.LogRecord) -> bool:
    """Leave out that a page was still open at the end: that is what the grace is for."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or not issubclass(kind, asyncio.CancelledError)


class JsonLines(logging.Formatter):
    """A record as one line of JSON; a message that is a dictionary is put in as it is."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {"at": self.formatTime(record), "log": record.name, "level": record.levelname}
        line |= record.msg if isinstance(record.msg, dict) else {"message": record.getMessage()}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
