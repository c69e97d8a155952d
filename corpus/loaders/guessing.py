"""Which legacy encoding bytes were written in, told by how ordinary the text reads.

Most byte strings decode in several legacy encodings, and only one reading is made of the
characters that people use most: a third of any Chinese text are the same few hundred. The
detector of the `charset-normalizer` package, asked where this cannot tell, looks at other
signs and mistakes short Chinese texts for UTF-16 or Korean.
"""

from __future__ import annotations

import codecs
import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Guess", "canonical", "guesses"]

# Enough to tell by, and small enough to try fifteen encodings on.
SAMPLE_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding and how well its reading reads: 1 is ordinary text, below 0.3 is noise."""

    codec: str
    score: float


# Widely used first: the first of equals wins. Codecs are the widest of their family, because
# what calls itself GB2312 or Shift JIS is in practice written in its extension.
_CANDIDATES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gb18030", ("simplified", "traditional")),
    ("big5hkscs", ("traditional",)),
    ("cp932", ("japanese",)),
    ("euc_jp", ("japanese",)),
    ("cp949", ("korean",)),
    ("utf-16-le", ("simplified", "traditional", "japanese", "korean", "cyrillic")),
    ("utf-16-be", ("simplified", "traditional", "japanese", "korean", "cyrillic")),
    ("cp1252", ("western",)),
    ("cp1251", ("cyrillic",)),
    ("koi8_r", ("cyrillic",)),
    ("cp1250", ("central",)),
    ("cp1253", ("greek",)),
    ("cp1254", ("turkish",)),
    ("cp1255", ("hebrew",)),
    ("cp1256", ("arabic",)),
    ("cp874", ("thai",)),
)
_WIDEST = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
}


def canonical(name: str) -> str | None:
    """Return the codec for an encoding's name as files declare it, None for an unknown one."""
    try:
        codec = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return None
    return _WIDEST.get(codec, codec)


def guesses(data: bytes) -> list[Guess]:
    """Return the encodings that the bytes may be in, best first; empty for none."""
    sample = data[:SAMPLE_BYTES]
    found = []
    for codec, scripts in _CANDIDATES:
        # An incremental decoder waits for the rest of a character that the sample's end cuts.
        text = codecs.getincrementaldecoder(codec)(errors="replace").decode(sample)
        found.append(Guess(codec, _score(text, _common(scripts))))
    return sorted(found, key=lambda guess: -guess.score)


@cache
def _common(scripts: tuple[str, ...]) -> frozenset[str]:
    file = files("corpus.loaders") / "common_characters.json"
    characters: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return frozenset("".join(characters[script] for script in (*scripts, "punctuation")))


def _score(text: str, common: frozenset[str]) -> float:
    """Return the mean weight of the characters outside ASCII; 0 where there are none."""
    foreign = [character for character in text if character > "\x7f"]
    if not foreign:
        return 0.0
    return sum(_weight(character, common) for character in foreign) / len(foreign)


def _weight(character: str, common: frozenset[str]) -> float:
    if character in common:
        return 1.0
    if character == "\ufffd":
        return -3.0
    # Half-width katakana are what Chinese bytes turn into when read as Japanese.
    if unicodedata.category(character) in ("Cn", "Co", "Cc", "Cs") or "｡" <= character <= "ﾟ":
        return -1.0
    return 0.2 if character.isalpha() else 0.0
