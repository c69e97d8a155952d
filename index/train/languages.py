"""Which language a sentence is in, as far as the training data need to know: by script and words.

What is not one of the listed languages is `?`; it is trained on less often.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import regex

__all__ = ["language"]

# Below this share of very frequent words the guess would be chance.
LEAST_SHARE = 0.1


@cache
def _tables() -> tuple[list[tuple[str, regex.Pattern[str]]], dict[str, frozenset[str]]]:
    table = json.loads(Path(__file__).with_name("languages.json").read_text("utf-8"))
    scripts = [(name, regex.compile(pattern)) for name, pattern in table["scripts"].items()]
    words = {name: frozenset(text.split()) for name, text in table["words"].items()}
    return scripts, words


def language(text: str) -> str:
    """Return the ISO 639-1 code of a folded sentence, `?` when it is none that is listed.

    >>> language("das ist nicht mein haus"), language("我的家"), language("xyzzy")
    ('de', 'zh', '?')
    """
    scripts, words = _tables()
    for name, pattern in scripts:
        if pattern.search(text):
            return name
    tokens = text.split()
    if not tokens:
        return "?"
    shares = {name: sum(token in known for token in tokens) for name, known in words.items()}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] / len(tokens) >= LEAST_SHARE else "?"
