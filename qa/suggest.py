"""Questions that a collection answers, made from its own sentences by rule.

A number, a date or a name in a sentence is replaced by the word that asks for it («急诊楼共有六十
张病床» becomes «急诊楼共有多少张病床？»), and the question is kept if the bot answers it with that
sentence. The rules stand in `suggest.json`. What this leaves out: languages without rules there.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from corpus.errors import WenjuError
from corpus.ledger import Ledger
from corpus.sentences import sentences
from corpus.types import Article
from index.manifest import MANIFEST
from qa.bot import Bot
from qa.language import of_tag

__all__ = ["Suggestion", "are_stale", "follow_ups", "made_from", "suggestions", "write_suggestions"]

FILE = "suggestions.json"
SHOWN = 6
FOLLOW_UPS = 3
MOST_ARTICLES = 120  # that questions are made from: a second or two of work at indexing time
TRIED = 2  # questions of one article that the bot is asked
MOST_CHARACTERS = 40_000  # of one article that are read
LENGTHS = {"zh": range(9, 31), "en": range(18, 91)}  # code points of a question people would read
START = 120  # code points, title included, in which an article says what it is about
FULL = 8  # code points of a name that is surely given in full
SURE = 0.6  # evidence from which a question is worth showing


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question, the article that answers it, and its language: `zh`, `zh-Hant` or `en`.

    `answer` is a part of the sentence that it was made from.
    """

    question: str
    article: str
    language: str
    answer: str


def suggestions(home: Path, language: str) -> list[str]:
    """Return up to six questions of a data folder, those in the reader's language first.

    Empty where none were written.
    """
    wanted = of_tag(language) or "en"
    written = _read(home / FILE)
    scripts = {"zh": ("zh", "zh-Hant"), "zh-Hant": ("zh-Hant", "zh"), "en": ("en",)}[wanted]
    order = [*scripts, *(each for each in ("zh", "en", "zh-Hant") if each not in scripts)]
    own = [each for each in order if any(one.language == each for one in written)][:1]
    ranked = [one.question for each in own for one in written if one.language == each]
    others = [
        one.question for each in order if each not in own for one in written if one.language == each
    ]
    return list(dict.fromkeys(ranked + others))[:SHOWN]


def write_suggestions(home: Path, bot: Bot) -> int:
    """Make the questions of a data folder anew; return how many there are.

    The file is replaced as a whole, so that a reader sees the old or the new one.
    """
    kept = list(_answered(bot, _sample(bot.ledger)))
    path = home / FILE
    temporary = path.with_suffix(".tmp")
    lines = [asdict(suggestion) for suggestion in kept]
    temporary.write_text(json.dumps(lines, ensure_ascii=False, indent=1), encoding="utf-8")
    temporary.replace(path)
    return len(kept)


def are_stale(home: Path) -> bool:
    """Say whether the index was published after the questions were made, or none were."""
    try:
        published = (home / MANIFEST).stat().st_mtime_ns
    except OSError:  # nothing is indexed, so nothing can be asked
        return False
    try:
        return (home / FILE).stat().st_mtime_ns < published
    except OSError:
        return True


def follow_ups(
    home: Path, ledger: Ledger, articles: Sequence[str], asked: Sequence[str], language: str
) -> list[str]:
    """Return up to three more questions in a language, `zh` or `en`, none asked before.

    They are on the articles of an answer; where these are all in another language, those of the
    collection. Empty where nothing was cited, or nothing is in this language.
    """
    told = {_bare(question) for question in asked}
    near = [made for id in dict.fromkeys(articles) for made in _made_from(ledger, id)]
    for found in (near, _read(home / FILE) if articles else ()):
        own = dict.fromkeys(made.question for made in found if made.language[:2] == language)
        if fresh := [question for question in own if _bare(question) not in told]:
            return fresh[:FOLLOW_UPS]
    return []


def _made_from(ledger: Ledger, id: str) -> list[Suggestion]:
    try:
        return made_from(ledger.article(id))
    except WenjuError:  # removed meanwhile: it suggests nothing
        return []


