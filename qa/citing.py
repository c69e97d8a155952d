"""Make the citation: the one place where an excerpt becomes a quote, checked against its text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache
from pathlib import PurePath

from corpus.aligned import source_span
from corpus.types import Article, Span
from qa.extract import Excerpt, highlights
from qa.links import citation_url
from qa.question import Question
from qa.types import ArticleRef, Quote

__all__ = ["cite"]

_AROUND = 32  # code points of prefix and suffix: enough to tell two equal sentences apart


def cite(excerpt: Excerpt, question: Question, article_of: Callable[[str], Article]) -> Quote:
    """Return the quote of an excerpt, its text cut from the article itself.

    Raises:
        NotFound: the article is gone since the excerpt was found.
    """
    article = article_of(excerpt.article)
    start, end = _trimmed(article.text, excerpt.span)
    text = article.text[start:end]
    origin = source_span(article.source_offsets, Span(start, end))
    return Quote(
        text=text,
        start=start,
        end=end,
        prefix=article.text[max(0, start - _AROUND) : start],
        suffix=article.text[end : end + _AROUND],
        highlights=tuple((start + a, start + b) for a, b in highlights(question, text)),
        score=excerpt.score,
        passage=excerpt.passage,
        url=_url(article.id, article.text, start, end),
        article=ArticleRef(
            article.id,
            article.title,
            article.source,
            article.date,
            article.language,
            PurePath(article.path).name,
        ),
        source_start=origin.start,
        source_end=origin.end,
        page=_page(article, origin.start),
    )


def _page(article: Article, offset: int) -> int | None:
    """Return the number of the page with an offset of the source, counted from 1."""
    if not article.pages:
        return None
    return max(1, bisect_right(article.pages, offset, key=lambda page: page.start))


def _trimmed(text: str, span: Span) -> Span:
    """Leave out white space at both ends."""
    part = span.of(text)
    start = span.start + len(part) - len(part.lstrip())
    return Span(start, max(start, span.end - (len(part) - len(part.rstrip()))))


@lru_cache(maxsize=1000)  # a URL hashes its whole article
def _url(article: str, text: str, start: int, end: int) -> str:
    return citation_url(article, text, start, end)
