"""Files that unpack to many times their size."""

from __future__ import annotations

import zlib

__all__ = ["inflating"]


def inflating(size: int) -> bytes:
    """Make a PDF whose page's content unpacks to many times its size."""
    packed = zlib.compress(b"q " * (size // 2), 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(packed), packed),
    ]
    body = b"".join(b"%d 0 obj %s endobj\n" % (n, o) for n, o in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer << /Root 1 0 R >>"
