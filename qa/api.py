"""The HTTP API: ask, search, read, judge. Ids and never positions; failures are problems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import PurePath
from typing import Annotated, Any

import orjson
from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Query, Request, params
from fastapi.responses import Response, StreamingResponse

from corpus.errors import BadQuestion, NotFound
from corpus.rows import PassageRow
from corpus.types import Article, Filters, Span
from index.search import Mode
from qa import schemas
from qa.desk import Desk
from qa.etags import tagged
from qa.feedback import Cited, Judgement
from qa.links import article_url, citation_url
from qa.pages import language_of
from qa.problems import PROBLEM_SCHEMA
from qa.rates import Limited
from qa.sse import events, wire
from qa.suggest import suggestions
from qa.types import ArticleRef, Done, Event

__all__ = ["routes"]

EVENT_STREAM = "text/event-stream"
MOST_HITS = 50
MOST_ARTICLES = 200  # in one list
MOST_JUDGED = 2_000  # code points of a judged quote that are kept
_SEARCHED = "event: searched\ndata: {…}\n\nevent: quote\ndata: {…}\n\nevent: done\ndata: {…}\n\n"

_PROBLEM = {"application/problem+json": {"schema": PROBLEM_SCHEMA}}
FAILURES: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no such thing", "content": _PROBLEM},
    413: {"description": "The request is too large", "content": _PROBLEM},
    422: {"description": "The request cannot be read", "content": _PROBLEM},
    503: {"description": "The index cannot be used", "content": _PROBLEM},
}
LIMITED: dict[int | str, dict[str, Any]] = {
    429: {"description": "Too many questions", "content": _PROBLEM},
}


def wanted(
    source: Annotated[list[str], Query(default_factory=list, max_length=200)],
    language: Annotated[list[str], Query(default_factory=list, max_length=100)],
    date_from: Annotated[str, Query(description="2023, 2023-06 or 2023-06-30")] = "",
    date_to: Annotated[str, Query(description="2023, 2023-06 or 2023-06-30")] = "",
) -> Filters:
    """Read the filters of a query string."""
    return Filters(tuple(source), tuple(language), date_from, date_to)


def routes(desk: Desk) -> APIRouter:
    """Return the routes of the API."""

    async def within_rate(request: Request) -> None:
        address = request.client.host if request.client else ""
        if seconds := desk.rates.wait(address, request.headers.get("origin", "")):
            raise Limited(seconds)

    router = APIRouter(prefix="/api", responses=FAILURES)
    _asking(router, desk, [Depends(within_rate)])
    _reading(router, desk)
    return router


def _asking(router: APIRouter, desk: Desk, limits: Sequence[params.Depends]) -> None:
    """Add what costs a search or a row, and is limited."""

    @router.post(
        "/ask",
        response_model=schemas.AnswerBody,
        dependencies=limits,
        responses={200: {"content": {EVENT_STREAM: {"example": _SEARCHED}}}, **LIMITED},
    )
    async def ask(body: schemas.AskBody, accept: Annotated[str, Header()] = "") -> Response:
        """Answer a question in quotes; as events with `Accept: text/event-stream`.

        The events are `searched`, one `quote` each, and `done` with the whole answer.
        """
        history = [turn.turn() for turn in body.history]
        source = desk.ask(body.question, history, body.filters.filters() or None)
        if EVENT_STREAM in accept:
            first = await to_thread.run_sync(next, source, limiter=desk.seats)
            rest = events(source, desk.seats)
            return StreamingResponse(
                wire(first, rest),
                media_type=EVENT_STREAM,
                headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
            )
        last = await to_thread.run_sync(_last, source, limiter=desk.seats)
        content = orjson.dumps(last.answer.as_dict())  # a tenth of the time of the library's own
        headers = {"Cache-Control": "no-store"}
        return Response(content, media_type="application/json", headers=headers)

    @router.get("/search", dependencies=limits, responses=LIMITED)
    def search(
        q: Annotated[str, Query(min_length=1, max_length=2_000)],
        filters: Annotated[Filters, Depends(wanted)],
        k: Annotated[int, Query(ge=1, le=MOST_HITS)] = 10,
        mode: Mode = "hybrid",
    ) -> schemas.HitList:
        """Find passages, best first; what they say is not weighed as an answer."""
        _must_have_words(q)
        found = []
        for hit, row in desk.bot.index.found(q, k, mode=mode, filters=filters or None):
            body = _passage(row, desk.ledger.article(row.article))
            found.append(
                schemas.HitBody(
                    passage=hit.passage,
                    score=hit.score,
                    scores=hit.scores,
                    **body.model_dump(exclude={"id", "context"}),
                )
            )
        return schemas.HitList(query=q, hits=found)

    @router.post("/feedback", status_code=201, dependencies=limits, responses=LIMITED)
    def judge(body: schemas.FeedbackBody) -> schemas.Receipt:
        """Keep what a reader thought of an answer; the quotes' words are taken from the article."""
        cited = tuple(_cited(desk, quote) for quote in body.quotes)
        judgement = Judgement(body.verdict, body.question, body.searched, cited, body.note)
        number = desk.feedback.add(judgement)
        desk.metrics.judged(body.verdict)
        return schemas.Receipt(id=number)


