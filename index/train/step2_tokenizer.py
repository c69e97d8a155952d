"""Step 2: choose the pieces that text is cut into (17 minutes).

A static model knows a word only as well as its pieces, so whole words are worth more than for a
transformer. From many candidates (`candidates.py`) those that the best segmentation of the data
seldom uses are dropped, in three rounds. Each piece costs `PENALTY` more than its probability says,
which keeps words in one piece.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

import regex
from tokenizers import Regex, Tokenizer, models, pre_tokenizers
from tokenizers.normalizers import Normalizer

from index.train.candidates import YEARS, Candidates, candidates, count_runs
from index.train.step1_pairs import Corpus

__all__ = ["make_tokenizer"]

PENALTY = 5.0
ROUNDS = (1.5, 1.15, 1.0)  # the vocabulary after each round, as a multiple of its final size
NUMBER_SCORE = -9.0
UNKNOWN_SCORE = -60.0
BYTE_SCORE = -40.0
BYTES = 256
# Pieces of scripts that the data are thin in are kept on less evidence.
SCRIPT_VALUES = (
    (regex.compile(r"\p{Han}{2}"), 2.0),
    (regex.compile(r"[\p{Devanagari}\p{Thai}\p{Hangul}]"), 2.0),
    (regex.compile(r"\p{Cyrillic}"), 1.7),
    (regex.compile(r"\p{Arabic}"), 1.2),
)


def make_tokenizer(
    corpus: Corpus, paragraphs: Iterable[str], normalizer: Normalizer, size: int
) -> tuple[Tokenizer, frozenset[str]]:
    """Return a tokenizer of `size` pieces, and those pieces that may be parts of whole words.

    `paragraphs` are folded text to learn words from.
    """
    runs = count_runs(corpus, paragraphs)
    choice = candidates(runs, corpus)
    scores = choice.scores
    for multiple in ROUNDS:
        scores = _pruned(scores, runs, choice, int(size * multiple) - BYTES - 1)
    vocabulary = [("<unk>", UNKNOWN_SCORE), *_penalised(scores)]
    vocabulary += [(f"<0x{byte:02X}>", BYTE_SCORE) for byte in range(BYTES)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=0, byte_fallback=True))
    tokenizer.normalizer = normalizer
    together = r"\p{Han}+|[\p{Hiragana}\p{Katakana}ー]+|\p{N}+"
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex(together), "isolated")]
    )
    return tokenizer, choice.parts


def _penalised(scores: dict[str, float]) -> list[tuple[str, float]]:
    """Return pieces by falling score, the penalty taken off."""
    taken = ((piece, round(score - PENALTY, 3)) for piece, score in scores.items())
    return sorted(taken, key=lambda entry: (-entry[1], entry[0]))


def _pruned(
    scores: dict[str, float], runs: Counter[str], choice: Candidates, size: int
) -> dict[str, float]:
    """Segment all runs with the pieces, and keep those that are used most, scored anew."""
    used = _uses(scores, runs)
    total = sum(used.values())

    def value(piece: str) -> float:
        factor = next((factor for script, factor in SCRIPT_VALUES if script.match(piece)), 1.0)
        return math.pow(used[piece], 0.8) * factor

    free = sorted((piece for piece in scores if piece not in choice.forced), key=value)
    kept = [*sorted(choice.forced), *free[::-1][: size - len(choice.forced)]]
    new = {
        piece: math.log(max(used[piece], choice.stems.get(piece, 0), 0.5) / total) for piece in kept
    }
    return new | {str(number): NUMBER_SCORE for number in range(YEARS)}


def _uses(scores: dict[str, float], runs: Counter[str]) -> Counter[str]:
    """Return how often the best segmentation of the runs uses each piece."""
    tokenizer = Tokenizer(models.Unigram([("<unk>", UNKNOWN_SCORE), *_penalised(scores)], 0))
    used: Counter[int] = Counter()
    words = list(runs)
    for start in range(0, len(words), 200_000):
        batch = words[start : start + 200_000]
        for run, encoding in zip(batch, tokenizer.encode_batch_fast(batch), strict=True):
            for token in encoding.ids:
                used[token] += runs[run]
    names = {number: piece for piece, number in tokenizer.get_vocab().items()}
    return Counter({names[token]: count for token, count in used.items()})
