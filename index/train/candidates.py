"""Pieces that the tokenizer may choose from: sub-words, stems, whole words, characters, numbers."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import regex
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from index.train.step1_pairs import GROUPED, MAIN, Corpus
from index.train.word_forms import known_words

__all__ = ["YEARS", "Candidates", "candidates", "count_runs"]

TRAINED = 80_000
LONGEST_PIECE, LONGEST_CHINESE_PIECE = 16, 6
LEAST_CHARACTER_COUNT = 3
YEARS = 2100  # numbers below are one piece each: a year is a name
HAN = regex.compile(r"\p{Han}+$")
NUMBER = regex.compile(r"\p{N}")
# Scripts that the data are thin in: a word counts sooner, and frequent substrings are candidates.
THIN = regex.compile(r"[\p{Cyrillic}\p{Arabic}\p{Devanagari}\p{Thai}\p{Greek}]")
# A word of the glossary counts so much, its further forms less: they are cut into it and an ending.
FIRST_FORM_COUNT, FORM_COUNT = 40, 8
# A word of the wordnets, in a main language or another, and what the former has more.
WORDNET_COUNT, OTHER_WORDNET_COUNT = 2.0, 1.0
PER_DOUBLING, MOST_MORE = 3.0, 24.0
# Scripts of one main language each.
MAIN_SCRIPT = regex.compile(r"[\p{Hangul}\p{Katakana}\p{Hiragana}\p{Thai}\p{Greek}]")
LEAST_WORD_COUNT, LEAST_THIN_COUNT = 4, 2
SUBSTRINGS = 60_000
SUBSTRING_LENGTHS = range(3, 10)
SUBSTRING_PENALTY = 3.0
# A stem is a beginning that many different words share; so many of a script are always kept.
STEMS = {"Cyrillic": 5000, "Arabic": 2500, "Greek": 2000, "Devanagari": 1000, "Latin": 5000}
STEM_LENGTHS = range(4, 8)
LEAST_STEM_WORDS = 3
RUN = regex.compile(
    r"\p{Han}+|[\p{Hiragana}\p{Katakana}ー]+|\p{Thai}+|\p{N}+"
    r"|[^\s\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{N}]+"
)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pieces with their log probabilities; `forced` are always kept, `parts` may cut whole words.

    `stems` says how many words begin with each stem.
    """

    scores: dict[str, float]
    forced: frozenset[str]
    parts: frozenset[str]
    stems: dict[str, int]


def count_runs(corpus: Corpus, paragraphs: Iterable[str]) -> Counter[str]:
    """Count the runs of one script, weighing each source by how much it is like what is read."""
    counts: Counter[str] = Counter()

    def count(numbers: Iterable[int], weight: float) -> None:
        for number in numbers:
            _count(corpus.texts[number], weight, counts)

    for groups in (corpus.groups[name] for name in GROUPED):
        english = groups.members[groups.offsets[:-1]].tolist()
        count(english, 6)
        for number in sorted(set(groups.members.tolist()) - set(english)):
            name = corpus.languages.get(number, "?")
            count([number], 4 if name == "zh" or name in MAIN else 1 if name != "?" else 0)
    for source in ("tatoeba-zh", "cedict"):
        count(corpus.pairs[source][:, 0].tolist(), 3)
        count(corpus.pairs[source][:, 1].tolist(), 1)
    _count_wordnets(corpus, counts)
    firsts = set(corpus.pairs["glossary"][:, 1].tolist())
    for number in sorted(firsts.union(corpus.pairs["glossary"][:, 0].tolist())):
        first = number in firsts or HAN.match(corpus.texts[number])
        count([number], FIRST_FORM_COUNT if first else FORM_COUNT)
    count(sorted(set(corpus.pairs["osm-tags"][:, 0].tolist())), 1)
    count(sorted(set(corpus.pairs["cldr"][:, 0].tolist())), 0.3)
    for text in paragraphs:
        _count(text, 2, counts)
    return counts


def _count(text: str, weight: float, counts: Counter[str]) -> None:
    for run in RUN.findall(text):
        counts[run] += weight  # type: ignore[assignment]  # a Counter is typed for whole numbers, but adds fractions as well


