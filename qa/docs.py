"""The description of the HTTP API as a page: no script, and nothing from another host."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response

from qa.pages import page

__all__ = ["routes"]


def routes(app: FastAPI) -> APIRouter:
    """Return the route of the page, made from the app's OpenAPI description."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    def docs(request: Request) -> Response:
        about = app.openapi()
        schemas = about["components"]["schemas"]

        def bodies(route: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
            if "requestBody" in route:
                yield "Body", _shown(route["requestBody"]["content"], schemas)
            answer = next(iter(route["responses"].values()))
            if "content" in answer:
                yield "Answer", _shown(answer["content"], schemas)

        return page(request, "docs.html", {"about": about, "bodies": bodies})

    return router


def _shown(content: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """Return the schema of a body, what it refers to put in its place once."""
    media = content.get("application/json", {})
    schema = media.get("schema", {})
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    return json.dumps(schemas.get(name, schema), ensure_ascii=False, indent=2)
