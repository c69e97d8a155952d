"""How many questions a client may ask: a sliding window for each address and origin."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from math import ceil
from time import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from corpus.errors import BadSetting

__all__ = ["Rates"]

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
        if self._rate is None or (self._spares_loopback and _is_loopback(address)):
            return 0
        client = (_network(address), origin)
        if self._counter.hit(self._rate, *client):
            return 0
        return max(1, ceil(self._counter.get_window_stats(self._rate, *client).reset_time - time()))


def _parsed(rate: str) -> RateLimitItem | None:
    if rate.strip().lower() == UNLIMITED:
        return None
    try:
        return parse(rate)
    except ValueError:
        raise BadSetting(
            f"{rate!r} is not a rate.", hint="Write 60/minute, 1000/hour, or none for no limit."
        ) from None


def _is_loopback(address: str) -> bool:
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
