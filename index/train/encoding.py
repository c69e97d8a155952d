"""Texts as pieces in flat arrays, and whole words as the sub-words they could be cut into.

Parts of words seldom stand alone in the data, yet a word that the vocabulary lacks is made of them.
They learn their meaning by standing, now and then, for the whole words that they make up.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

__all__ = ["Ragged", "encode_texts", "word_parts"]

BATCH = 50_000
BARRED_SCORE = -200.0
SHORTEST_WORD, SHORTEST_CHINESE_WORD = 5, 3
MOST_PARTS = 4
LONGEST_PART = 3  # at least: a word cut into crumbs tells the crumbs nothing


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of unequal length: row i is `values[offsets[i]:offsets[i + 1]]`."""

    values: NDArray[np.int32]
    offsets: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Return the length of each row."""
        return np.diff(self.offsets)

    def gather(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the values of some rows, one after the other, and their offsets (n + 1,).

        >>> Ragged(np.array([7, 8, 9], np.int32), np.array([0, 1, 3])).gather(np.array([1, 0]))
        (array([8, 9, 7]), array([0, 2, 3]))
        """
        lengths = self.offsets[rows + 1] - self.offsets[rows]
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        places = np.arange(offsets[-1]) - np.repeat(offsets[:-1] - self.offsets[rows], lengths)
        return self.values[places].astype(np.int64), offsets


def encode_texts(tokenizer: Tokenizer, texts: Sequence[str]) -> Ragged:
    """Return the pieces of each text."""
    arrays = [np.empty(0, np.int32)]
    lengths: list[int] = []
    for start in range(0, len(texts), BATCH):
        encodings = tokenizer.encode_batch_fast(
            list(texts[start : start + BATCH]), add_special_tokens=False
        )
        ids = [encoding.ids for encoding in encodings]
        lengths += [len(own) for own in ids]
        arrays.append(np.fromiter((piece for own in ids for piece in own), np.int32))
    return Ragged(np.concatenate(arrays), np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]))


def word_parts(tokenizer: Tokenizer, subwords: Collection[str]) -> Ragged:
    """Return for each piece the sub-words that make it up, nothing for those that are one."""
    model = json.loads(tokenizer.to_str())
    for entry in model["model"]["vocab"]:
        piece = entry[0]
        special = piece == "<unk>" or piece.startswith("<0x")
        short = len(piece) == 1 or (len(piece) == 2 and "\u3400" <= piece[0] <= "\u9fff")
        if not (special or short or piece[0].isdigit() or piece in subwords):
            entry[1] = BARRED_SCORE
    cutter = Tokenizer.from_str(json.dumps(model))
    pieces = [piece for piece, _ in sorted(tokenizer.get_vocab().items(), key=lambda x: x[1])]
    rows = [_parts(cutter, piece) for piece in pieces]
    values = np.fromiter((part for row in rows for part in row), np.int32)
    return Ragged(values, np.concatenate([[0], np.cumsum([len(row) for row in rows])]))


def _parts(cutter: Tokenizer, piece: str) -> list[int]:
    chinese = "\u3400" <= piece[0] <= "\u9fff"
    if not piece.isalpha() or len(piece) < (SHORTEST_CHINESE_WORD if chinese else SHORTEST_WORD):
        return []
    encoding = cutter.encode(piece, add_special_tokens=False)
    longest = max(end - start for start, end in encoding.offsets)
    told = 2 <= len(encoding.ids) <= MOST_PARTS and longest >= (2 if chinese else LONGEST_PART)
    return list(encoding.ids) if told else []
