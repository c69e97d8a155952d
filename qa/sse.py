"""An answer as server-sent events: `searched`, `quote`, `done`, and a heartbeat in between."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

from anyio import CapacityLimiter, to_thread

from corpus.errors import WenjuError
from qa.problems import problem_of
from qa.types import Done, Event, Quoted, Searched

__all__ = ["encoded", "events", "wire"]

HEARTBEAT = 10.0  # seconds; proxies cut a connection that is silent for 30 to 60
log = logging.getLogger("wenju.web")


async def events(
    source: Iterator[Event], seats: CapacityLimiter, heartbeat: float = HEARTBEAT
) -> AsyncIterator[Event | None]:
    """Yield the events of a blocking iterator, and None for each heartbeat of silence."""
    while True:
        step = asyncio.ensure_future(to_thread.run_sync(next, source, None, limiter=seats))
        while not (await asyncio.wait([step], timeout=heartbeat))[0]:
            yield None
        event = step.result()
        if event is None:
            return
        yield event


async def wire(first: Event, rest: AsyncIterator[Event | None]) -> AsyncIterator[bytes]:
    """Yield the bytes of a stream whose first event is there already."""
    yield encoded(first)
    try:
        async for event in rest:
            yield b": heartbeat\n\n" if event is None else encoded(event)
    except WenjuError as error:
        yield _message("error", json.loads(bytes(problem_of(error).body)))
    except Exception:
        log.exception("a stream broke off")
        yield _message("error", {"title": "Something went wrong here", "status": 500})


def encoded(event: Event) -> bytes:
    """Return one event as it goes over the wire."""
    match event:
        case Searched():
            return _message("searched", {"searched": event.searched})
        case Quoted():
            return _message("quote", {"number": event.number, "quote": event.quote.as_dict()})
        case Done():
            return _message("done", event.answer.as_dict())


def _message(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