def _count_wordnets(corpus: Corpus, counts: Counter[str]) -> None:
    """Count a word of a main language by how frequent what it stands for is in the sentences.

    A wordnet has each word once, «médecin» like «médicastre»; most sentences, which would tell
    them apart, are in English and Chinese.
    """
    pairs = corpus.pairs["omw"]
    texts = {number: corpus.texts[number] for number in sorted(set(pairs.ravel().tolist()))}
    seen, highest = np.zeros(len(corpus.texts)), np.zeros(len(corpus.texts))
    seen[list(texts)] = [counts[text] for text in texts.values()]
    for one, other in ((0, 1), (1, 0)):
        np.maximum.at(highest, pairs[:, one], seen[pairs[:, other]])
    known = known_words(text for text in texts.values() if text.isalpha())
    for number, text in texts.items():
        weight = OTHER_WORDNET_COUNT
        if HAN.match(text.replace(" ", "")):
            weight = WORDNET_COUNT
        elif text in known or (MAIN_SCRIPT.match(text) and " " not in text):
            weight = WORDNET_COUNT + min(PER_DOUBLING * math.log2(1 + highest[number]), MOST_MORE)
        _count(text, weight, counts)


def candidates(runs: Counter[str], corpus: Corpus) -> Candidates:
    """Return the pieces to choose from, given the counts of runs."""
    total = sum(runs.values())
    scores = _trained(runs)
    for piece, count in _substrings(runs).items():
        scores.setdefault(piece, math.log(count / total) - SUBSTRING_PENALTY)
    stems = _stems(runs)
    parts = frozenset(scores) | frozenset(stems)
    for stem, words in stems.items():
        scores[stem] = max(math.log(words / total), scores.get(stem, -math.inf))
    for word, count in runs.items():
        longest = LONGEST_CHINESE_PIECE if HAN.match(word) else LONGEST_PIECE
        least = LEAST_THIN_COUNT if THIN.match(word) else LEAST_WORD_COUNT
        if count >= least and len(word) <= longest and not NUMBER.match(word):
            scores[word] = max(math.log(count / total), scores.get(word, -math.inf))
    for number in corpus.pairs["cedict"][:, 0].tolist():
        word = corpus.texts[number]
        if HAN.match(word) and len(word) < LONGEST_CHINESE_PIECE:
            scores.setdefault(word, math.log(2 / total))
    forced = _characters_and_numbers(runs) | set(stems)
    for piece in forced:
        scores.setdefault(piece, math.log(1 / total))
    return Candidates(scores, frozenset(forced), parts, stems)


def _trained(runs: Counter[str]) -> dict[str, float]:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = trainers.UnigramTrainer(
        vocab_size=TRAINED,
        special_tokens=["<unk>"],
        unk_token="<unk>",
        max_piece_length=LONGEST_PIECE,
        shrinking_factor=0.7,
        n_sub_iterations=2,
        show_progress=False,
    )
    # Counts dampened: frequent words would take all the room.
    repeated = (
        f"{run} " * min(math.ceil(count**0.8), 2000)
        for run, count in runs.items()
        if not NUMBER.match(run)
    )
    tokenizer.train_from_iterator(repeated, trainer)
    vocabulary = json.loads(tokenizer.to_str())["model"]["vocab"]
    return {piece: score for piece, score in vocabulary if piece != "<unk>"}


def _substrings(runs: Counter[str]) -> dict[str, float]:
    counts: Counter[str] = Counter()
    for run, count in runs.items():
        if count >= LEAST_THIN_COUNT and THIN.match(run) and len(run) <= 24:
            for length in SUBSTRING_LENGTHS:
                for start in range(len(run) - length + 1):
                    counts[run[start : start + length]] += count**0.7
    best = sorted(counts, key=lambda piece: -counts[piece] * len(piece) ** 0.5)
    return {piece: float(counts[piece]) for piece in best[:SUBSTRINGS]}


def _stems(runs: Counter[str]) -> dict[str, int]:
    words: Counter[str] = Counter()
    for run in runs:
        if (
            len(run) > STEM_LENGTHS[0]
            and run.isalpha()
            and not regex.match(r"[\p{Han}\p{Thai}]", run)
        ):
            words.update(run[:length] for length in STEM_LENGTHS if length < len(run))
    kept: dict[str, int] = {}
    for script, number in STEMS.items():
        own = regex.compile(rf"\p{{{script}}}")
        found = [stem for stem, n in words.items() if n >= LEAST_STEM_WORDS and own.match(stem)]
        found.sort(key=lambda stem: -words[stem] * (len(stem) - 2) ** 1.5)
        kept |= {stem: words[stem] for stem in found[:number]}
    return kept


def _characters_and_numbers(runs: Counter[str]) -> set[str]:
    characters: Counter[str] = Counter()
    for run, count in runs.items():
        for character in run:
            characters[character] += count
    kept = {character for character, n in characters.items() if n >= LEAST_CHARACTER_COUNT}
    return kept | {str(number) for number in range(YEARS)} | {f"{n:02d}" for n in range(100)}
