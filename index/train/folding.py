"""Characters that are the same for search become one, inside the tokenizer.

NFKC, lower case, traditional to simplified Chinese, the forms of one Arabic letter, no vowel points
and joiners; punctuation becomes space. All of it is one compiled table, so it costs one pass, and
the tokenizer still knows where in the text each piece stands.
"""

from __future__ import annotations

import tempfile
import unicodedata
from functools import cache
from pathlib import Path

from opencc import OpenCC
from tokenizers import normalizers

__all__ = ["compiled_folding", "fold_character", "folder", "rules"]

# Alef with its signs, alef maksura, and the Persian forms of kaf and yeh.
ARABIC = str.maketrans(
    "\u0623\u0625\u0622\u0671\u0649\u06a9\u06cc", "\u0627\u0627\u0627\u0627\u064a\u0643\u064a"
)
DROPPED = frozenset(
    [chr(point) for point in range(0x64B, 0x653)]
    + [*"\u0640\u0670\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad\u0307"]
)
SPACED = frozenset("PSZC")  # Unicode categories: punctuation, symbols, separators, controls
BLOCKS = [(0x20, 0xAC00), (0xF900, 0x10000), (0x1D400, 0x1D800), (0x1F300, 0x1FB00)]
LONGEST_DECOMPOSITION = 3


def fold_character(character: str) -> str:
    """Return what stands for one character.

    >>> [fold_character(character) for character in "醫Ａé，"]
    ['医', 'a', 'é', ' ']
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).lower())
    text = "".join(one for one in text.translate(ARABIC) if one not in DROPPED)
    if len(text) == 1 and "\u3400" <= text <= "\u9fff":
        text = _simplified().convert(text)
    return "".join(" " if unicodedata.category(one)[0] in SPACED else one for one in text)


@cache
def _simplified() -> OpenCC:
    return OpenCC("t2s")


def rules() -> dict[str, str]:
    """Return every replacement: single characters, and decomposed ones with their marks."""
    table = {}
    for start, end in BLOCKS:
        for character in map(chr, range(start, end)):
            if unicodedata.category(character) in ("Cn", "Co", "Cs"):
                continue
            folded = fold_character(character)
            if folded != character:
                table[character] = folded
            parts = unicodedata.normalize("NFD", character)
            composed = unicodedata.normalize("NFC", parts) == character
            if composed and 1 < len(parts) <= LONGEST_DECOMPOSITION:
                table[parts] = folded
    return table


def compiled_folding() -> bytes:
    """Return the rules as the table that `tokenizers.normalizers.Precompiled` takes."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        lines = [f"{_points(old)}\t{_points(new)}\t" for old, new in rules().items()]
        (home / "rules.tsv").write_text("\n".join(lines) + "\n", "utf-8")
        # sentencepiece compiles the rules only while it trains on something.
        (home / "text.txt").write_text("hello world 你好 世界\n" * 50, "utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(home / "text.txt"),
            model_prefix=str(home / "model"),
            normalization_rule_tsv=str(home / "rules.tsv"),
            vocab_size=18,
            hard_vocab_limit=False,
            minloglevel=1,
        )
        proto = sentencepiece_model_pb2.ModelProto()  # type: ignore[attr-defined]  # protobuf makes the class at import, so no stub has it
        proto.ParseFromString((home / "model.model").read_bytes())
    table: bytes = proto.normalizer_spec.precompiled_charsmap
    return table


def folder(table: bytes) -> normalizers.Normalizer:
    """Return the normaliser of a compiled table."""
    return normalizers.Precompiled(table)


def _points(text: str) -> str:
    return " ".join(f"{ord(character):X}" for character in text)
