"""Pages of placed lines become one text, with its articles and the place of every line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from corpus.layout.captions import take_captions
from corpus.layout.columns import body_size, columns
from corpus.layout.margins import declared, without_margins
from corpus.layout.paragraphs import blocks, goes_on, line_glue, rows_of
from corpus.layout.types import BODY, CAPTION, HEADING, HEADLINE, Block, Page, TextLine
from corpus.types import Part, PlacedLine, Span

__all__ = ["Composed", "compose"]

# Below so many characters of running text a headline is a slogan or a pull quote, no article.
SHORTEST_ARTICLE = 60
_MARKS = {HEADLINE: "# ", HEADING: "## "}


@dataclass(frozen=True, slots=True)
class Composed:
    """The text of all pages; the fields are those of `corpus.types.Document`."""

    text: str
    pages: tuple[Span, ...]
    parts: tuple[Part, ...]
    lines: tuple[PlacedLine, ...]
    metadata: dict[str, str] = field(default_factory=dict)


def compose(pages: Sequence[Page]) -> Composed:
    """Put pages into reading order: columns, paragraphs, headings (marked by `#`), captions.

    A page of columns with several headlines is taken for a newspaper's, and each headline with
    its text is a part of the document. Captions follow the paragraph they stood in, between
    wide gaps. Running heads and page numbers are left out; date and paper named there are
    `metadata`. Pages without lines give empty spans.
    """
    kept, heads = without_margins(pages)
    writer = _Writer()
    starts: list[tuple[int, str]] = []
    for number, page in enumerate(kept):
        writer.begin_page()
        articles, are_columns = _articles(page)
        for position, article in enumerate(articles):
            headed = article[0].kind in (HEADING, HEADLINE)
            if are_columns and headed and (position or not starts or number):
                starts.append((writer.write(article, page, number), _title(article)))
            else:
                writer.write(article, page, number)
    text = writer.text()
    metadata = declared(heads)
    parts = _parts(starts, text, writer.first) if len(starts) > 1 else ()
    if len(starts) == 1 and starts[0][0] == writer.first:
        metadata["title"] = starts[0][1]
    return Composed(text, writer.pages(), parts, tuple(writer.lines), metadata)


def _articles(page: Page) -> tuple[list[list[Block]], bool]:
    """Return the blocks of a page by article, and whether the page has columns."""
    em = body_size(page.lines)
    lines, captions = take_captions(page.lines, em)
    found = columns(lines, em)
    leaves = [blocks(rows_of(column), em, scanned=page.scanned) for column in found]
    flow = list(_joined(leaves, em))
    are_columns = any(
        a and b and a[-1].box.beside(b[0].box) <= 0 for a, b in pairwise(leaves) if a and b
    )
    articles = _by_headline(flow) if are_columns else [flow] if flow else []
    if not articles and captions:
        return [captions], False
    for caption in captions:
        _insert(caption, articles)
    return articles, are_columns


def _joined(leaves: Iterable[list[Block]], em: float) -> list[Block]:
    """Return the blocks one after the other, paragraphs that a column's end tore made one."""
    flow: list[Block] = []
    for leaf in leaves:
        if flow and leaf and goes_on(flow[-1], leaf[0], em):
            flow[-1] = replace(flow[-1], rows=(*flow[-1].rows, *leaf[0].rows))
            flow += leaf[1:]
        else:
            flow += leaf
    return flow


def _by_headline(flow: Sequence[Block]) -> list[list[Block]]:
    """Return the blocks cut before every head that has a headline and text below it."""
    articles: list[list[Block]] = [[]]
    for number, block in enumerate(flow):
        is_head = block.kind in (HEADING, HEADLINE)
        opens = is_head and (number == 0 or flow[number - 1].kind not in (HEADING, HEADLINE))
        if opens and articles[-1] and _is_article(flow, number):
            articles.append([])
        articles[-1].append(block)
    return [article for article in articles if article]


