"""By which names the server may be asked: the `Host` of a request.

A foreign page can let its own name point to this machine (DNS rebinding); to a browser it then is
the server's own origin, and only the name that it asks by gives it away. Starlette's
`TrustedHostMiddleware` would do, but it refuses without a cure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from corpus.errors import BadSetting
from qa.problems import problem
from qa.rates import is_loopback

__all__ = ["HostMiddleware", "Hosts"]

HEADER = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\[\]:/?#@\s]+))(?::\d+)?", re.IGNORECASE)
ENTRY = re.compile(r"\*|(\*\.)?[^*/:@\s]+")
ANY = "*"


@dataclass(frozen=True, slots=True)
class Hosts:
    """The allow-list, beside which this machine's own names always pass."""

    allowed: tuple[str, ...] = ()

    @classmethod
    def of(cls, allowed: Iterable[str], listening: str) -> Hosts:
        """Check a list; an empty one allows any name unless `listening` is this machine alone.

        Raises `BadSetting` for what is no name.
        """
        entries = tuple(_checked(entry) for entry in allowed)
        return cls(entries or (() if _is_own(listening) else (ANY,)))

    def allows(self, header: str) -> bool:
        """Say whether a `Host` header may be served; a malformed or missing one only if any may.

        >>> Hosts(("*.example.org",)).allows("Ask.Example.org:8000"), Hosts().allows("[::1]:80")
        (True, True)
        """
        if ANY in self.allowed:
            return True
        found = HEADER.fullmatch(header)
        host = (found[1] or found[2]).lower() if found else ""
        return _is_own(host) or any(_matches(entry, host) for entry in self.allowed)


def _is_own(host: str) -> bool:
    return host == "localhost" or is_loopback(host)


def _matches(entry: str, host: str) -> bool:
    return host.endswith(entry[1:]) if entry.startswith("*.") else host == entry


def _checked(entry: str) -> str:
    cleaned = entry.strip().strip("[]").lower()
    if not (ENTRY.fullmatch(cleaned) or HEADER.fullmatch(f"[{cleaned}]")):
        raise BadSetting(
            f"{entry!r} is not a host name.",
            hint="Write ask.example.org, *.example.org for every host below it, or * for any.",
        )
    return cleaned


class HostMiddleware:
    """Refuse requests to a name that is not ours."""

    def __init__(self, app: ASGIApp, hosts: Hosts) -> None:
        """Stand before an app."""
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        serve = self.app
        if scope["type"] in ("http", "websocket"):
            host = Headers(scope=scope).get("host", "")
            if not self.hosts.allows(host):
                serve = _refusal(host)
        await serve(scope, receive, send)


def _refusal(host: str) -> Response:
    return problem(
        400,
        "host-not-allowed",
        "This is not a name of this server",
        f"The server is not asked by the name {host[:200]!r}.",
        hint="The operator can allow it: wenju serve --allow-host ask.example.org",
    )
