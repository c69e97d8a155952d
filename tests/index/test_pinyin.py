"""Names written in Latin letters find Chinese ones by their readings."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from index.hangul import hangul
from index.palladius import cyrillic
from index.pinyin import named, names, readings, terms
from index.tokens import tokens


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("衡阳", "Hengyang"),
        ("衡陽", "the Hengyang hospital"),
        ("高安", "Gao'an"),
        ("西安", "¿Cuándo abrió Xi'an Central?"),
        ("王劲", "Who is Wang Jin?"),
        ("陈建宏", "Dr. Chen Jianhong"),
        ("曾郁", "Zeng Yu"),
        ("长沙", "Changsha"),
        ("孟津", "mengjin clinic"),
        ("长沙", "больница Чанша"),
        ("洛阳", "в больнице Лояна"),
        ("衡阳", "хэнъянской больницы"),
        ("十堰", "Кто работает в Шияне?"),
        ("孙卫萍", "Сунь Вэйпин"),
        ("衡阳", "헝양시 중의의원은 언제 문을 여나요?"),
        ("株洲", "주저우 중심병원의 원장은 누구입니까?"),
        ("孟津", "멍진구 중의원"),
    ],
)
def test_every_pair_of_a_name_is_asked_for(name: str, written: str) -> None:
    asked, read = set(named(written)), set(readings(name))
    assert asked & read
    # A Russian case ending can hide a soft sign, so that both ways to read the stem are asked for.
    assert asked <= read or not written.isascii()


@pytest.mark.parametrize(
    "question", ["How many women can sing?", "衡阳 Hengyang 在哪？", "다시 몇 시에", "", "?!"]
)
def test_ordinary_questions_name_nothing(question: str) -> None:
    assert named(question) == []


def test_names_are_words_with_a_capital_and_two_syllables() -> None:
    asked = "Does He Xiaobo of Chinese Medicine work in Xi'an or in Гаоани?"
    assert [name.word for name in names(asked)] == ["Xiaobo", "Xi'an", "Гаоани"]
    assert ("gao-an",) in names(asked)[2].ways
    assert names("洛阳 Luoyang") == names("") == []
    assert names("Какой врач работает на Routes of America for NASA, by Name?") == []


@pytest.mark.parametrize(
    ("syllable", "written"),
    [
        ("xue", "сюэ"), ("quan", "цюань"), ("zhuo", "чжо"), ("hui", "хуэй"), ("wen", "вэнь"),
        ("zi", "цзы"), ("shi", "ши"), ("xiong", "сюн"), ("lv", "люй"), ("jin", "цзинь"),
    ],
)  # fmt: skip
def test_syllables_in_cyrillic_follow_palladius(syllable: str, written: str) -> None:
    assert cyrillic([syllable]) == {written: syllable}


@pytest.mark.parametrize(
    ("syllable", "written"),
    [
        ("xue", "쉐"), ("quan", "취안"), ("zhou", "저우"), ("hui", "후이"), ("wen", "원"),
        ("zhi", "즈"), ("shi", "스"), ("xiong", "슝"), ("lv", "뤼"), ("jian", "젠"), ("tian", "톈"),
    ],
)  # fmt: skip
def test_syllables_in_hangul_follow_the_rules_for_loanwords(syllable: str, written: str) -> None:
    assert hangul([syllable]) == {written: (syllable,)}


def test_readings_agree_with_the_library_on_plain_words() -> None:
    for word in ("洛阳市中心医院", "株洲日报记者", "湖南中医药"):
        read = lazy_pinyin(word)
        assert set(map("-".join, pairwise(read))) <= set(readings(word))


def test_terms_are_tokens_and_readings() -> None:
    assert terms("衡阳 CT") == [*tokens("衡阳 CT"), "heng-yang"]
    assert terms("") == []


@given(st.text(max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    assert all(pair.count("-") == 1 for pair in [*readings(text), *named(text)])


def test_a_character_without_a_reading_does_not_shift_the_others() -> None:
    assert sorted(readings("兙长沙")) == ["chang-sha", "zhang-sha", "兙-chang", "兙-zhang"]
    every = readings("".join(map(chr, range(0x4E00, 0xA000))))
    assert all(read.count("-") == 1 and not read.startswith("-") for read in every)
