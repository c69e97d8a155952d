"""The MCP server at `/mcp`: two tools with which an assistant can cite the collection."""

from __future__ import annotations

from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette

from corpus.errors import WenjuError
from qa.desk import Desk
from qa.links import article_url
from qa.types import Done

__all__ = ["MCP_PATH", "create_mcp"]

MCP_PATH = "/mcp"

LONGEST = 50_000  # code points of an article in one call; the rest is read from `offset` on
INSTRUCTIONS = (
    "Answers from a collection of articles, quoted word for word. Cite each quote with its url."
    " When `answered` is false, the articles do not say; do not answer from `closest`."
)


def create_mcp(desk: Desk) -> tuple[MCPServer, Starlette]:
    """Return the server, whose session manager must run while the app does, and its app."""
    server = MCPServer("wenju", title="Wenju", instructions=INSTRUCTIONS, log_level="WARNING")

    @server.tool()
    def ask(question: str) -> dict[str, Any]:
        """Ask the collection; get verbatim quotes with their place, or the reason for none."""
        try:
            *_, done = desk.ask(question, (), None)
        except WenjuError as error:
            raise ToolError(f"{error} {error.hint}".strip()) from error
        assert isinstance(done, Done)
        return done.answer.as_dict()

    @server.tool()
    def read_article(article: str, offset: int = 0) -> dict[str, Any]:
        """Read an article by its id, up to 50,000 characters from an offset on."""
        try:
            found = desk.ledger.article(article)
        except WenjuError as error:
            raise ToolError(f"{error} {error.hint}".strip()) from error
        start = max(0, offset)
        return {
            "id": found.id,
            "title": found.title,
            "source": found.source,
            "date": found.date,
            "language": found.language,
            "url": article_url(found.id),
            "characters": len(found.text),
            "text": found.text[start : start + LONGEST],
        }

    # Checked for all routes alike by `qa.hosts` and `qa.origins`.
    security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    app = server.streamable_http_app(
        streamable_http_path=MCP_PATH,
        json_response=True,
        stateless_http=True,
        transport_security=security,
    )
    return server, app
