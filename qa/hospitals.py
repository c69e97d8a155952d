"""Tell of which kind the hospital is that a question names in another language than Chinese.

«Luoyang Orthopaedic Hospital» is not 洛阳市中心医院, though the place is the same. How a kind is
said before and after the word for hospital stands in `hospitals.json`, beside what a Chinese name
of it holds. What this leaves out: a hospital that is called by its place alone.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources

__all__ = ["hospital_kinds"]


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str]], ...]:
    data = json.loads(resources.files("qa").joinpath("hospitals.json").read_text("utf-8"))
    hospital = f"(?i:{data['hospital']})"
    # «Eye Hospital», «Augenklinik», «Maternal and Child Health Hospital».
    words = "|".join([data["between"], *(kind["before"] for kind in data["kinds"])])
    between = rf"(?:(?!\w)(?:[\s-]+(?i:{words})(?!\w))*[\s-]*)?"
    before = rf"(?<!\w)(?:{{}}){between}{hospital}"
    after = rf"|{hospital}\s+(?i:{{}})(?!\w)"
    kinds = [
        (kind["chinese"], before.format(f"(?i:{kind['before']})") + after.format(kind["after"]))
        for kind in data["kinds"]
    ]
    # With a capital: «the first hospital» is any.
    ordinals = [(each["chinese"], before.format(each["before"])) for each in data["ordinals"]]
    return tuple((chinese, re.compile(pattern)) for chinese, pattern in (*kinds, *ordinals))


def hospital_kinds(question: str) -> tuple[str, ...]:
    """Return a pattern for each kind: one that the Chinese name of such a hospital matches.

    >>> hospital_kinds("How many beds has the Second Eye Hospital of Luoyang?")
    ('眼', '二')
    """
    return tuple(chinese for chinese, pattern in _rules() if pattern.search(question))
