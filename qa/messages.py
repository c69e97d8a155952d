"""What Wenju says to a person, in each language it speaks. The words stand in `messages.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

__all__ = ["LANGUAGES", "messages", "spoken"]

LANGUAGES = ("en", "zh", "zh-Hant")
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
KANA = re.compile("[\u3040-\u30ff]")


@cache
def messages(language: str) -> Mapping[str, str]:
    """Return every message by its key, in one of `LANGUAGES`."""
    if language not in LANGUAGES:
        raise ValueError(f"not one of {LANGUAGES}: {language!r}")
    data = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return {key: words[language] for key, words in data.items()}


def spoken(text: str) -> str:
    """Return the language to answer a text in: `zh` where it is Chinese, else `en`.

    Traditional characters count as `zh`: the reader of one script reads the other.

    >>> spoken("门诊几点开始？"), spoken("When does it open?"), spoken("いつ始まりますか")
    ('zh', 'en', 'en')
    """
    return "zh" if HAN.search(text) and not KANA.search(text) else "en"
