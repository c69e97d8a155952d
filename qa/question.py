"""Read a question: what kind of answer it wants, and which of its words carry content.

The cues of every language stand in `kinds.json`, tried in its order: «哪一年» is a when before it
is a which. So do the words that an answer has beside it: units (`measures`), posts of people
(`posts`), and what a thing is called (`things`). What this leaves out: grammar. A cue that is
missed costs a feature, not the answer.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import dropwhile, groupby, islice, takewhile

import rjieba

from corpus.types import Span
from index.tokens import fold, tokens

__all__ = ["Question", "content", "is_filler", "read_question"]

_UNSPACED = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_PAUSE = re.compile("[，,。；;：:、？?！!\\s]")
_NEAR = 5  # code points beside the cue of a language without spaces
_WORD = re.compile(r"[^\W\d_]+")
_JOINED = re.compile(r"['’\w]")
_PLAIN = ("when", "how many", "phone", "price")
_KANA = re.compile("[\u3041-\u309f]")
_KANJI = re.compile("[\u30a0-\u30ff\u4e00-\u9fff]+")  # a noun, in Japanese
_ANYBODY = ("人", "个人")  # «硕士加起来多少人» asks for 硕士
_COUNTED = re.compile("^[所家个個位名台张張种種项項些]")
_GENERAL = "个個种種项項"  # units that are said of anything, in place of its own
# What things are counted by, if they are not of any kind: «多少党员» counts by none of these.
_COUNTERS = (
    "亿億万萬人名位张張间間台臺件例次场場天年月日周岁歲元里米克斤吨噸升亩畝辆輛部支条條届屆期批篇本册冊"
    "套份户戶级級倍分层層楼樓家所座栋棟根颗顆只隻把瓶盒袋株棵艘架口堂节節课課句页頁行步秒小刻"
)
_UNITS = "亿億万萬年月日天周岁歲元里米克斤吨噸升亩畝倍分成度秒小刻级級"  # that nothing replaces
_MEASURE = re.compile(f"(?:多少|[几幾])(?:[个個]([亿億万萬])|([{_COUNTERS}]))")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the answerer sees it.

    `kind` is one of `kinds.json`, or `what` where no cue stands. `bare` is the text without cues
    and fillers, `content` its distinct tokens without stop words, in order. `measure` is a
    pattern that a fitting answer holds, the unit asked for (多少名 → 名, 地址 → 路) or the word of
    what is asked for (哪所学校 → 大学 and the like), or empty.
    `head` are the words beside the cue, which name what is asked for (多少张病床 → 病床). `noun` is
    what an answer is an instance of, and what follows (哪所大学毕业 → 大学毕业), or empty. `plain`
    says that an answer is known by its form: a date, a number, the name of who has a role.
    """

    text: str
    kind: str
    bare: str
    content: tuple[str, ...]
    measure: str = ""
    head: str = ""
    noun: str = ""
    plain: bool = False


@dataclass(frozen=True, slots=True)
class _Rules:
    cues: tuple[tuple[str, re.Pattern[str]], ...]
    fillers: re.Pattern[str]
    stopwords: frozenset[str]
    particles: dict[int, str]
    posts: tuple[tuple[re.Pattern[str], str], ...]
    things: tuple[tuple[re.Pattern[str], str], ...]
    measures: tuple[tuple[re.Pattern[str], str], ...]
    roles: re.Pattern[str]


@cache
def _rules() -> _Rules:
    data = json.loads(resources.files("qa").joinpath("kinds.json").read_text("utf-8"))
    cues = tuple((kind, re.compile("|".join(parts), re.I)) for kind, parts in data["cues"])
    words = " ".join(data["stopwords"].values()).split()
    fillers = re.compile("|".join(data["fillers"]), re.I)
    particles = str.maketrans(dict.fromkeys(data["particles"], " "))
    posts, things, measures = (
        tuple((re.compile(cue, re.I), unit) for cue, unit in data[name])
        for name in ("posts", "things", "measures")
    )
    roles = re.compile(data["roles"], re.I)
    return _Rules(cues, fillers, frozenset(words), particles, posts, things, measures, roles)


