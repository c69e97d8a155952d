"""Fetch web pages politely and keep each as a snapshot, to be ingested like any other file.

One request at a time, a pause between two to the same host, what robots.txt forbids left alone,
and a page asked for again only if it has changed. A snapshot is an MHTML file with the address,
so the article links back to it; the web page may change, the snapshot stays what was cited.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from corpus import loaders
from corpus.addresses import addresses
from corpus.errors import FileTooLarge, ServiceError, UnsupportedFile, WenjuError
from corpus.loaders.mhtml import KINDS
from corpus.report import Failure

if TYPE_CHECKING:
    import httpx

__all__ = ["Fetched", "fetch"]

# What a person reading would leave between two pages; robots.txt may ask for more, up to a limit.
PAUSE = 1.0
LONGEST_PAUSE = 10.0
TIMEOUT = 20.0
# A server that is busy is asked once more after at most this long.
LONGEST_WAIT = 30.0
MAX_BYTES = 50_000_000
MOST_REDIRECTS = 5
_BUSY = (429, 503)
# An address is one line, however long.
_POLICY = policy.default.clone(max_line_length=0)

Progress: TypeAlias = Callable[[int, int, str], None]


@dataclass(slots=True)
class Fetched:
    """What a fetch did. `saved` are new or changed snapshots, `unchanged` counts the others."""

    saved: list[Path] = field(default_factory=list)
    unchanged: int = 0
    failed: list[Failure] = field(default_factory=list)


def fetch(
    sources: Iterable[str], folder: Path, *, pause: float = PAUSE, progress: Progress | None = None
) -> Fetched:
    """Fetch pages into a folder, one file an address; a bad one costs a line in `failed`.

    A source is a page's address, a sitemap's (it ends in `.xml` or `.xml.gz`), or a file of
    addresses. `pause` is in seconds, between two requests to one host. Nothing gives nothing.
    """
    import httpx

    fetched = Fetched()
    agent = f"Wenju/{version('wenju')} (articles for question answering)"
    with httpx.Client(
        headers={"User-Agent": agent, "Accept": "text/html, application/pdf;q=0.9, */*;q=0.1"},
        follow_redirects=True,
        max_redirects=MOST_REDIRECTS,
        timeout=TIMEOUT,
    ) as client:
        visitor = _Visitor(client, agent, pause)
        wanted = _wanted(sources, visitor, fetched)
        for done, url in enumerate(wanted, start=1):
            try:
                path = visitor.snapshot(url, folder)
            except WenjuError as error:
                fetched.failed.append(Failure(url, str(error), error.hint))
            else:
                fetched.saved += [path] if path else []
                fetched.unchanged += path is None
            if progress:
                progress(done, len(wanted), url)
    return fetched


def _wanted(sources: Iterable[str], visitor: _Visitor, fetched: Fetched) -> list[str]:
    """Return the pages that the sources mean, each once; note those that cannot be read."""
    wanted: dict[str, None] = {}
    for source in sources:
        try:
            if not source.startswith(("http://", "https://")):
                found = addresses(loaders.read(Path(source)), source, visitor.read)
            elif urlsplit(source).path.endswith((".xml", ".xml.gz")):
                found = addresses(visitor.read(source), source, visitor.read)
            else:
                found = [source]
        except WenjuError as error:
            fetched.failed.append(Failure(source, str(error), error.hint))
        else:
            wanted.update(dict.fromkeys(found))
    return list(wanted)


class _Visitor:
    """Asks servers, remembers what their robots.txt says and when they were asked last."""

    def __init__(self, client: httpx.Client, agent: str, pause: float) -> None:
        self._client = client
        self._agent = agent
        self._pause = pause
        self._rules: dict[str, RobotFileParser] = {}
        self._asked: dict[str, float] = {}

    def read(self, url: str) -> bytes:
        """Return what stands at an address. Raises ServiceError, FileTooLarge, UnsupportedFile."""
        return self._allowed(url, {}).content

    def snapshot(self, url: str, folder: Path) -> Path | None:
        """Write a page's snapshot; return its path, None where nothing has changed."""
        path = folder / _name(url)
        known = _known(path)
        answer = self._allowed(url, _conditions(known))
        if answer.status_code == 304 and known is not None:
            return None
        message = _message(url, answer)
        if (
            known is not None
            and known.get("Snapshot-Content-Digest") == message["Snapshot-Content-Digest"]
        ):
            return None
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_bytes(message.as_bytes(policy=_POLICY))
        partial.replace(path)
        return path

    def _allowed(self, url: str, headers: dict[str, str]) -> httpx.Response:
        """Ask for what robots.txt allows, and take no error for a page."""
        if not self._rules_of(_host(url)).can_fetch(self._agent, url):
            raise ServiceError(f"{url}: robots.txt forbids it.", hint="Ask the site's owner.")
        answer = self._ask(url, headers)
        if answer.is_error:
            raise ServiceError(
                f"{url} answers {answer.status_code} {answer.reason_phrase}.",
                hint="Check the address in a browser.",
            )
        return answer

    def _rules_of(self, host: str) -> RobotFileParser:
        if host not in self._rules:
            rules = RobotFileParser()
            answer = self._ask(f"{host}/robots.txt", {})
            # As the standard has it: no file allows all, a server in trouble forbids all.
            broken = answer.status_code >= 500
            text = (
                "User-agent: *\nDisallow: /" if broken else "" if answer.is_error else answer.text
            )
            rules.parse(text.splitlines())
            self._rules[host] = rules
        return self._rules[host]

    def _ask(self, url: str, headers: dict[str, str]) -> httpx.Response:
        """Ask, once more where the server is busy. Raises ServiceError, FileTooLarge."""
        answer = self._asked_once(url, headers)
        if answer.status_code in _BUSY:
            after = answer.headers.get("Retry-After", "")
            time.sleep(min(LONGEST_WAIT, float(after) if after.isdigit() else self._pause))
            answer = self._asked_once(url, headers)
        return answer

    def _asked_once(self, url: str, headers: dict[str, str]) -> httpx.Response:
        import httpx

        self._wait(_host(url))
        try:
            with self._client.stream("GET", url, headers=headers) as answer:
                body = b""
                for piece in answer.iter_bytes():
                    body += piece
                    if len(body) > MAX_BYTES:
                        raise FileTooLarge(
                            f"{url} is above {MAX_BYTES / 1e6:.0f} MB.",
                            hint="Download it yourself and ingest its parts.",
                        )
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise ServiceError(
                f"{url} cannot be fetched ({error}).", hint="Check the address and the network."
            ) from error
        return httpx.Response(
            answer.status_code, headers=_plain(answer.headers), content=body, request=answer.request
        )

    def _wait(self, host: str) -> None:
        """Leave the pause that the host wants."""
        rules = self._rules.get(host)
        asked = float(rules.crawl_delay(self._agent) or 0) if rules else 0.0
        pause = max(self._pause, min(LONGEST_PAUSE, asked))
        time.sleep(max(0.0, self._asked.get(host, 0.0) + pause - time.monotonic()))
        self._asked[host] = time.monotonic()


