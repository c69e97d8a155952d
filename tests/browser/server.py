"""A whole server in a thread of this process: chat, pages, API, with its own start and end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from qa.settings import Settings

__all__ = ["free_port", "running"]

SECONDS = 30  # to start: far more than it takes, so that a busy machine is no failure


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def running(settings: Settings) -> Iterator[str]:
    """Serve as `wenju serve` does; yield the address, and stop at the end."""
    from qa.app import create_app, open_desk

    app = create_app(open_desk(settings))
    config = uvicorn.Config(
        app, port=settings.port, log_level="error", lifespan="on", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until = time.monotonic() + SECONDS
    while not server.started and thread.is_alive() and time.monotonic() < until:
        time.sleep(0.02)
    assert server.started
    try:
        yield f"http://127.0.0.1:{settings.port}{settings.root_path}"
    finally:
        server.should_exit = True
        thread.join()
