"""Bytes become text, in whatever encoding they were written, and never silently as mojibake."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from corpus.errors import BadEncoding
from corpus.loaders.guessing import SAMPLE_BYTES, canonical, guesses

__all__ = ["Decoded", "decode", "normalise"]


@dataclass(frozen=True, slots=True)
class Decoded:
    r"""Text with `\n` line ends and without control characters; `warnings` say what was lost."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Tab and newline stay. U+FEFF is a byte-order mark that strayed into the text.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")

# Above this share of control characters it is no text: random bytes have a tenth, text none.
MAX_CONTROL = 0.02
# A file is damaged text, not another encoding, while at most one character in this many is broken.
DAMAGE = 20
# Bits a byte. A reading above the first makes no sense in any language that we know (ordinary
# text costs 5 to 7). To be certain it must be cheaper than the next by the second (which is more
# than any encoding's prior), and by the third in all: a few bytes tell little.
SENSE_BITS = 9.0
MARGIN_BITS = 0.6
MARGIN_TOTAL = 12.0


def decode(data: bytes, path: str, declared: str | None = None) -> Decoded:
    r"""Return the text of a file; `path` is for messages, `declared` is what the file itself says.

    Line ends become `\n`, control characters and stray byte-order marks are removed, each with
    a warning. A guess that is not certain is a warning too.

    Raises:
        BadEncoding: it is not text, or too damaged to tell.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _finished(data, codec, path, [])
    wide = _wide(data)
    if wide:
        return _finished(data, wide, path, [])
    if b"\x1b$" in data and data.isascii():
        return _finished(data, "iso2022_jp_2", path, [])
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return _finished(data, "utf-8", path, [])
    if _is_damaged_utf8(data):
        return _finished(data, "utf-8", path, [])
    codec, warnings = _legacy(data, path, declared)
    return _finished(data, codec, path, warnings)


def _wide(data: bytes) -> str | None:
    """Recognise UTF-32, and UTF-16 of ASCII, without a mark, by where the zero bytes stand."""
    sample = data[: SAMPLE_BYTES // 4 * 4]
    size = len(sample)
    if size < 4 or sample.count(0) * 10 < size:
        return None
    zeros = [sample[place::4].count(0) / len(sample[place::4]) for place in range(4)]
    for codec, empty, filled in (
        ("utf-32-le", (1, 2, 3), (0,)),
        ("utf-32-be", (0, 1, 2), (3,)),
        ("utf-16-le", (1, 3), (0, 2)),
        ("utf-16-be", (0, 2), (1, 3)),
    ):
        # A zero in UTF-16 may be half of a Chinese character (一 is 4E 00): that is for guessing.
        if not sample.isascii() and codec.startswith("utf-16"):
            return None
        if all(zeros[i] > 0.2 for i in empty) and all(zeros[i] < 0.05 for i in filled):
            try:
                codecs.getincrementaldecoder(codec)().decode(sample)
            except UnicodeDecodeError:
                return None
            return codec
    return None


def _is_damaged_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", errors="replace")
    foreign = sum(character > "\x7f" for character in text)
    return text.count("\ufffd") * DAMAGE <= foreign


def _legacy(data: bytes, path: str, declared: str | None) -> tuple[str, list[str]]:
    """Return the codec of bytes that are no Unicode, and a warning where that is a guess."""
    found = guesses(data)
    best, next_best = found[0], found[1]
    codec = canonical(declared) if declared else None
    if codec:
        own = next((guess.bits for guess in found if guess.codec == codec), SENSE_BITS)
        if own <= max(SENSE_BITS, best.bits + MARGIN_BITS):
            return codec, []
    margin = next_best.bits - best.bits
    sure = margin >= MARGIN_BITS and margin * best.foreign >= MARGIN_TOTAL
    if best.bits <= SENSE_BITS and sure:
        return best.codec, []
    codec = best.codec if best.bits <= SENSE_BITS else _second_opinion(data, path)
    return codec, [f"The encoding is not certain: read as {codec}. Save it as UTF-8 to be sure."]


def _second_opinion(data: bytes, path: str) -> str:
    from charset_normalizer import from_bytes

    match = from_bytes(data[:SAMPLE_BYTES]).best()
    if match is None:
        raise _not_text(path)
    return match.encoding


def _finished(data: bytes, codec: str, path: str, warnings: list[str]) -> Decoded:
    """Decode and normalise, with a warning for each thing that is lost."""
    raw = data.decode(codec, errors="replace")
    before = data.count("\ufffd".encode()) if codec.startswith("utf-8") else 0
    broken = raw.count("\ufffd") - before
    if broken * DAMAGE > len(raw):
        raise _not_text(path)
    if broken:
        warnings.append(f"{broken} places are not valid {codec} and are shown as \ufffd.")
    if before:
        warnings.append(f"{before} characters (\ufffd) were lost before this file was written.")
    text, removed = normalise(raw)
    if removed > MAX_CONTROL * len(raw) and removed > 1:
        raise _not_text(path)
    if removed:
        warnings.append(f"{removed} control characters were removed.")
    return Decoded(text, codec, tuple(warnings))


def normalise(text: str) -> tuple[str, int]:
    r"""Return the text with `\n` line ends and without control characters, and how many went.

    >>> normalise("a\r\nb\x00c")
    ('a\nbc', 1)
    """
    return _CONTROL.subn("", _LINE_ENDS.sub("\n", text))


def _not_text(path: str) -> BadEncoding:
    return BadEncoding(
        f"{path} is not text in any encoding that we know.",
        hint="If it is text, save it as UTF-8; if not, take it out of the folder.",
    )