def _is_article(flow: Sequence[Block], start: int) -> bool:
    """Say whether a head has a headline, and enough text before the next one."""
    number = start
    while number < len(flow) and flow[number].kind in (HEADING, HEADLINE):
        number += 1
    if not any(block.kind == HEADLINE for block in flow[start:number]):
        return False
    length = 0
    for block in flow[number:]:
        if block.kind == HEADLINE:
            break
        length += sum(len(row.text) for row in block.rows)
    return length >= SHORTEST_ARTICLE


def _insert(caption: Block, articles: list[list[Block]]) -> None:
    """Put a caption behind the paragraph that ends nearest above it, in the article it is in."""
    best = (float("inf"), 0, 0)
    for number, article in enumerate(articles):
        for place, block in enumerate(article):
            if block.kind != BODY:
                continue
            apart = min(_distance(row, caption) for row in block.rows)
            best = min(best, (apart, number, place))
    _, number, place = best
    articles[number].insert(place + 1, caption)


def _distance(row: TextLine, caption: Block) -> float:
    box = caption.box
    beside, above = -row.box.beside(box), -row.box.above(box)
    return max(0.0, beside) * 2 + max(0.0, above)


def _title(article: Sequence[Block]) -> str:
    """Return kicker, headline and what runs on after a dash, as one line."""
    title = ""
    for block in article:
        words = _words(block.rows)
        if block.kind not in (HEADING, HEADLINE):
            break
        if title and block.kind == HEADING and not words.startswith("—"):
            break
        close = not title or title[-1] in ":：" or words.startswith("—")
        title += words if close else " " + words
    return title


def _words(rows: Sequence[TextLine]) -> str:
    text = ""
    for row in rows:
        text += line_glue(text, row.text) + row.text.strip()
    return text


def _parts(starts: Sequence[tuple[int, str]], text: str, first: int) -> tuple[Part, ...]:
    """Return the articles; what stands before the first headline goes to the first."""
    ends = [start for start, _ in starts[1:]] + [len(text)]
    begins = [first, *(start for start, _ in starts[1:])]
    return tuple(
        Part(Span(begin, end), {"title": title})
        for begin, end, (_, title) in zip(begins, ends, starts, strict=True)
    )


class _Writer:
    """The text as it grows, with the place of its lines and the starts of its pages."""

    first = 0  # where the text begins

    def __init__(self) -> None:
        self.lines: list[PlacedLine] = []
        self._pieces: list[str] = []
        self._length = 0
        self._starts: list[int] = []

    def begin_page(self) -> None:
        """Note that what follows is on the next page."""
        self._starts.append(self._length)

    def write(self, article: Sequence[Block], page: Page, number: int) -> int:
        """Write blocks, blank lines between them; return where the first one begins."""
        start = None
        before = ""
        for block in article:
            wide = CAPTION in (block.kind, before)
            if self._length:
                self._add("\n\n\n\n" if wide else "\n\n")
            begins = self._length
            self._add(_MARKS.get(block.kind, ""))
            start = begins if start is None else start
            self._write_rows(block.rows, page, number)
            before = block.kind
        return self._length if start is None else start

    def text(self) -> str:
        """Return the text so far."""
        return "".join(self._pieces)

    def pages(self) -> tuple[Span, ...]:
        """Return the span of every page."""
        return tuple(
            Span(start, end)
            for start, end in zip(self._starts, [*self._starts[1:], self._length], strict=True)
        )

    def _add(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)

    def _write_rows(self, rows: Sequence[TextLine], page: Page, number: int) -> None:
        words = [row.text.strip() for row in rows]
        for row, here, following in zip(rows, words, [*words[1:], ""], strict=True):
            broken = _is_broken(here, following)
            begins = self._length
            self._add(here[:-1] if broken else here)
            place = Span(begins, self._length)
            box, confidence = page.shares(row.box), round(row.confidence, 3)
            self.lines.append(PlacedLine(place, number, box, confidence))
            self._add("" if broken else line_glue(here, following))


def _is_broken(words: str, following: str) -> bool:
    """Say whether a word was hyphenated at the line's end."""
    return len(words) > 1 and words[-1] == "-" and words[-2].isalpha() and following[:1].islower()
