"""The article page: the whole text, its citations marked where they stand now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Header, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from corpus.aligned import source_span
from corpus.errors import NotFound
from corpus.ledger import Ledger
from corpus.types import Article
from qa.etags import tagged
from qa.facsimile import Facsimile, drawn, facsimile, sheets
from qa.links import Resolved, article_url, resolve_all
from qa.marking import Block, blocks
from qa.messages import messages
from qa.pages import language_of, page
from qa.settings import Settings

__all__ = ["routes"]

# Pages are drawn one after the other, so that readers of pictures leave a processor to those
# who ask; what waits holds no thread.
DRAWERS = 1


def routes(settings: Settings, ledger: Ledger) -> APIRouter:
    """Return the routes of the article page."""
    router = APIRouter(include_in_schema=False)
    drawers = CapacityLimiter(DRAWERS)

    @router.get("/article/{id}")
    def read(request: Request, id: str) -> Response:
        article = ledger.article(id)
        raw = ledger.raw(id) if "raw" in request.query_params else None
        shown = facsimile(ledger, article) if settings.serve_pages else Facsimile((), False)
        return _page(request, article, raw, shown, downloads=settings.serve_files)

    @router.get("/article/{id}/page/{number:int}.jpg")
    async def sheet(id: str, number: int, if_none_match: Annotated[str, Header()] = "") -> Response:
        article = await to_thread.run_sync(ledger.article, id)
        if not settings.serve_pages:
            raise NotFound("Pages are not shown here.", hint="The article's text is.")
        drawing = partial(drawn, ledger, article, number)
        return tagged(
            await to_thread.run_sync(drawing, limiter=drawers), "image/jpeg", if_none_match
        )

    @router.get("/article/{id}/file")
    def file(id: str) -> FileResponse:
        path = Path(ledger.article(id).path)
        if not settings.serve_files or not _unchanged(path, ledger):
            raise NotFound(
                "The original file is not offered for download.",
                hint="The operator can allow it: WENJU_SERVE_FILES=true.",
            )
        return FileResponse(path, filename=path.name, media_type="application/octet-stream")

    return router


def _unchanged(path: Path, ledger: Ledger) -> bool:
    """Say whether the file is still the one that was ingested: no other is handed out."""
    try:
        with path.open("rb") as file:
            digest = sha256(file.read()).hexdigest()
    except OSError:
        return False
    return digest == ledger.digest_of(str(path))


def _page(
    request: Request, article: Article, raw: str | None, shown: Facsimile, *, downloads: bool
) -> HTMLResponse:
    words = messages(language_of(request))
    found = resolve_all(article.text, request.query_params.multi_items())
    placed = [(each.place, each.span) for each in found if each.span]
    marks = [span for _, span in placed]
    title = article.title or words["untitled"]
    lines = _without_title(blocks(article.text, article.headings, marks), article)
    base = request.scope.get("root_path", "").rstrip("/")
    url = f"{base}{article_url(article.id)}"
    as_printed = sheets(article, shown.lines, marks) if shown.unchanged and raw is None else []
    gone = [words["web.sheet_gone"]] if shown.lines and not shown.unchanged else []
    return page(
        request,
        "article.html",
        {
            "article": article,
            "title": title,
            "about": [(words[name], value) for name, value in _about(article) if value],
            "address": article.url if urlsplit(article.url).scheme in ("http", "https") else "",
            "blocks": lines,
            "rows": [] if raw is None else _beside(lines, article, raw),
            "raw": raw is not None,
            "places": [place for place, _ in placed],
            "citations": len(marks),
            "notes": _notes(found, words) + gone,
            "sheets": as_printed,
            "sheet_url": f"{url}/page",
            "file_name": PurePath(article.path).name,
            "other_view": _other_view(request, shown=raw is not None),
            "file_url": f"{url}/file" if downloads else "",
        },
    )


def _about(article: Article) -> list[tuple[str, str]]:
    """Return what stands under the title; of the path only the name, the folders are private."""
    return [
        ("source", article.source),
        ("author", article.author),
        ("date", article.date),
        ("language", article.language),
        ("file", PurePath(article.path).name),
    ]


def _without_title(lines: list[Block], article: Article) -> list[Block]:
    """Leave out a first line that only repeats the title, unless it is cited."""
    if not lines or lines[0].span.of(article.text).strip() != article.title.strip():
        return lines
    cited = any(piece.marks for piece in lines[0].pieces)
    return lines if cited else lines[1:]


def _beside(lines: Sequence[Block], article: Article, raw: str) -> list[tuple[Block, str]]:
    """Pair each line of the repaired text with what it was made from."""
    if not article.source_offsets:
        return [(line, "") for line in lines]
    return [(line, source_span(article.source_offsets, line.span).of(raw)) for line in lines]


def _notes(found: Sequence[Resolved], words: Mapping[str, str]) -> list[str]:
    """Say what a reader must know of the citations that led here."""
    lost = any(each.span is None for each in found)
    changed = any(each.place == "changed" and each.span for each in found)
    moved = any(each.place == "moved" for each in found)
    told = (("web.note_lost", lost), ("web.note_changed", changed), ("web.note_moved", moved))
    return [words[key] for key, holds in told if holds]


def _other_view(request: Request, *, shown: bool) -> str:
    """Return the query that shows or hides the raw text, the citations kept."""
    kept = [pair for pair in request.query_params.multi_items() if pair[0] != "raw"]
    query = urlencode(kept if shown else [*kept, ("raw", "1")])
    return f"?{query}" if query else request.url.path
