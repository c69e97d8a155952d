"""Make a follow-up question stand alone, by rule.

«那它有多少党员？» after a question about a hospital is searched as «衡阳市中医医院有多少党员？».
What is missing comes from the last question and the title of the article cited for it. The result
is shown to the reader as what was searched, and can be taken back. What this leaves out: grammar;
a question that leans on nothing visible is searched as it was typed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib import resources

from qa.question import read_question
from qa.types import Turn

__all__ = ["standalone"]

_SHORTEST_SUBJECT = 3  # code points that a question and a title must share to be a name
_FEWEST_WORDS = 2  # content words; a question with fewer leans on the one before it
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_NAMES = re.compile(r"\b[A-ZÀ-ÞА-Я][\w'’-]+(?:\s+(?:of|de|the|and|[A-ZÀ-ÞА-Я][\w'’-]+))*")


@dataclass(frozen=True, slots=True)
class _Rules:
    opener: re.Pattern[str]
    pronoun: re.Pattern[str]
    about: tuple[re.Pattern[str], ...]
    title_end: re.Pattern[str]


@cache
def _rules() -> _Rules:
    data = json.loads(resources.files("qa").joinpath("followup.json").read_text("utf-8"))
    return _Rules(
        re.compile(data["openers"], re.I),
        re.compile("|".join(data["pronouns"]), re.I),
        tuple(re.compile(part, re.I) for part in data["about"]),
        re.compile(data["title_end"]),
    )


def standalone(question: str, history: Sequence[Turn], titles: Sequence[str] = ()) -> str:
    """Return what to search for: the question itself where it needs nothing of the history.

    `history` is in the order asked; `titles` are those of the articles cited in its last turn,
    best first.

    >>> standalone("那它有多少党员？", [Turn("衡阳市中医医院在哪？", "衡阳市中医医院在哪？")])
    '衡阳市中医医院有多少党员？'
    """
    if not history:
        return question
    rules, last = _rules(), history[-1].searched
    subject = _subject(last, titles)
    for pattern in rules.about:
        if match := pattern.match(question.strip()):
            return _asked_of(match["about"], last, subject)
    bare = rules.opener.sub("", question, count=1)
    pronoun = rules.pronoun.search(bare)
    leans = bare != question or pronoun or len(_words(bare)) < _FEWEST_WORDS
    if not leans or not subject or subject.casefold() in question.casefold():
        return question
    if pronoun:
        return f"{bare[: pronoun.start()]}{subject}{bare[pronoun.end() :]}"
    return _joined(subject, bare)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in read_question(text).content if not word.endswith("~"))


def _asked_of(about: str, last: str, subject: str) -> str:
    """Ask the last question of something else: «株洲市中心医院呢？»."""
    if subject and subject in last and about[-1] == subject[-1]:
        return last.replace(subject, about)
    if subject and subject in last and not _HAN.search(about + subject):
        return last.replace(subject, about)
    return _joined(about, last)


def _joined(first: str, second: str) -> str:
    return (
        f"{first}{second}" if _HAN.match(first[-1]) and _HAN.match(second) else f"{first} {second}"
    )


def _subject(last: str, titles: Sequence[str]) -> str:
    """Return what the last question was about, in words the articles use where they do."""
    for title in titles:
        match = SequenceMatcher(None, last, title, autojunk=False).find_longest_match()
        shared = last[match.a : match.a + match.size].strip()
        if len(shared) >= _SHORTEST_SUBJECT and _HAN.search(shared):
            return shared
    names = [name for name in _NAMES.findall(last) if read_question(name).kind != "when"]
    head = _rules().title_end.split(titles[0].strip())[0].strip() if titles else ""
    named = max((_without_first_word(last, name) for name in names), key=len, default="")
    if named and head and not _HAN.search(last) and _HAN.search(head):
        return f"{named} ({head})"  # the article is written in another script than the question
    if named or head:
        return named or head
    return _leading_words(last)


def _without_first_word(last: str, name: str) -> str:
    """Drop a capital that only begins the question: "When did …", "Where is …"."""
    if not last.startswith(name):
        return name
    return " ".join(name.split()[1:])


def _leading_words(last: str) -> str:
    """Return a Chinese question up to its question word: «市中医医院在哪？» → «市中医医院»."""
    bare = read_question(last).bare.split(" ")[0].strip("？?。，, ")
    bare = re.sub("(的|是|在|有|位于|於)+$", "", bare)
    return bare if _HAN.search(bare) else ""
