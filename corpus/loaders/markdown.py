"""Markdown with YAML front matter."""

from __future__ import annotations

import re

from corpus.loaders.decoding import decode
from corpus.loaders.front_matter import read_front_matter
from corpus.loaders.metadata import clean_metadata
from corpus.types import Document

__all__ = ["parse"]


def parse(data: bytes, path: str) -> Document:
    """Return the decoded file, its front matter as metadata.

    In `text` the front matter is blanked, not cut: every offset stays the file's own.

    Raises:
        BadEncoding: it is not text.
        BadMetadata: the front matter is malformed.
    """
    decoded = decode(data, path)
    declared, body = read_front_matter(decoded.text, path)
    metadata, warnings = clean_metadata(declared)
    blank = re.sub(r"[^\n]", " ", decoded.text[:body])
    return Document(
        path=path,
        text=blank + decoded.text[body:],
        media_type="text/markdown",
        encoding=decoded.encoding,
        metadata=metadata,
        warnings=(*decoded.warnings, *warnings),
    )