def _host(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UnsupportedFile(f"{url!r} is not a web address.", hint="Begin it with https://.")
    return f"{parts.scheme}://{parts.netloc}"


def _name(url: str) -> Path:
    """Return the snapshot's place: the host, then what can be read of the address."""
    parts = urlsplit(url)
    words = re.sub(r"[^\w-]+", "-", parts.path.strip("/"))[-60:].strip("-") or "index"
    host = re.sub(r"[^\w.-]+", "-", parts.netloc)
    return Path(host) / f"{words}-{sha256(url.encode()).hexdigest()[:8]}.mhtml"


def _known(path: Path) -> EmailMessage | None:
    """Return the head of an earlier snapshot."""
    if not path.exists():
        return None
    head = BytesHeaderParser(EmailMessage, policy=_POLICY).parsebytes(path.read_bytes())
    return head if isinstance(head, EmailMessage) else None


def _conditions(known: EmailMessage | None) -> dict[str, str]:
    """Return the headers that ask for a page only if it has changed."""
    if known is None:
        return {}
    pairs = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))
    return {asks: str(known[has]) for has, asks in pairs if known[has]}


def _plain(headers: httpx.Headers) -> dict[str, str]:
    """Return the headers without those of the transfer, which is over."""
    gone = ("content-encoding", "content-length", "transfer-encoding")
    return {name: value for name, value in headers.items() if name not in gone}


def _message(url: str, answer: httpx.Response) -> EmailMessage:
    """Make the snapshot of an answer."""
    kind = answer.headers.get("Content-Type", "").split(";")[0].strip().lower() or "text/html"
    if kind not in KINDS:
        raise UnsupportedFile(
            f"{url} is {kind}, which we cannot read.",
            hint="Give the addresses of pages; download other files and ingest them.",
        )
    message = EmailMessage()
    message["Snapshot-Content-Location"] = url
    for name in ("ETag", "Last-Modified", "Date"):
        value = answer.headers.get(name, "")
        if value and value.isprintable():
            message[name] = value
    message["Snapshot-Content-Digest"] = sha256(answer.content).hexdigest()
    main, sub = kind.split("/")
    charset = answer.charset_encoding
    message.set_content(
        answer.content,
        maintype=main,
        subtype=sub,
        cte="base64",
        params={"charset": charset} if charset else None,
    )
    return message
