"""Which legacy encoding bytes were written in, told by how ordinary the text reads.

Most byte strings decode in several legacy encodings, and only one reading is made of the
characters that people use most: half of any Chinese text are the same few hundred. So each
reading is priced, in bits, as a text of its language would be, and the cheapest wins. The
difference to the next says how sure that is. (The detector of `charset-normalizer`, which is
asked where this finds no sense at all, mistakes short Chinese texts for UTF-16 or Korean.)
"""

from __future__ import annotations

import codecs
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["SAMPLE_BYTES", "Guess", "canonical", "guesses"]

# So many bytes outside ASCII are enough to tell by, and so many bytes at most are looked at:
# every one is read in each of the encodings.
ENOUGH_FOREIGN = 600
SAMPLE_BYTES = 8192
# What stands before the first of them says whether it stands inside a word.
CONTEXT_BYTES = 32

# Bits a character costs. A common one of n that make up the share s of a text costs log2(n / s);
# what no text of the language holds costs more than any that it does.
ASCII, PUNCTUATION, RARE, STRANGE, BROKEN = 5.0, 7.0, 14.0, 18.0, 30.0
# A capital after a small letter, two accented letters in a row, two alphabets in a word: rare in
# text, the rule in bytes of another script.
ODD_NEIGHBOUR = 8.0
LATIN_END, ALPHABETS_END = "\u0250", "\u0e80"  # Latin comes first in Unicode, Thai last of ours


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding and what its reading costs, in bits for each of the `foreign` bytes.

    Foreign bytes are those outside ASCII. What ASCII costs is taken off, so that little of a
    language in much ASCII tells as clearly.
    """

    codec: str
    bits: float
    foreign: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A codec, and what a common character of each of its scripts costs.

    A character outside these, but within `core` below the lead byte `level`, is rare; others
    are strange. `prior` is added for each byte: how seldom such files are met.
    """

    codec: str
    scripts: tuple[tuple[str, float], ...]
    core: str = ""
    level: int = 0
    prior: float = 0.0


_HAN = (("simplified", 9.5), ("traditional", 10.5))
_JAPANESE = (("hiragana", 6.5), ("kanji", 10.0))
_KOREAN = (("korean", 8.5),)
_CYRILLIC = (("cyrillic", 5.0),)
_ANY = (*_HAN, *_JAPANESE, *_KOREAN, *_CYRILLIC)
# Codecs are the widest of their family: what calls itself GB2312 or Shift JIS is in practice
# written in its extension. The first of equals wins.
_CANDIDATES = (
    _Candidate("gb18030", _HAN, "gb2312", 0xD8),
    _Candidate("big5hkscs", (("traditional", 9.5),), "big5", 0xC9),
    _Candidate("cp932", _JAPANESE, "euc_jp", 0xD0),
    _Candidate("euc_jp", _JAPANESE, "euc_jp", 0xD0, 0.1),
    _Candidate("cp949", _KOREAN, "euc_kr", 0xC9),
    _Candidate("utf-16-le", _ANY, "gb2312", 0xD8, 0.2),
    _Candidate("utf-16-be", _ANY, "gb2312", 0xD8, 0.3),
    _Candidate("cp1252", (("western", 6.0), ("northern", 8.0))),
    _Candidate("cp1251", _CYRILLIC, prior=0.1),
    _Candidate("koi8_r", _CYRILLIC, prior=0.2),
    _Candidate("cp1250", (("central", 6.0), ("central_rare", 8.0)), prior=0.5),
    _Candidate("cp1253", (("greek", 4.8),), prior=0.5),
    _Candidate("cp1254", (("turkish", 6.0),), prior=0.5),
    _Candidate("cp1255", (("hebrew", 4.8),), prior=0.5),
    _Candidate("cp1256", (("arabic", 5.5),), prior=0.5),
    _Candidate("cp874", (("thai", 6.5),), prior=1.0),
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
    """Return the encodings that may be meant, the likeliest first.

    Of those in which the sample reads the same, only the likeliest is there.
    """
    sample, foreign = _sample(data)
    plain = len(sample) - foreign
    found: dict[str, Guess] = {}
    for candidate in reversed(_CANDIDATES):
        # An incremental decoder waits for the rest of a character that the sample's end cuts.
        decoder = codecs.getincrementaldecoder(candidate.codec)(errors="replace")
        text = decoder.decode(sample, final=data.endswith(sample))
        bits = (_bits(text, candidate) - plain * ASCII) / foreign + candidate.prior
        if text not in found or bits <= found[text].bits:
            found[text] = Guess(candidate.codec, bits, foreign)
    return sorted(reversed(found.values()), key=lambda guess: guess.bits)


def _sample(data: bytes) -> tuple[bytes, int]:
    """Return the part to look at and how many bytes in it, at least 1, are not ASCII."""
    ascii_bytes = bytes(range(0x80))
    first = len(data) - len(data.lstrip(ascii_bytes))
    start = max(0, first - CONTEXT_BYTES) // 2 * 2  # where a character of UTF-16 may begin
    size, foreign = ENOUGH_FOREIGN, 0
    while foreign < ENOUGH_FOREIGN and size < SAMPLE_BYTES:
        size *= 2
        sample = data[start : start + size]
        foreign = len(sample.translate(None, ascii_bytes))
    return sample, max(1, foreign)


def _bits(text: str, candidate: _Candidate) -> float:
    """Return what a reading costs."""
    prices = _prices(candidate.scripts)
    total = 0.0
    before = " "
    for character in text:
        if character <= "\x7f":
            total += ASCII if character.isprintable() or character in "\t\r\n" else STRANGE
        else:
            total += prices.get(character) or _uncommon(character, candidate)
        if _is_odd(before, character):
            total += ODD_NEIGHBOUR
        before = character
    return total


def _is_odd(before: str, character: str) -> bool:
    """Say whether two letters of alphabets hardly stand side by side in a word."""
    if max(before, character) <= "\x7f" or max(before, character) >= ALPHABETS_END:
        return False
    if not (before.isalpha() and character.isalpha()):
        return False
    latin = [letter < LATIN_END for letter in (before, character)]
    if all(latin):
        return min(before, character) > "\x7f"
    return any(latin) or (character.isupper() and before.islower())


@cache
def _prices(scripts: tuple[tuple[str, float], ...]) -> Mapping[str, float]:
    """Return the price of each common character."""
    file = files("corpus.loaders") / "common_characters.json"
    characters: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    marks = characters["punctuation"] if scripts[0][1] > 6 else characters["quotes"]
    prices = dict.fromkeys(marks, PUNCTUATION)
    for script, price in reversed(scripts):
        prices |= dict.fromkeys(characters[script], price)
    return prices


@cache
def _uncommon(character: str, candidate: _Candidate) -> float:
    """Return the price of a character that is in none of the lists."""
    if character == "\ufffd" or unicodedata.category(character) in ("Cn", "Co", "Cc", "Cs"):
        return BROKEN
    if not candidate.core:
        # A capital of the candidate's own alphabet, or a sign.
        small = character.lower() in _prices(candidate.scripts)
        return 10.0 if small else RARE
    if "｡" <= character <= "ﾟ":  # half-width katakana, one byte each
        return RARE
    try:
        code = character.encode(candidate.core)
    except UnicodeEncodeError:
        return STRANGE
    return RARE if code[0] < candidate.level else STRANGE
