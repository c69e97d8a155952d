"""The composition root of the web side: settings become one ASGI app."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, Response
from mcp.server import MCPServer
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from corpus.errors import NotFound
from qa import admin, api, docs, embed, problems, reader
from qa.bot import Bot
from qa.desk import Desk
from qa.feedback import Feedback
from qa.front import Front
from qa.guards import Headers, Log, Size, SubPath
from qa.hosts import HostMiddleware, Hosts
from qa.mcp import MCP_PATH, create_mcp
from qa.metrics import CONTENT_TYPE
from qa.origins import OriginMiddleware, Origins
from qa.pages import WEB
from qa.rates import Limited, Pace, Rates, too_many
from qa.settings import Settings

__all__ = ["create_app", "open_desk"]

FILES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# Bytes. TCP sends so much at once, so compressing less saves no round trip; an answer is 2 kB.
SMALL = 10_000


def open_desk(settings: Settings) -> Desk:
    """Open everything that a server needs; the model is loaded when this returns.

    Raises:
        BadSetting: the rate is malformed.
        StoreError, ModelUnavailable: see `Bot.open`.
    """
    rates = Rates(settings.rate_limit)
    bot = Bot.open(settings)
    return Desk(settings, bot, Feedback(settings.home / "feedback.sqlite"), rates)


def create_app(desk: Desk, *, chat: bool = True) -> ASGIApp:
    """Return the app: API, pages, and the chat at `/` unless it is left out.

    Raises:
        BadSetting: an allowed host or origin is malformed.
    """
    origins = Origins.of(desk.settings.allow_origins)
    hosts = Hosts.of(desk.settings.allow_hosts, desk.settings.host)
    assistants, assistants_app = create_mcp(desk)
    app = FastAPI(
        title="Wenju",
        version=version("wenju"),
        summary="Ask your articles; get the exact sentences that answer, each with a link.",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(desk, assistants),
    )
    problems.install(app)
    app.add_exception_handler(Limited, too_many)
    app.include_router(api.routes(desk))
    app.include_router(reader.routes(desk.settings, desk.ledger))
    app.include_router(embed.routes(desk.settings))
    app.include_router(admin.routes(desk))
    app.include_router(docs.routes(app))
    _operations(app, desk)
    _files(app)
    app.router.routes.extend(assistants_app.routes)
    if chat:
        from qa.chat import mount

        mount(app, desk)
    guarded: ASGIApp = GZipMiddleware(Front(app) if chat else app, minimum_size=SMALL)
    guarded = Pace(guarded, desk.rates, MCP_PATH)
    guarded = Size(guarded, desk.settings.max_upload_bytes)
    guarded = OriginMiddleware(guarded, origins)
    guarded = HostMiddleware(guarded, hosts)
    guarded = Headers(guarded, origins)
    guarded = Log(guarded, desk.metrics)
    return SubPath(guarded, desk.settings.root_path)


def _lifespan(
    desk: Desk, assistants: MCPServer
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        desk.renew_suggestions()
        async with assistants.session_manager.run():
            yield
        desk.close()

    return lifespan


def _operations(app: FastAPI, desk: Desk) -> None:
    """Add what a supervisor asks."""

    @app.get("/healthz", tags=["operations"])
    def healthz() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "alive"}

    @app.get("/readyz", tags=["operations"], responses={503: {"description": "Cannot answer"}})
    def readyz() -> dict[str, str | int]:
        """Say that questions can be answered: model loaded, index readable."""
        return {"status": "ready", "passages": len(desk.bot.index)}

    @app.get("/metrics", tags=["operations"], response_class=Response)
    def metrics() -> Response:
        """Return the numbers of this process for Prometheus."""
        return Response(desk.metrics.text(desk.ledger.counts()), media_type=CONTENT_TYPE)


def _files(app: FastAPI) -> None:
    """Add our own style sheets and scripts; templates lie beside them and are not served."""

    @app.get("/web/{name}", include_in_schema=False)
    def file(request: Request, name: str) -> Response:
        path = WEB / name
        if path.parent != WEB or path.suffix not in FILES or not path.is_file():
            raise NotFound(f"There is no file {name!r}.", hint="The chat is at the start page.")
        headers = {"Cache-Control": "no-cache"}  # asked for again, answered by 304 while the same
        return FileResponse(path, media_type=FILES[path.suffix], headers=headers)
