"""CSV, TSV and JSON Lines: one article a row, its columns known by their names."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

from corpus.errors import BadMetadata, EmptyFile
from corpus.loaders.decoding import decode, normalise
from corpus.loaders.metadata import clean_metadata
from corpus.types import Document, Part, Span

__all__ = ["parse_csv", "parse_jsonl"]

# The whole of what may be read may stand in one cell; the library's own limit is 131,072.
LONGEST_CELL = 100_000_000
# A table that is wider is a matrix of figures.
MOST_COLUMNS = 1_000

Row = tuple[int, Mapping[str, Any]]


def parse_csv(data: bytes, path: str) -> Document:
    """Return the rows' texts, each a part with its row's title, author, source, date, url.

    The first row names the columns, in English or Chinese (see column_names.json); commas,
    semicolons and tabs are understood.

    Raises:
        BadEncoding: it is not text.
        BadMetadata: there is no column of text.
        EmptyFile: no row has text.
    """
    decoded = decode(data, path)
    csv.field_size_limit(LONGEST_CELL)
    head = decoded.text.split("\n", 1)[0]
    delimiter = max("\t;,", key=head.count)
    try:
        reader = csv.reader(StringIO(decoded.text), delimiter=delimiter)
        names = next(reader, [])[:MOST_COLUMNS]
        rows = [(reader.line_num, dict(zip(names, row, strict=False))) for row in reader if row]
    except csv.Error as error:
        raise BadMetadata(
            f"{path} is not a table: {error}.", hint="Save it as CSV with UTF-8."
        ) from error
    return _document(rows, path, "text/csv", decoded.encoding, decoded.warnings)


def parse_jsonl(data: bytes, path: str) -> Document:
    """Return the objects' texts, one object a line, as `parse_csv` does. Raises the same."""
    decoded = decode(data, path)
    warnings = list(decoded.warnings)
    rows: list[Row] = []
    for number, line in enumerate(decoded.text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            rows.append((number, value))
        else:
            warnings.append(f"Line {number} is not a JSON object and was left out.")
    if not rows:
        raise BadMetadata(
            f"{path} holds no JSON object.", hint='Write one {"title": …, "text": …} a line.'
        )
    return _document(rows, path, "application/jsonl", decoded.encoding, tuple(warnings))


def _document(
    rows: Iterable[Row], path: str, media_type: str, encoding: str, warnings: tuple[str, ...]
) -> Document:
    rows = list(rows)
    known = _known({name for _, row in rows for name in row})
    if rows and "text" not in known.values():
        seen = ", ".join(list(rows[0][1])[:8]) or "none"
        raise BadMetadata(
            f"{path} has no column of text; its columns are {seen}.",
            hint="Name the column of the articles' text `text` or 正文.",
        )
    text, parts, complaints = "", [], list(warnings)
    pieces: list[str] = []
    length = empty = 0
    for number, row in rows:
        values = _values(row, known)
        body = normalise(values.pop("text", ""))[0].strip()
        if not body:
            empty += 1
            continue
        said, problems = clean_metadata(values)
        complaints += [f"Row {number}: {problem}" for problem in problems]
        parts.append(Part(Span(length, length + len(body)), said))
        pieces.append(body)
        length += len(body) + 2
    text = "\n\n".join(pieces)
    if not parts:
        raise EmptyFile(f"No row of {path} has text.", hint="There is nothing to read in it.")
    if empty:
        complaints.append(f"{empty} rows have no text and were left out.")
    return Document(path, text, media_type, encoding, {}, tuple(complaints), (), tuple(parts))


def _known(names: Iterable[str]) -> dict[str, str]:
    """Return what each column that we know is, the better name first where two mean the same."""
    meanings = _column_names()
    ranked = sorted((name for name in names if _plain(name) in meanings), key=_rank)
    known: dict[str, str] = {}
    for name in ranked:
        meaning = meanings[_plain(name)][0]
        if meaning not in known.values():
            known[name] = meaning
    return known


def _rank(name: str) -> int:
    return _column_names()[_plain(name)][1]


def _values(row: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    return {known[name]: "".join(_texts(row[name])) for name in known if row.get(name) is not None}


def _texts(value: object) -> Iterator[str]:
    """Yield a cell as text; a list of paragraphs is one a paragraph."""
    if isinstance(value, list):
        yield "\n\n".join(str(item) for item in value if isinstance(item, str | int | float))
    elif isinstance(value, str | int | float):
        yield str(value)


def _plain(name: str) -> str:
    return name.strip().strip("\ufeff").lower().replace(" ", "_")


@cache
def _column_names() -> dict[str, tuple[str, int]]:
    """Return (meaning, rank) by the column's name; a lower rank is the surer name."""
    read = (files("corpus") / "loaders" / "column_names.json").read_text(encoding="utf-8")
    named: dict[str, list[str]] = json.loads(read)
    return {
        name: (meaning, rank) for meaning, names in named.items() for rank, name in enumerate(names)
    }