def read_question(text: str) -> Question:
    """Return the question's kind and content words.

    >>> read_question("请问民医工作室什么时候开诊？").kind
    'when'
    >>> read_question("How many nurses work in the clinic?").content
    ('nurses', 'nurse~', 'work', 'clinic', 'clini~')
    """
    rules = _rules()
    kind, bare, head, noun = "what", text, "", ""
    for name, cue in rules.cues:
        if match := cue.search(text):
            kind, bare = name, cue.sub(" ", text)
            head, noun = _head(text, match, rules), _noun(text, match, kind)
            break
    bare = rules.fillers.sub(" ", bare)
    plain = kind in _PLAIN or (kind == "who" and rules.roles.search(text) is not None)
    return Question(text, kind, bare, content(bare), _measure(text, kind, rules), head, noun, plain)


def content(text: str) -> tuple[str, ...]:
    """Return the distinct tokens of a text without stop words, in order.

    >>> content("病房的护士"), content("the nurses on the ward")
    (('病房', '护士'), ('nurses', 'nurse~', 'ward'))
    """
    rules = _rules()
    found = dict.fromkeys(tokens(text.translate(rules.particles)))
    words = [token for token in found if token not in rules.stopwords]
    # A single Chinese character says little beside the bigrams it stands in, but all where «哪年
    # 建的» leaves nothing else of its word.
    pairs = "".join(word for word in words if len(word) > 1)
    return tuple(word for word in words if len(word) > 1 or word.isdigit() or word not in pairs)


def is_filler(text: str, span: Span) -> bool:
    """Say whether a piece of a text is a particle or a stop word, which says nothing by itself.

    >>> [is_filler("Is Gao'an on the map?", span) for span in (Span(7, 9), Span(10, 12))]
    [False, True]
    """
    rules = _rules()
    piece = text[span.start : span.end].strip()
    if not piece.translate(rules.particles).strip():
        return True
    alone = not _JOINED.search(text[: span.start][-1:] + text[span.end :][:1])
    return alone and fold(piece) in rules.stopwords


def _head(text: str, cue: re.Match[str], rules: _Rules) -> str:
    """Return the words beside the cue: what is counted, who did what, what has the name."""
    before, after = text[: cue.start()], text[cue.end() :]
    if _UNSPACED.search(text):
        near = _PAUSE.split(before)[-1][-_NEAR:], _PAUSE.split(after)[0][:_NEAR]
        return " ".join(part.translate(rules.particles) for part in near)
    words = [
        [word for word in _WORD.findall(part) if fold(word) not in rules.stopwords]
        for part in (before, after)
    ]
    return " ".join(dict.fromkeys([*words[0][-1:], *words[1][:2], *words[1][-1:]]))


def _noun(text: str, cue: re.Match[str], kind: str) -> str:
    """Return the words after the cue of a which, what or how many, or else those before it.

    >>> [read_question(text).noun for text in ("她是哪所大学毕业的", "设备的牌子是什么？")]
    ['大学毕业', '牌子']
    """
    if kind not in ("which", "what", "how many"):
        return ""
    before, after = text[: cue.start()], text[cue.end() :]
    if _UNSPACED.search(text):
        after = _PAUSE.split(after)[0]
        if cue[0][-1:] not in _COUNTERS:
            after = _COUNTED.sub("", after)
        nouns = _KANJI.findall if _KANA.search(text) else _nouns
        fitting = [noun for noun in nouns(after) if noun not in _ANYBODY][:1]
        return next(iter(fitting or nouns(_PAUSE.split(before)[-1])[-1:]), "")

    def filler(word: str) -> bool:
        return is_filler(word, Span(0, len(word)))

    near = islice(dropwhile(filler, _WORD.findall(after)[:4]), 2)
    return " ".join(takewhile(lambda word: not filler(word), near))


def _nouns(text: str) -> list[str]:
    """Return the runs of nouns in Chinese text."""
    return [
        "".join(word for word, _ in run)
        for is_noun, run in groupby(rjieba.tag(text), lambda pair: pair[1][0] in "njl")
        if is_noun
    ]


def _measure(text: str, kind: str, rules: _Rules) -> str:
    tables = {
        "who": rules.posts,
        "which": rules.things,
        "what": rules.things,
        "where": (*rules.things, *rules.measures),
        "when": rules.measures,
        "how many": rules.measures,
    }
    for cue, unit in tables.get(kind, ()):
        if cue.search(text):
            return unit
    match = _MEASURE.search(text) if kind == "how many" else None
    if not match:
        return ""
    unit = match[1] or match[2]
    return unit if unit in _UNITS else f"{unit}|[{_GENERAL}]"  # «22个» for «几条»
