"""Which words of a question only ask, and stand in no answer.

Rare as they are in articles, BM25 takes "which" and "什么" for telling, and the model spends on
them a part of what it compares. Without them recall@1 of BM25 rises from 0.926 to 0.938 for English
questions (XQuAD) and from 0.973 to 0.979 for Chinese (CMRC 2018); late interaction finds 0.730 in
place of 0.712 of Chinese questions in English passages, and never less in five pairs of languages.

The words are in `question_words.json`: whole words of languages with spaces, and pieces of text for
the others. They are left out whatever language the question is in, so a word that names something
in another language ("care", "Kim", "WEN") is not in the lists.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from importlib import resources

from index.tokens import fold, fold_aligned

__all__ = ["about"]


@lru_cache(maxsize=256)  # a question is taken apart by its searches and by the bot
def about(question: str) -> str:
    """Return a question without what only asks; all of it, where it only asks.

    >>> about("Which hospital is it?"), about("民醫工作室什麼時候開診？"), about("谁？")
    ('  hospital   it?', '民醫工作室 開診？', '谁？')
    """
    folded, starts, ends = fold_aligned(question)
    kept: list[str] = []
    done = 0
    for match in _asking().finditer(folded):
        kept.append(question[done : starts[match.start()]])
        done = ends[match.end() - 1]
    left = " ".join([*kept, question[done:]])
    return left if re.search(r"\w", left) else question


@cache
def _asking() -> re.Pattern[str]:
    text = resources.files("index").joinpath("question_words.json").read_text("utf-8")
    words = json.loads(text)
    spaced = "|".join(_longest_first(words["spaced"].values()))
    unspaced = "|".join(_longest_first(words["unspaced"].values()))
    return re.compile(rf"\b(?:{spaced})\b|{unspaced}")


def _longest_first(lists: list[list[str]]) -> list[str]:
    words = {fold(word) for one in lists for word in one}
    return [re.escape(word) for word in sorted(words, key=len, reverse=True)]
