"""Front matter: the YAML block between two `---` lines at the head of a Markdown file.

Only its text is taken: nothing is constructed from it, no tag is obeyed, and `no` or
`2023-06-30` stay the words they are. Anchors, and with them the expansion bombs, are refused.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from corpus.errors import BadMetadata
from corpus.loaders.metadata import KEYS

__all__ = ["read_front_matter"]

# A block that is not closed within this many characters is not front matter but an article that
# begins with a rule. Six short values need a tenth of it.
MAX_LENGTH = 20_000
# A list of authors is one deep; a deeper value is not one we read.
MAX_DEPTH = 20

_BLOCK = re.compile(
    r"\A\s*---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_NAMES = {
    "标题": "title",
    "作者": "author",
    "authors": "author",
    "来源": "source",
    "日期": "date",
    "语言": "language",
    "lang": "language",
    "网址": "url",
    "link": "url",
}


def read_front_matter(text: str, path: str) -> tuple[dict[str, str], int]:
    """Return the values as written, by key, and where the text after the block begins.

    Without front matter that is an empty dict and 0. Keys may be Chinese (`标题`). Values of a
    list are joined by a comma; other keys than ours are read over.

    Raises:
        BadMetadata: it is not YAML, not `key: value`, or nested where a line of text belongs;
            the message names the line.
    """
    found = _BLOCK.match(text[:MAX_LENGTH])
    if not found:
        return {}, 0
    first_line = text.count("\n", 0, found.start(1))
    try:
        node = _compose(found[1])
        if node is not None and not isinstance(node, yaml.MappingNode):
            return {}, 0  # prose between two rules
        return _values(node), found.end()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0) + 1
        raise BadMetadata(
            f"{path}, line {line}: the front matter is not valid: {error.problem}.",
            hint='Write one "key: value" a line, and put a value with a colon into quotes.',
        ) from error
    except yaml.YAMLError as error:  # a character that YAML does not allow carries no line
        raise BadMetadata(
            f"{path}, line {first_line + 1}: the front matter is not valid: {error}.",
            hint="Remove unprintable characters from the front matter.",
        ) from error


def _compose(block: str) -> yaml.Node | None:
    """Parse without constructing, after a look at the events, which need no recursion."""
    depth = 0
    for event in yaml.parse(block, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _malformed("references (*) are not read", event)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _malformed("it is nested too deep", event)
    node: yaml.Node | None = yaml.compose(block, Loader=yaml.SafeLoader)
    return node


def _malformed(problem: str, where: yaml.Event | yaml.Node) -> yaml.MarkedYAMLError:
    mark: Any = where.start_mark  # two types of mark, one with and one without libyaml
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def _values(node: yaml.MappingNode | None) -> dict[str, str]:
    values = {}
    for key, value in node.value if node else ():
        name = str(key.value).strip().lower() if isinstance(key, yaml.ScalarNode) else ""
        name = _NAMES.get(name, name)
        if name in KEYS:
            values[name] = _text(value, name)
    return values


def _text(node: yaml.Node, name: str) -> str:
    if isinstance(node, yaml.SequenceNode):
        return ", ".join(_text(item, name) for item in node.value)
    if not isinstance(node, yaml.ScalarNode):
        raise _malformed(f"{name} must be a line of text", node)
    value = str(node.value)
    return "" if not node.style and value in ("~", "null", "Null", "NULL") else value
