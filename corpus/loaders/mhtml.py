"""Saved web pages (MHTML), and our own snapshots of what was fetched (`corpus.fetch`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from corpus.errors import UnreadableFile
from corpus.loaders import docx, epub, html, images, markdown, pdf, text
from corpus.loaders.metadata import clean_metadata
from corpus.types import Document

__all__ = ["KINDS", "parse"]

# What a server calls the kinds of file that we read.
KINDS: dict[str, Callable[[bytes, str], Document]] = {
    "text/html": html.parse,
    "application/xhtml+xml": html.parse,
    "text/plain": text.parse,
    "text/markdown": markdown.parse,
    "application/pdf": pdf.parse,
    "application/epub+zip": epub.parse,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": docx.parse,
    "image/png": images.parse,
    "image/jpeg": images.parse,
}


def parse(data: bytes, path: str) -> Document:
    """Return the text of the page inside; its address is the document's `url`.

    Raises:
        UnreadableFile: there is no page inside.
        InputError: what the page's own loader raises.
    """
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(data)
    parts = [part for part in message.walk() if part.get_content_type() in KINDS]
    # In a saved page, pictures and style sheets follow; the page itself is the HTML.
    page = next((part for part in parts if "html" in part.get_content_type()), None)
    page = page or next(iter(parts), None)
    body = page.get_payload(decode=True) if page is not None else None
    if page is None or not isinstance(body, bytes) or not body.strip():
        raise UnreadableFile(
            f"{path} holds no web page.", hint="Save the page again, as HTML or MHTML."
        )
    kind = page.get_content_type()
    charset = page.get_content_charset()
    # UTF-16 and its kin are known by their first bytes, and would be spoilt by more before them.
    said = (
        not charset or charset.startswith("utf-") or b"charset" in body[: html.HEAD_BYTES].lower()
    )
    if "html" in kind and charset and not said:
        body = b'<meta charset="' + charset.encode("ascii", "ignore") + b'">' + body
    document = KINDS[kind](body, path)
    address = message.get("Snapshot-Content-Location") or page.get("Content-Location") or ""
    metadata, _ = clean_metadata({"url": str(address)})
    return replace(document, metadata={**document.metadata, **metadata})
