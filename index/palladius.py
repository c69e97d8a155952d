"""Chinese syllables in Cyrillic, by the system of Palladius: «Хэнъян» is Hengyang.

The system is regular, so the table is made from its rules: what an initial is written as, what a
final is, and the few that are written otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

__all__ = ["cyrillic", "stems"]

_INITIALS = {
    "zh": "чж", "ch": "ч", "sh": "ш", "b": "б", "p": "п", "m": "м", "f": "ф", "d": "д", "t": "т",
    "n": "н", "l": "л", "g": "г", "k": "к", "h": "х", "j": "цз", "q": "ц", "x": "с", "r": "ж",
    "z": "цз", "c": "ц", "s": "с",
}  # fmt: skip
_FINALS = {
    "a": "а", "o": "о", "e": "э", "ai": "ай", "ei": "эй", "ao": "ао", "ou": "оу", "an": "ань",
    "en": "энь", "ang": "ан", "eng": "эн", "ong": "ун", "i": "и", "ia": "я", "ie": "е",
    "iao": "яо", "iu": "ю", "ian": "янь", "in": "инь", "iang": "ян", "ing": "ин", "iong": "юн",
    "u": "у", "ua": "уа", "uo": "о", "uai": "уай", "ui": "уй", "uan": "уань", "un": "унь",
    "uang": "уан", "v": "юй", "ve": "юэ",
}  # fmt: skip
# After j, q and x the u of pinyin is a ü.
_FRONT = {"u": "юй", "ue": "юэ", "uan": "юань", "un": "юнь"}
_ALONE = {
    "a": "а", "o": "о", "e": "э", "er": "эр", "ai": "ай", "ao": "ао", "ou": "оу", "an": "ань",
    "en": "энь", "ang": "ан", "yi": "и", "ya": "я", "ye": "е", "yao": "яо", "you": "ю",
    "yan": "янь", "yin": "инь", "yang": "ян", "ying": "ин", "yong": "юн", "yu": "юй",
    "yue": "юэ", "yuan": "юань", "yun": "юнь", "wu": "у", "wa": "ва", "wo": "во", "wai": "вай",
    "wei": "вэй", "wan": "вань", "wen": "вэнь", "wang": "ван", "weng": "вэн", "hui": "хуэй",
    "zi": "цзы", "ci": "цы", "si": "сы",
}  # fmt: skip
# What a Russian name is declined by: «в Хэнъяне», «Шиянем», «хэнъянской».
_ENDINGS = ("ского", "ской", "ском", "ский", "ская", "ом", "ем", "ой", "а", "е", "у", "я", "и", "ю")
_SHORTEST = 3


def cyrillic(syllables: Iterable[str]) -> dict[str, str]:
    """Return what those of the syllables that the system knows are written as: pinyin by Cyrillic.

    >>> cyrillic(["heng", "yang", "xue"])
    {'хэн': 'heng', 'ян': 'yang', 'сюэ': 'xue'}
    """
    written = ((_written(syllable), syllable) for syllable in syllables)
    return {one: syllable for one, syllable in written if one}


def _written(syllable: str) -> str:
    if syllable in _ALONE:
        return _ALONE[syllable]
    initial = next((one for one in _INITIALS if syllable.startswith(one)), "")
    final = syllable[len(initial) :]
    finals = {**_FINALS, **_FRONT} if initial in ("j", "q", "x") else _FINALS
    return _INITIALS[initial] + finals[final] if initial and final in finals else ""


@cache
def stems(word: str) -> tuple[str, ...]:
    """Return what a declined name can be the form of, itself first.

    >>> stems("шияне")
    ('шияне', 'шиян', 'шиянь')
    """
    found = [word]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            stem = word.removesuffix(ending)
            found += [stem, f"{stem}ь"]
    return tuple(dict.fromkeys(found))
