"""An assistant finds two tools, cites with them, and is told what is wrong in words."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from mcp.client import Client

from qa.bot import Bot
from qa.desk import Desk
from qa.mcp import create_mcp


def called(desk: Desk, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """Call tools of the server, one after another."""

    async def run() -> list[Any]:
        server, _ = create_mcp(desk)
        async with Client(server) as client:
            names = {tool.name for tool in (await client.list_tools()).tools}
            assert names == {"ask", "read_article"}
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    with ThreadPoolExecutor(1) as thread:  # the browser tests leave a loop running in this one
        return thread.submit(lambda: asyncio.run(run())).result()


def test_an_assistant_asks_and_reads_on(desk: Desk, bot: Bot) -> None:
    answer = bot.ask("民医工作室什么时候开诊？")
    quote = answer.quotes[0]
    asked, read = called(
        desk,
        ("ask", {"question": answer.question}),
        ("read_article", {"article": quote.article.id, "offset": quote.start}),
    )
    told = json.loads(asked.content[0].text)
    assert told["quotes"][0]["text"] == quote.text
    assert told["quotes"][0]["url"] == quote.url
    article = json.loads(read.content[0].text)
    assert article["text"].startswith(quote.text)
    assert article["characters"] > len(article["text"])


def test_what_is_wrong_is_said_in_words(desk: Desk) -> None:
    empty, gone, before = called(
        desk,
        ("ask", {"question": "？"}),
        ("read_article", {"article": "nope"}),
        ("ask", {"question": "长" * 5_000}),
    )
    assert empty.is_error
    assert "empty" in empty.content[0].text
    assert gone.is_error
    assert "no article" in gone.content[0].text
    assert before.is_error
