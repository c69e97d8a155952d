"""A sentence that was found, and what its text is made of: clauses, tokens, entities, a script.

Sentences are asked about again and again, so what is read in a text is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from corpus.types import Span
from index.pinyin import terms
from index.tokens import fold
from qa.entities import entities

__all__ = ["EAST_ASIAN", "Sentence", "around", "clauses_of", "entities_of", "script", "token_set"]

EAST_ASIAN = ("cjk", "kana")  # scripts, of those that `script` names, without spaces
_CLAUSE_END = re.compile(r"[，；：;:]|[,.](?=\s)|——")
_PAUSE = re.compile(r"[，；、：。！？;:,!?]|\.(?=\s)")
_AROUND, _AROUND_WORDS = 8, 30  # code points on each side; where words are written apart
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_HIRAGANA = re.compile("[\u3041-\u309f]")
_SCRIPT_SAMPLE = 60  # code points that tell the script of a text
_CACHED_TEXTS = 100_000  # clauses and sentences whose tokens are kept; about 100 MB


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage that was found. `span` counts in its article's text."""

    passage: int
    article: str
    span: Span
    text: str
    context: str
    heading: bool = False


@lru_cache(maxsize=_CACHED_TEXTS)
def token_set(text: str) -> frozenset[str]:
    """Return the tokens and readings that a passage is indexed under, of one text."""
    return frozenset(terms(text))


@lru_cache(maxsize=_CACHED_TEXTS)
def clauses_of(text: str) -> tuple[str, ...]:
    """Return the clauses of a sentence, at least one."""
    ends = [match.end() for match in _CLAUSE_END.finditer(text, 0, len(text) - 1)]
    return tuple(text[a:b] for a, b in pairwise((0, *ends, len(text))))


def around(text: str, span: Span) -> str:
    """Return a span with what stands beside it, up to the next pause or a few words.

    >>> around("全院有职工386人，其中党员97人。", Span(5, 9))
    '全院有职工386人'
    """
    reach = _AROUND if script(text) in EAST_ASIAN else _AROUND_WORDS
    before = _PAUSE.split(text[max(0, span.start - reach) : span.start])[-1]
    after = _PAUSE.split(text[span.end : span.end + reach])[0]
    return before + span.of(text) + after


@lru_cache(maxsize=_CACHED_TEXTS)
def entities_of(text: str, kind: str) -> tuple[tuple[Span, str], ...]:
    """Return the entities of a kind, each with what it says, folded."""
    return tuple((span, fold(span.of(text)).strip()) for span in entities(text, kind))


@lru_cache(maxsize=_CACHED_TEXTS)
def script(text: str) -> str:
    """Name the script by its commonest letters: `cjk`, `hangul`, or the block of an alphabet.

    Japanese is `kana`: it shares its characters with Chinese, and hardly a word.
    """
    sample = text[:_SCRIPT_SAMPLE]
    if _HIRAGANA.search(sample):
        return "kana"
    if len(_HANGUL.findall(sample)) * 3 > len(sample):
        return "hangul"
    if len(_CJK.findall(sample)) * 3 > len(sample):
        return "cjk"
    blocks = [ord(char) // 0x300 for char in sample if char.isalpha()]
    return str(max(blocks, key=blocks.count)) if blocks else ""