def made_from(article: Article) -> list[Suggestion]:
    """Return the questions that an article's sentences answer, in their order."""
    language = of_tag(article.language) or ""
    text = article.text[:MOST_CHARACTERS]
    if language.startswith("zh"):
        found = _chinese(text, article.title, traditional=language == "zh-Hant")
    elif language == "en":
        found = _english(text)
    else:
        return []
    lengths = LENGTHS[language[:2]]
    one_each = {question: part for question, part in found if len(question) in lengths}
    return [Suggestion(question, article.id, language, part) for question, part in one_each.items()]


@cache
def _rules(language: str) -> Mapping[str, Any]:
    path = Path(__file__).with_suffix(".json")
    rules: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))[language]
    return rules


def _chinese(text: str, title: str, *, traditional: bool) -> Iterator[tuple[str, str]]:
    """Yield (question, the clause it was made from)."""
    rules = _rules("zh")
    place = _place(f"{title}\n{text}")
    for span in sentences(text):
        for part in re.split(rules["clauses"], span.of(text)):
            clause = re.sub(rules["drop"], "", part)
            asked = None if re.search(rules["avoid"], clause) else _asked(clause, rules["rules"])
            if asked is None:
                continue
            if not re.search(rules["organisation"], asked):
                if not place:
                    continue
                asked = place + re.sub(rules["generic"], "", asked)
            for simplified, other in rules["traditional"].items() if traditional else ():
                asked = asked.replace(simplified, other)
            yield asked + rules["end"], part


def _asked(clause: str, rules: Sequence[Mapping[str, str]]) -> str | None:
    """Return the clause with the word that asks in place of what it tells, None where none fits."""
    for rule in rules:
        asked, times = re.subn(rule["find"], rule["ask"], clause)
        if times == 1 and not re.search(r"\d", asked):
            return asked
    return None


def _place(text: str) -> str:
    """Return the organisation that a text is about: of those named at its start, the fullest.

    Empty where none is named there: a sentence that names none would be asked of the wrong one.
    """
    rules = _rules("zh")
    whole = re.compile(rules["organisation"])
    named = [(each, re.sub(rules["lead"], "", each)) for each in whole.findall(text[:START])]
    names = dict.fromkeys(bare if whole.fullmatch(bare) else each for each, bare in named)

    def weight(name: str) -> tuple[int, int]:
        return text.count(name) * min(len(name), FULL) ** 2, len(name)

    return max(names, key=weight, default="")


def _english(text: str) -> Iterator[tuple[str, str]]:
    rules = _rules("en")
    places = Counter(re.findall(rules["place"], text))
    place = places.most_common(1)[0][0] if places else ""
    for span in sentences(text):
        sentence = span.of(text)
        for rule in rules["rules"]:
            match = re.search(rule["find"], sentence)
            if match and (place or "{place}" not in rule["ask"]):
                yield rule["ask"].format(place=place, **match.groupdict()), match[0]
                break


def _sample(ledger: Ledger) -> Iterator[Article]:
    """Yield articles from all over the collection, always the same ones."""
    total = ledger.counts().articles
    step = max(1, total // MOST_ARTICLES)
    for offset in range(0, total, step):
        for row in ledger.articles(limit=1, offset=offset):
            yield ledger.article(row.id)


def _answered(bot: Bot, articles: Iterable[Article]) -> Iterator[Suggestion]:
    """Yield one question an article: the one that the bot answers best with its own sentence."""
    for article in articles:
        scored = []
        for made in made_from(article)[:TRIED]:
            answer = bot.ask(made.question)
            if answer.quotes and made.answer in answer.quotes[0].text:
                scored.append((answer.evidence, made))
        best = max(scored, key=lambda each: each[0], default=None)
        if best and best[0] >= SURE:
            yield best[1]


def _read(path: Path) -> list[Suggestion]:
    try:
        return [Suggestion(**each) for each in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):  # none written yet, or by another version
        return []


def _bare(question: str) -> str:
    return "".join(char for char in question.casefold() if char.isalnum())
