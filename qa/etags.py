"""Answer with a body, or with the word that the one the reader has is still the same."""

from __future__ import annotations

from hashlib import sha256

from fastapi.responses import Response

__all__ = ["tagged"]


def tagged(body: bytes, media_type: str, if_none_match: str) -> Response:
    """Return the body with its ETag; 304 without it where `If-None-Match` names that."""
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    known = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
