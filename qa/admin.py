"""The administration page: add files, see the report, list, remove, look at the index.

It exists only where an admin token is set. The token travels in the Authorization header and in
no cookie, so no other site can act for an administrator. Adding and removing are the steps of the
command line; a running chat follows what they publish.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from hmac import compare_digest
from pathlib import Path, PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Header, Request, UploadFile
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from corpus.errors import NotFound
from index.manifest import read_manifest
from qa.collection import add, remove
from qa.desk import Desk
from qa.pages import page
from qa.schemas import Id, Strict

__all__ = ["routes"]

FOLDER = "files"  # in the data folder: what was uploaded is kept, so that it can be read again
MOST_FILES = 200  # in one upload
LONGEST_NAME = 120  # code points of a file name that are kept, below every file system's limit
UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


class Removal(Strict):
    """The articles to remove for good."""

    articles: list[Id]


def routes(desk: Desk) -> APIRouter:
    """Return the routes; without an admin token there are none."""
    router = APIRouter(include_in_schema=False)
    token = desk.settings.admin_token
    if not token:
        return router

    @router.get("/admin")
    def start(request: Request) -> Response:
        return page(request, "admin.html", {})

    guarded = APIRouter(prefix="/api/admin", dependencies=[Depends(_only(token))])
    _looking(guarded, desk)
    _changing(guarded, desk)
    router.include_router(guarded)
    return router


def _only(token: str) -> Callable[[str], None]:
    """Return a check that whoever asks knows the token."""

    def check(authorization: Annotated[str, Header()] = "") -> None:
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() != "bearer" or not compare_digest(given.encode(), token.encode()):
            raise HTTPException(401, "The token is wrong.", {"WWW-Authenticate": "Bearer"})

    return check


def _looking(router: APIRouter, desk: Desk) -> None:
    @router.get("/status")
    def status() -> dict[str, Any]:
        manifest = read_manifest(desk.settings.home)
        return {
            "counts": asdict(desk.ledger.counts()),
            "index": asdict(manifest) if manifest else None,
            "judgements": desk.feedback.count(),
            "problems": desk.ledger.check(),
        }

    @router.get("/articles")
    def articles(contains: str = "", limit: int = 100, offset: int = 0) -> list[dict[str, Any]]:
        limit, offset = min(max(limit, 1), 500), max(offset, 0)
        rows = desk.ledger.articles(contains=contains[:200], limit=limit, offset=offset)
        return [{**asdict(row), "path": PurePath(row.path).name} for row in rows]


def _changing(router: APIRouter, desk: Desk) -> None:
    @router.post("/files")
    def upload(files: Annotated[list[UploadFile], File(max_length=MOST_FILES)]) -> dict[str, Any]:
        folder = desk.settings.home / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        paths = [_kept(folder, file) for file in files]
        report, indexed = add(desk.settings, paths)
        desk.renew_suggestions()
        told = asdict(report)
        told["failed"] = [{**each, "path": PurePath(each["path"]).name} for each in told["failed"]]
        return {"report": told, "indexed": asdict(indexed)}

    @router.post("/remove")
    def forget(body: Removal) -> dict[str, int]:
        if not body.articles:
            raise NotFound("No article was named.", hint="Choose the articles to remove.")
        removed = remove(desk.settings, body.articles)
        desk.renew_suggestions()
        return {"removed": removed}


def _kept(folder: Path, file: UploadFile) -> Path:
    """Write an upload into the data folder, under its own name as far as that is safe."""
    name = UNSAFE.sub("_", PurePath(file.filename or "").name).strip(". ")[-LONGEST_NAME:]
    path = folder / (name or "unnamed.txt")
    temporary = path.with_name(f".{path.name}.part")
    with temporary.open("wb") as out:
        while chunk := file.file.read(1 << 20):
            out.write(chunk)
    temporary.replace(path)
    return path
