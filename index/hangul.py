"""Chinese syllables in Hangul, by the rules of the Korean language office: «헝양» is Hengyang.

As in `index.palladius`, the table is made from what an initial and a final are written as. Many
Korean words would read as Chinese too, so only what stands where a place does is read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["hangul", "places"]

_FIRST, _VOWELS, _LASTS = 0xAC00, 21, 28  # of the block of syllables
_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_INITIALS = {
    "zh": "ㅈ", "ch": "ㅊ", "sh": "ㅅ", "b": "ㅂ", "p": "ㅍ", "m": "ㅁ", "f": "ㅍ", "d": "ㄷ",
    "t": "ㅌ", "n": "ㄴ", "l": "ㄹ", "g": "ㄱ", "k": "ㅋ", "h": "ㅎ", "j": "ㅈ", "q": "ㅊ",
    "x": "ㅅ", "r": "ㄹ", "z": "ㅉ", "c": "ㅊ", "s": "ㅆ",
}  # fmt: skip
_FINALS = {
    "a": "아", "o": "오", "e": "어", "ai": "아이", "ei": "에이", "ao": "아오", "ou": "어우",
    "an": "안", "en": "언", "ang": "앙", "eng": "엉", "ong": "웅", "i": "이", "ia": "야",
    "ie": "예", "iao": "야오", "iu": "유", "ian": "옌", "in": "인", "iang": "양", "ing": "잉",
    "iong": "융", "u": "우", "ua": "와", "uo": "워", "uai": "와이", "ui": "우이", "uan": "완",
    "un": "운", "uang": "왕", "v": "위", "ve": "웨",
}  # fmt: skip
# After j, q and x the u of pinyin is a ü; after these others the i is hardly a vowel.
_FRONT = {"u": "위", "ue": "웨", "uan": "위안", "un": "윈"}
_BUZZED = {"i": "으"}
_ALONE = {
    "er": "얼", "yi": "이", "ya": "야", "yo": "요", "ye": "예", "yao": "야오", "you": "유",
    "yan": "옌", "yin": "인", "yang": "양", "ying": "잉", "yong": "융", "yu": "위", "yue": "웨",
    "yuan": "위안", "yun": "윈", "wu": "우", "wa": "와", "wo": "워", "wai": "와이", "wei": "웨이",
    "wan": "완", "wen": "원", "wang": "왕", "weng": "웡",
}  # fmt: skip
# ㅈ, ㅉ and ㅊ take no vowel that begins with y: by the numbers of the vowels.
_HARD = {2: 0, 6: 4, 7: 5, 12: 8, 17: 13}
# A city, county or district, or what stands before the hospital that is called after it.
_PLACE = re.compile(
    r"([가-힣]{2,6}?)(?:[시현구성](?=[\s의에는은을를,?]|$)"
    r"|\s(?=(?:중심|중의|인민|중서의|[가-힣\d]*(?:병원|의원|의료원|보건원|도서관|요양원|센터|내과|외과))))"
)


def places(question: str) -> list[str]:
    """Return the words that may name a place.

    >>> places("헝양시 중의의원은 언제 설립되었나요?")
    ['헝양']
    """
    return _PLACE.findall(question)


def hangul(syllables: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return what those of the syllables that the rules know are written as: pinyin by Hangul.

    >>> hangul(["heng", "jiu", "zhu"])
    {'헝': ('heng',), '주': ('jiu', 'zhu')}
    """
    written: dict[str, tuple[str, ...]] = {}
    for syllable in syllables:
        if as_written := _written(syllable):
            written[as_written] = (*written.get(as_written, ()), syllable)
    return written


def _written(syllable: str) -> str:
    if syllable in _ALONE:
        return _ALONE[syllable]
    initial = next((one for one in _INITIALS if syllable.startswith(one)), "")
    finals = _FINALS
    if initial in ("j", "q", "x"):
        finals = {**_FINALS, **_FRONT}
    elif initial in ("zh", "ch", "sh", "r", "z", "c", "s"):
        finals = {**_FINALS, **_BUZZED}
    final = finals.get(syllable[len(initial) :], "")
    return _joined(_INITIALS[initial], final) if initial and final else final


def _joined(lead: str, final: str) -> str:
    """Put an initial before a final, in place of the mute one."""
    vowel, last = divmod((ord(final[0]) - _FIRST) % (_VOWELS * _LASTS), _LASTS)
    if lead in "ㅈㅉㅊ":
        vowel = _HARD.get(vowel, vowel)
    block = (_LEADS.index(lead) * _VOWELS + vowel) * _LASTS + last
    return chr(_FIRST + block) + final[1:]
