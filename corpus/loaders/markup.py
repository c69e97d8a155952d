"""XML and XHTML, parsed without entities, and written as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from corpus.errors import UnreadableFile

__all__ = ["Element", "blocks", "parse_markup", "parse_xml"]

Element: TypeAlias = Any  # of lxml, which ships no types

_BLOCKS = (
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "tr",
    "blockquote",
    "pre",
    "div",
    "dd",
    "dt",
    "figcaption",
    "section",
    "article",
)
_CELLS = ("td", "th")
_SKIPPED = ("script", "style", "nav", "head", "svg", "math", "rt", "rp")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
# An entity that is declared in the file itself is how expansion bombs begin; no book needs one.
_DOCTYPE_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)


def parse_xml(data: bytes, path: str) -> Element:
    """Return the root of an XML file.

    Raises:
        UnreadableFile: it is not XML, or declares entities.
    """
    from lxml import etree

    if _DOCTYPE_ENTITY.search(data.decode("latin-1")):
        raise UnreadableFile(f"{path} declares XML entities.", hint="We do not expand those.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile(f"{path} is damaged: {error}.", hint="Make it again.") from error


def parse_markup(text: str) -> Element:
    """Return the root of a page, None where there is nothing in it. Entities stay as they are."""
    from lxml import etree

    if not text.strip():
        return None
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    return etree.fromstring(_DECLARATION.sub("", text).encode("utf-8"), parser)


def blocks(root: Element) -> Iterator[str]:
    """Yield the paragraphs of a page, headings marked by `#`, table rows as ` | `."""
    run: list[str] = []
    for kind, words in _events(root):
        if kind:
            yield from _flushed(run)
            run = [f"{'#' * int(kind[1])} "] if re.fullmatch("h[1-6]", kind) else []
        run.append(words)
    yield from _flushed(run)


def _flushed(run: list[str]) -> Iterator[str]:
    words = " ".join("".join(run).split())
    if words.strip("#| "):
        yield words.rstrip(" |")


def _events(root: Element) -> Iterator[tuple[str, str]]:
    """Yield (block that begins or "", text); iterative, for trees deeper than Python's stack."""
    from lxml import etree

    skipped: Element = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            skipped = element if skipped is None and tag in _SKIPPED else skipped
            if skipped is None:
                yield (tag if tag in _BLOCKS else ""), _opening(element, tag)
            continue
        if skipped is None:
            yield ("end" if tag in _BLOCKS else ""), " | " if tag in _CELLS else ""
        skipped = None if skipped is element else skipped
        if skipped is None:
            yield "", element.tail or ""


def _opening(element: Element, tag: str) -> str:
    """Return what an element begins with; a comment's text is none."""
    space = " " if tag == "br" or tag in _CELLS else ""
    return space + (element.text or "") if tag else ""
