"""The process that parses files for `corpus.sandbox`: `python -m corpus.worker <bytes of memory>`.

On standard input comes a line of JSON (`files` with path and size, and `page` where that is to be
drawn) and the files' bytes; on standard output goes back, length first, the list of what was made
of each (`corpus.wire`) or why nothing was.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import sys
from base64 import b64encode
from collections.abc import Iterator

from corpus import loaders
from corpus.articles import split
from corpus.errors import EmptyFile, UnreadableFile, WenjuError
from corpus.passages import passages
from corpus.types import Article, Document, Passage
from corpus.wire import Plain, Taken, packed

__all__ = ["cut", "draw", "main", "take"]


def take(data: bytes, path: str) -> Taken:
    """Parse a file, split it and cut its articles. Raises WenjuError, whatever goes wrong."""
    with _told(path):
        document = loaders.parse(data, path)
        return document, *cut(document)


def draw(data: bytes, path: str, page: int) -> bytes:
    """Draw a page as a JPEG, see `corpus.loaders.draw`. Raises WenjuError, whatever goes wrong."""
    with _told(path):
        return loaders.draw(data, path, page)


@contextlib.contextmanager
def _told(path: str) -> Iterator[None]:
    """Make whatever goes wrong with a file one of our errors."""
    try:
        yield
    except WenjuError:
        raise
    except MemoryError as error:
        raise UnreadableFile(
            f"{path} needs more memory than one file may have.", hint="Split it into smaller files."
        ) from error
    except Exception as error:
        raise UnreadableFile(
            f"{path} could not be taken in ({type(error).__name__}: {error}).",
            hint="This is a mistake in Wenju; please report it with the file.",
        ) from error


def cut(document: Document) -> tuple[list[Article], list[list[Passage]]]:
    """Split a document and cut its articles. Raises EmptyFile where there is none."""
    articles = split(document)
    if not articles:
        raise EmptyFile(f"{document.path} holds no article.", hint="There is no text in it.")
    return articles, [passages(article) for article in articles]


def main() -> None:
    """Answer requests until standard input ends."""
    _limit_memory(int(sys.argv[1]))
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    while head := requests.readline():
        wanted = json.loads(head)
        files = [(requests.read(size), path) for path, size in wanted["files"]]
        body = json.dumps([_answer(*file, wanted["page"]) for file in files]).encode()
        answers.write(struct.pack(">Q", len(body)) + body)
        answers.flush()


def _answer(data: bytes, path: str, page: int | None) -> Plain:
    try:
        if page is None:
            return packed(take(data, path))
        return b64encode(draw(data, path, page)).decode()
    except WenjuError as error:
        return {"error": type(error).__name__, "message": str(error), "hint": error.hint}


def _limit_memory(size: int) -> None:
    """Let this process have no more memory than that, where the system can be told."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with contextlib.suppress(ValueError, OSError):  # a lower limit is set already
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


if __name__ == "__main__":
    main()