def _reading(router: APIRouter, desk: Desk) -> None:
    """Add what only reads the ledger."""

    @router.get("/articles")
    def articles(
        filters: Annotated[Filters, Depends(wanted)],
        contains: Annotated[str, Query(max_length=200, description="In title or source")] = "",
        limit: Annotated[int, Query(ge=1, le=MOST_ARTICLES)] = 50,
        offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
    ) -> schemas.ArticleList:
        """List articles by file and place in it."""
        rows = desk.ledger.articles(
            filters=filters or None, contains=contains, limit=limit, offset=offset
        )
        lines = [schemas.ArticleLine(**_but_path(asdict(row))) for row in rows]
        return schemas.ArticleList(total=desk.ledger.counts().articles, articles=lines)

    @router.get("/articles/{id}", response_model=schemas.ArticleBody)
    def article(id: str, if_none_match: Annotated[str, Header()] = "") -> Response:
        """Read an article. Send its ETag back in If-None-Match to learn that nothing changed."""
        body = _article(desk.ledger.article(id)).model_dump_json().encode()
        return tagged(body, "application/json", if_none_match)

    @router.get("/passages/{id}")
    def passage(id: int) -> schemas.PassageBody:
        """Read a passage."""
        rows = desk.ledger.passages([id]) if 0 < id < 2**63 else {}
        if id not in rows:
            raise NotFound(
                f"There is no passage {id}.", hint="A passage goes when its article changes."
            )
        return _passage(rows[id], desk.ledger.article(rows[id].article))

    @router.get("/suggestions")
    def suggested(request: Request, language: schemas.Name = "") -> schemas.SuggestionList:
        """Return up to six questions that the collection answers, in the reader's language."""
        desk.renew_suggestions()
        spoken = language or language_of(request)
        return schemas.SuggestionList(questions=suggestions(desk.settings.home, spoken))


def _last(source: Iterator[Event]) -> Done:
    """Run a stream to its end."""
    *_, event = source
    assert isinstance(event, Done)
    return event


def _must_have_words(query: str) -> None:
    if not any(char.isalnum() for char in query):
        raise BadQuestion("The query is empty.", hint="Search for a word.")


def _passage(row: PassageRow, article: Article) -> schemas.PassageBody:
    return schemas.PassageBody(
        id=row.id,
        text=row.text,
        start=row.span.start,
        end=row.span.end,
        context=row.context,
        url=citation_url(article.id, article.text, row.span.start, row.span.end),
        article=_ref(article),
    )


def _ref(article: Article) -> ArticleRef:
    name = PurePath(article.path).name
    return ArticleRef(
        article.id, article.title, article.source, article.date, article.language, name
    )


def _article(article: Article) -> schemas.ArticleBody:
    return schemas.ArticleBody(
        id=article.id,
        title=article.title,
        author=article.author,
        source=article.source,
        date=article.date,
        language=article.language,
        url=article.url,
        text=article.text,
        headings=[(span.start, span.end) for span in article.headings],
        page=article_url(article.id),
    )


def _but_path(row: dict[str, Any]) -> dict[str, Any]:
    """Leave out where a file lies on the server's disk."""
    return {name: value for name, value in row.items() if name != "path"}


def _cited(desk: Desk, quote: schemas.CitedBody) -> Cited:
    text = Span(quote.start, max(quote.start, quote.end)).of(
        desk.ledger.article(quote.article).text
    )
    return Cited(quote.article, quote.start, quote.end, text[:MOST_JUDGED])
