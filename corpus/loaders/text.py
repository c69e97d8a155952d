"""Plain text."""

from __future__ import annotations

from corpus.loaders.decoding import decode
from corpus.types import Document

__all__ = ["parse"]


def parse(data: bytes, path: str) -> Document:
    """Return the decoded file. Raises BadEncoding."""
    decoded = decode(data, path)
    return Document(
        path=path,
        text=decoded.text,
        media_type="text/plain",
        encoding=decoded.encoding,
        warnings=decoded.warnings,
    )
