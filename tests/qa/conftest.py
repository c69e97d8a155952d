"""A running server's parts over the samples, without a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias, cast

import pytest
from fastapi.testclient import TestClient

from qa.bot import Bot
from qa.desk import Desk
from qa.feedback import Feedback
from qa.rates import Rates
from qa.settings import Settings

Serving: TypeAlias = Callable[..., TestClient]
OWN = "http://localhost"
PUBLIC = "public.example.com"
SITE = "https://news.example.org"


@pytest.fixture
def desk(settings: Settings, bot: Bot, tmp_path: Path) -> Iterator[Desk]:
    """The samples' bot with feedback of its own."""
    with Feedback(tmp_path / "feedback.sqlite") as feedback:
        desk = Desk(settings, bot, feedback, Rates(""))
        yield desk
        with desk.renewing:  # the example questions that are being made read the ledger
            pass


@pytest.fixture
def serving(desk: Desk) -> Iterator[Serving]:
    """Make a client of a server with the given settings; with the chat if it is asked for."""
    from qa.app import create_app

    with ExitStack() as stack:

        def make(*, chat: bool = False, client: str = "testclient", **chosen: object) -> TestClient:
            changed = replace(desk.settings, **cast(Any, chosen))
            rates = Rates(changed.rate_limit)
            served = replace(desk, settings=changed, rates=rates)
            app = create_app(served, chat=chat)
            made = TestClient(app, OWN, raise_server_exceptions=False, client=(client, 50000))
            stack.callback(made.close)
            return made

        yield make


@pytest.fixture
def client(serving: Serving) -> TestClient:
    """A client of a server with the default settings."""
    return serving()


@pytest.fixture(scope="session")
def chatting(
    settings: Settings, bot: Bot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """A client of a server with the chat, a public name and an allowed site; for reading."""
    from qa.app import create_app

    allowing = replace(settings, allow_hosts=(PUBLIC,), allow_origins=(SITE,))
    with Feedback(tmp_path_factory.mktemp("chatting") / "feedback.sqlite") as feedback:
        desk = Desk(allowing, bot, feedback, Rates(""))
        client = TestClient(create_app(desk), OWN, raise_server_exceptions=False)
        yield client
        client.close()
        with desk.renewing:
            pass
