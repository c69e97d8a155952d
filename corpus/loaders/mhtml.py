"""Saved web pages (MHTML), and our own snapshots of what was fetched."""

from __future__ import annotations

from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from corpus.errors import UnreadableFile
from corpus.loaders import html
from corpus.loaders.metadata import clean_metadata
from corpus.types import Document

__all__ = ["parse"]


def parse(data: bytes, path: str) -> Document:
    """Return the main text of the page inside; its address is the document's `url`.

    Raises:
        UnreadableFile: there is no page inside.
        BadEncoding, EmptyFile: as for an HTML page.
    """
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(data)
    page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    body = page.get_payload(decode=True) if page is not None else None
    if page is None or not isinstance(body, bytes) or not body.strip():
        raise UnreadableFile(
            f"{path} holds no web page.", hint="Save the page again, as HTML or MHTML."
        )
    charset = page.get_content_charset()
    # UTF-16 and its kin are known by their first bytes, and would be spoilt by more before them.
    if (
        charset
        and not charset.startswith("utf-")
        and b"charset" not in body[: html.HEAD_BYTES].lower()
    ):
        body = b'<meta charset="' + charset.encode("ascii", "ignore") + b'">' + body
    document = html.parse(body, path)
    address = message.get("Snapshot-Content-Location") or page.get("Content-Location") or ""
    said, _ = clean_metadata({"url": str(address)})
    metadata = {**document.metadata, **said}
    return replace(document, media_type="multipart/related", metadata=metadata)
