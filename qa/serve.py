"""Run the server: one process, ready when it answers, gone when it is told to stop."""

from __future__ import annotations

import json
import logging
import sys

import uvicorn

from qa.settings import Settings

__all__ = ["serve"]

# A page that is open holds a connection for as long as it is open; without a limit the server
# would wait for the last reader to close the tab.
GRACE = 5  # seconds


def serve(settings: Settings) -> None:
    """Serve until told to stop. Returns when the last request is done, or after five seconds.

    Raises:
        BadSetting, StoreError, ModelUnavailable: see `qa.app.open_desk`.
    """
    from qa.app import create_app, open_desk

    set_up_logs()
    desk = open_desk(settings)
    config = uvicorn.Config(
        create_app(desk),
        host=settings.host,
        port=settings.port,
        workers=1,  # a Gradio session lives in one process; see README for more than one
        access_log=False,  # ours leaves out the query, which holds what readers ask
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    uvicorn.Server(config).run()


def set_up_logs() -> None:
    """Write our logs to standard error, one JSON object a line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("wenju", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False


class JsonLines(logging.Formatter):
    """A record as one line of JSON; what is JSON already is put in as it is."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        message = record.getMessage()
        try:
            told = json.loads(message)
        except ValueError:
            told = message
        line = {"at": self.formatTime(record), "log": record.name, "level": record.levelname}
        line |= told if isinstance(told, dict) else {"message": message}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
