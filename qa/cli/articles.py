"""`wenju ingest`, `remove`, `list` and `show`: what is in the collection."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Exit, Option

from corpus.errors import InputError
from corpus.types import Span
from qa.cli.edge import write_json
from qa.cli.options import HomeOption, JsonOption, open_ledger, settings_of, words_of

if TYPE_CHECKING:
    from corpus.ingest import Report
    from corpus.rows import ArticleRow
    from corpus.types import Article, Document
    from qa.settings import Settings

__all__ = ["ingest", "list_articles", "remove", "show", "take_in"]

COUNTS = ("added", "updated", "unchanged", "removed", "duplicates", "skipped", "pages", "passages")


def ingest(
    paths: Annotated[list[Path], Argument(help="Files, and folders with all that is in them.")],
    prune: Annotated[
        bool, Option("--prune", help="Also remove articles whose files have vanished from there.")
    ] = False,
    watch: Annotated[
        bool, Option("--watch", help="Then wait for changes there, and take them in as they come.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add or update articles from files and folders, and index them."""
    settings = settings_of(home)
    if watch:
        from qa.cli.fetching import follow

        follow(paths, lambda: take_in(settings, paths, prune=prune, as_json=as_json), as_json)
        return
    report = take_in(settings, paths, prune=prune, as_json=as_json)
    if report.failed and not (report.added or report.updated or report.unchanged):
        raise Exit(InputError.exit_code)


def take_in(settings: Settings, paths: Sequence[Path], *, prune: bool, as_json: bool) -> Report:
    """Ingest and index once, and say what was done."""
    from qa.cli.progress import progress
    from qa.collection import add

    words = words_of(settings)
    with progress(words) as (reading, indexing):
        report, indexed = add(settings, paths, prune=prune, reading=reading, indexing=indexing)
    if as_json:
        write_json(asdict(report) | {"indexed": asdict(indexed)})
    else:
        tell(report, words)
    return report


def tell(report: Report, words: Mapping[str, str]) -> None:
    """Print what an ingest did: the counts, then each warning and each failure with its cure."""
    from rich.text import Text

    from qa.render import printable, screen

    counts = asdict(report)
    parts = [f"{counts[key]} {words[key]}" for key in COUNTS if counts[key]]
    if report.passages and report.seconds:
        speed = words["passages_a_second"].format(report.passages / report.seconds)
        pages = words["pages_a_second"].format(report.pages / report.seconds)
        parts[-1] += f" ({pages}, {speed})" if report.pages else f" ({speed})"
    console = screen()
    console.print(Text(", ".join(parts) or words["nothing_done"]))
    for warning in report.warnings:
        console.print(Text(printable(warning), style="yellow"))
    for failure in report.failed:
        line = f"{words['failed']}: {failure.reason} {failure.hint}"
        console.print(Text(printable(line.strip()), style="red"))


def remove(
    ids: Annotated[list[str], Argument(help="Article ids, as `wenju list` shows them.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove articles for good: they stay removed when their file is ingested with its folder."""
    from qa.cli.progress import progress
    from qa.collection import remove

    settings = settings_of(home)
    open_ledger(settings).close()
    words = words_of(settings)
    with progress(words) as (_, indexing):
        removed = remove(settings, ids, indexing)
    if as_json:
        write_json({"removed": removed})
    else:
        sys.stdout.write(f"{removed} {words['removed']}\n")


def list_articles(
    contains: Annotated[
        str, Option("--contains", help="Only articles with this in their title or source.")
    ] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the articles."""
    settings = settings_of(home)
    with open_ledger(settings) as ledger:
        rows = ledger.articles(contains=contains)
    if as_json:
        write_json([asdict(row) for row in rows])
        return
    from qa.render import screen, table

    words = words_of(settings)
    if not rows:
        screen().print(words["articles_empty"])
        return
    heads = ("id", "title", "source", "date", "language", "file")
    lines = (cells(row, words["untitled"]) for row in rows)
    screen().print(table([words[head] for head in heads], lines))


def cells(row: ArticleRow, untitled: str) -> tuple[str, ...]:
    """Return an article as a line of the list."""
    return (row.id, row.title or untitled, row.source, row.date, row.language, row.path)


def show(
    id: Annotated[str, Argument(help="The article's id, as `wenju list` shows it.")],
    raw: Annotated[bool, Option("--raw", help="The file as it was read, not repaired.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one article: its repaired text, or the text of its file."""
    with open_ledger(settings_of(home)) as ledger:
        article = ledger.article(id)
        source = ledger.raw(id) if raw else None
        doubtful = doubtful_characters(article, ledger.document(article.path)) if as_json else 0
    if as_json:
        shown: dict[str, Any] = asdict(article)
        shown["headings"] = [tuple(span) for span in article.headings]
        shown["doubtful"] = doubtful
        write_json(shown if source is None else shown | {"raw": source})
        return
    from rich.text import Text

    from qa.render import printable, screen

    console = screen()
    if source is not None:
        console.print(Text(printable(source)))
        return
    line = " · ".join(part for part in (article.source, article.date, article.author) if part)
    console.print(Text(printable(article.title), style="bold"))
    console.print(Text(printable(line), style="dim"))
    console.print(Text(printable(article.text)))


def doubtful_characters(article: Article, document: Document) -> int:
    """Count the characters of an article that text recognition was in doubt about."""
    from corpus.aligned import source_spans

    spans = source_spans(article.source_offsets, Span(0, len(article.text)))
    return sum(
        max(0, min(span.end, doubt.end) - max(span.start, doubt.start))
        for doubt in document.doubtful
        for span in spans
    )
