"""How many questions a client may ask: a sliding window for each address and origin."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from math import ceil
from time import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from corpus.errors import BadSetting
from qa.problems import Problem, problem

__all__ = ["Limited", "Pace", "Rates", "is_loopback", "too_many"]

DEFAULT = "60/minute"  # more than a person types, little for a machine
UNLIMITED = "none"
NETWORK = 64  # bits of an IPv6 address that name a customer; the rest is free to change


class Rates:
    """Counts the questions of each client. Made for one process."""

    def __init__(self, rate: str) -> None:
        """Take the `rate_limit` setting; empty limits every machine but this one.

        Raises:
            BadSetting: not `<count>/<second|minute|hour|day>`, `none` or empty.
        """
        self._rate = _parsed(rate or DEFAULT)
        self._spares_loopback = not rate
        self._counter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def wait(self, address: str, origin: str = "") -> int:
        """Count a question of a client; return the seconds to wait, 0 where it may ask now."""
        if self._rate is None or (self._spares_loopback and is_loopback(address)):
            return 0
        client = (_network(address), origin)
        if self._counter.hit(self._rate, *client):
            return 0
        return max(1, ceil(self._counter.get_window_stats(self._rate, *client).reset_time - time()))


class Limited(Exception):
    """A client asks too often; it may again in some seconds."""

    def __init__(self, seconds: int) -> None:
        """Say how long to wait."""
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


async def too_many(request: Request, error: Exception) -> Problem:
    """Answer a client that asks too often."""
    assert isinstance(error, Limited)
    return _too_many(error.seconds)


class Pace:
    """Count the requests to one path as questions, for an app that does not count by itself."""

    def __init__(self, app: ASGIApp, rates: Rates, path: str) -> None:
        """Stand before an app."""
        self.app = app
        self.rates = rates
        self.path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or tell the client to wait."""
        if scope["type"] == "http" and scope["path"].endswith(self.path):
            address = (scope.get("client") or ("", 0))[0]
            if seconds := self.rates.wait(address):
                await _too_many(seconds)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _too_many(seconds: int) -> Problem:
    return problem(
        429,
        "too-many-questions",
        "Too many questions",
        f"You asked many questions in a short time. Please wait {seconds} seconds.",
        hint="The operator can raise the limit: WENJU_RATE_LIMIT.",
        headers={"Retry-After": str(seconds)},
    )


def _parsed(rate: str) -> RateLimitItem | None:
    if rate.strip().lower() == UNLIMITED:
        return None
    try:
        return parse(rate)
    except ValueError:
        raise BadSetting(
            f"{rate!r} is not a rate.", hint="Write 60/minute, 1000/hour, or none for no limit."
        ) from None


@lru_cache(maxsize=1_000)
def is_loopback(address: str) -> bool:
    """Say whether an IP address is this machine; what is no address is not."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _network(address: str) -> str:
    """Return what of an address stands for one client."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(IPv6Address(int(parsed) >> (128 - NETWORK) << (128 - NETWORK)))
    return address
