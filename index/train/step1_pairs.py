"""Step 1: read the pairs and fold them (2 minutes).

Sentences of one meaning are kept as groups around their English sentence, so that step 4 can draw
any two languages of a group: Russian and Chinese meet although every file pairs with English.
So are the words of `glossary.tsv`, written by us: what news of hospitals is told in, in 12
languages, each word in its forms.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers.normalizers import Normalizer

from index.train.languages import language
from index.train.word_forms import dictionary_forms

__all__ = ["GROUPED", "LISTED_WEIGHT", "MAIN", "MAIN_WEIGHT", "Corpus", "Groups", "read_corpus"]

GLOSSARY = ("zh", "en", "ja", "ko", "es", "fr", "de", "ru", "it", "pt", "vi", "ar")  # columns
LEXICONS = ("cedict", "omw", "omw-synonyms", "osm-tags", "cldr")
GROUPED = ("ntrex", "tatoeba-multi")
PARAGRAPHS = ("cmrc2018-trial",)  # questions and their paragraphs that are trained on
# How often a member of a group is drawn: Chinese first, then the languages of most readers.
CHINESE_WEIGHT = 8.0
MAIN_WEIGHT = 3.0
LISTED_WEIGHT = 1.0
UNLISTED_WEIGHT = 0.15
MAIN = frozenset(
    ["ar", "de", "el", "en", "es", "fr", "hi", "it", "ja", "ko", "pt", "ro", "ru", "th", "tr", "vi"]
)


@dataclass(frozen=True, slots=True)
class Groups:
    """Sentences of one meaning: `members[offsets[g]:offsets[g + 1]]`, the English one first."""

    members: NDArray[np.int64]
    weights: NDArray[np.float64]
    offsets: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Every text once, folded; sources name the texts by number.

    `pairs[source]` int64 (n, 2), `forms` being words with their dictionary forms and `glossary`
    its words with the first of their line in Chinese, English and their own language;
    `groups[source]`; `paragraphs` int64 (n, 2), question and text. `languages` gives the language
    of each sentence of a group.
    """

    texts: list[str]
    pairs: dict[str, NDArray[np.int64]]
    groups: dict[str, Groups]
    paragraphs: NDArray[np.int64]
    languages: dict[int, str]


class _Texts:
    def __init__(self, normalizer: Normalizer) -> None:
        self._normalizer = normalizer
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """Return the number of a text's folded form, -1 when nothing is left of it."""
        folded = " ".join(self._normalizer.normalize_str(text).split())
        return self._numbers.setdefault(folded, len(self._numbers)) if folded else -1

    def all(self) -> list[str]:
        return list(self._numbers)


def read_corpus(data: Path, normalizer: Normalizer) -> Corpus:
    """Read all pair files of a folder, and the paragraphs that are trained on.

    >>> corpus = read_corpus(Path("data"), folder(compiled_folding()))  # doctest: +SKIP
    """
    texts = _Texts(normalizer)
    pairs = {name: _pairs(data / f"{name}.tsv.xz", texts) for name in (*LEXICONS, "tatoeba-zh")}
    raw = {name: _pairs(data / f"{name}.tsv.xz", texts) for name in GROUPED}
    paragraphs = [_questions(data / f"{name}.json", texts) for name in PARAGRAPHS]
    everything = texts.all()
    numbers = {int(number) for rows in raw.values() for number in rows[:, 0]}
    languages = {number: language(everything[number]) for number in numbers}
    # The Chinese sentences of an English one that other languages have too join its group.
    english = {int(number) for number in raw["tatoeba-multi"][:, 1]}
    chinese = [row for row in pairs["tatoeba-zh"] if int(row[1]) in english]
    languages |= {int(row[0]): "zh" for row in chinese}
    raw["tatoeba-multi"] = np.concatenate([raw["tatoeba-multi"], *(row[None] for row in chinese)])
    groups = {name: _grouped(rows, languages) for name, rows in raw.items()}
    pairs["forms"] = _forms(everything, groups.values(), languages, normalizer, texts)
    groups["glossary"], pairs["glossary"] = _glossary(texts)
    everything = texts.all()
    return Corpus(everything, pairs, groups, np.concatenate(paragraphs), languages)


def _pairs(path: Path, texts: _Texts) -> NDArray[np.int64]:
    found: dict[tuple[int, int], None] = {}
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            one, _, other = line.rstrip("\n").partition("\t")
            pair = texts.number(one), texts.number(other)
            if min(pair) >= 0 and pair[0] != pair[1]:
                found[pair] = None
    return np.array(list(found), np.int64).reshape(-1, 2)


def _forms(
    everything: Sequence[str],
    groups: Iterable[Groups],
    languages: dict[int, str],
    normalizer: Normalizer,
    texts: _Texts,
) -> NDArray[np.int64]:
    """Return the words of all sentences with their dictionary forms."""
    words: dict[str, set[str]] = {}
    english = [number for each in groups for number in each.members[each.offsets[:-1]].tolist()]
    for number, name in (languages | dict.fromkeys(english, "en")).items():
        found = (word for word in everything[number].split() if word.isalpha())
        words.setdefault(name, set()).update(found)
    pairs = dictionary_forms(words, normalizer)
    return np.array([(texts.number(one), texts.number(other)) for one, other in pairs], np.int64)


def _glossary(texts: _Texts) -> tuple[Groups, NDArray[np.int64]]:
    """Return the lines of the glossary as groups, and its words with the first of their line."""
    members: list[int] = []
    weights: list[float] = []
    offsets = [0]
    pairs: dict[tuple[int, int], None] = {}
    lines = Path(__file__).with_name("glossary.tsv").read_text("utf-8").splitlines()
    for line in lines:
        cells = dict(zip(GLOSSARY, line.split("\t"), strict=True))
        numbers = {
            name: list(dict.fromkeys(texts.number(form) for form in cell.split("|")))
            for name, cell in cells.items()
        }
        for name in ("en", *(name for name in GLOSSARY if name != "en")):
            own = numbers[name]
            members += own
            weights += [_weight(name) / len(own)] * len(own)
            firsts = (numbers["zh"][0], numbers["en"][0], own[0])
            pairs |= dict.fromkeys((form, other) for form in own for other in firsts)
        offsets.append(len(members))
    unequal = [pair for pair in pairs if pair[0] != pair[1]]
    return Groups(np.array(members), np.array(weights), np.array(offsets)), np.array(unequal)


def _questions(path: Path, texts: _Texts) -> NDArray[np.int64]:
    articles = json.loads(path.read_text("utf-8"))["data"]
    numbers = [
        (texts.number(question["question"]), texts.number(paragraph["context"]))
        for article in articles
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    ]
    return np.array([pair for pair in numbers if min(pair) >= 0], np.int64).reshape(-1, 2)


def _grouped(rows: NDArray[np.int64], languages: dict[int, str]) -> Groups:
    around: dict[int, list[int]] = {}
    for member, english in rows.tolist():
        around.setdefault(english, []).append(member)
    members: list[int] = []
    weights: list[float] = []
    offsets = [0]
    for english, others in around.items():
        own = [_weight(languages[member]) for member in others]
        members += [english, *others]
        weights += [max(MAIN_WEIGHT, sum(own) / 3), *own]
        offsets.append(len(members))
    return Groups(np.array(members), np.array(weights), np.array(offsets))


def _weight(name: str) -> float:
    if name == "zh":
        return CHINESE_WEIGHT
    if name in MAIN:
        return MAIN_WEIGHT
    return UNLISTED_WEIGHT if name == "?" else LISTED_WEIGHT
