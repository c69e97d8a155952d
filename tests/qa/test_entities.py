"""Dates, numbers, names and places, as they stand in real sentences."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.entities import KINDS, entities


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("when", "专家每周三上午8:00至11:30在二楼坐诊。", ["每周三上午8:00至11:30"]),
        ("when", "医院建于一九五六年，二〇一九年10月迁址。", ["一九五六年", "二〇一九年10月"]),
        ("when", "It opened on 12 May 2019.", ["12 May 2019"]),
        ("when", "Abrió el 3 de marzo de 2020.", ["3 de marzo de 2020"]),
        ("when", "Das Haus wurde 1987 eröffnet.", ["1987"]),
        ("when", "图书馆2021-06-30开放。", ["2021-06-30"]),
        ("when", "端午前后供不应求，借期六十天。", ["端午前后", "六十天"]),
        ("when", "船早上六点半出发。", ["早上六点半"]),
        ("when", "Jeden Mittwoch ist es still.", ["Jeden Mittwoch"]),
        ("price", "Der Bus kostete 310.000 Euro.", ["310.000 Euro"]),
        ("phone", "Schreiben Sie an info@example.org.", ["info@example.org"]),
        ("how many", "全院有党员145人，占31.5%。", ["145人", "31.5%"]),
        ("how many", "投入300余万元，2022年完工。", ["300余万元"]),
        ("how many", "一等奖三名。", ["三名"]),
        ("how many", "The ward has 45 beds.", ["45"]),
        ("how many", "Twelve doctors came, then twelve more.", ["twelve"]),
        ("who", "该科主任陈建明担任书记。", ["陈建明"]),
        ("who", "院长王劲说，病房已满。", ["王劲"]),
        ("who", "现任主任荀立言是2017年接的班。", ["荀立言"]),
        ("who", "资格最老的是58岁的马玉兰，她还在。", ["马玉兰"]),
        ("who", "护士长欧阳春燕没有回家。", ["欧阳春燕"]),
        ("who", "It was led by Dr. Maria Silva.", ["Dr. Maria Silva"]),
        ("why", "为了省路费，她搬到了县城。", ["为了"]),
        ("why", "It closed because it rained.", ["because"]),
        ("where", "1996年才搬到现在的河东路27号。", ["河东路27号"]),
        ("where", "毕业于北方医科大学，赴加拿大进修。", ["北方医科大学", "加拿大"]),
        ("where", "The museum stands in Porto Alegre.", ["Porto Alegre"]),
    ],
)
def test_entities_of_a_kind(kind: str, text: str, expected: list[str]) -> None:
    assert [span.of(text) for span in entities(text, kind)] == expected


def test_no_kind_and_no_text_have_no_entities() -> None:
    assert entities("2019年", "how") == ()
    assert entities("", "when") == ()


@given(
    st.text(alphabet="医院2019年月日一二三 主任王say.,:第至A-Z é每周", max_size=60),
    st.sampled_from(KINDS),
)
def test_entities_are_in_order_apart_and_not_empty(text: str, kind: str) -> None:
    found = entities(text, kind)
    assert all(len(span) and span.end <= len(text) for span in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


def test_the_numbers_of_a_date_count_nothing() -> None:
    text = "2023年3月3日完成3例手术，3个月后出院，6月有2例。"
    assert [span.of(text) for span in entities(text, "how many")] == ["3例", "3个月", "2例"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("支部书记是孙卫萍。", "孙卫萍"),
        ("中心主任叫殷世平，", "殷世平"),
        ("院长：和晓波", "和晓波"),
    ],
)
def test_a_name_follows_what_its_bearer_is(text: str, name: str) -> None:
    assert [span.of(text) for span in entities(text, "who")] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "每组配好医生和护士，并且有人",
        "党员周一到院",
        "设床位40张床",
        "The library in Harrow Lane opens Every Monday",
    ],
)
def test_words_that_begin_with_a_surname_are_no_names(text: str) -> None:
    assert entities(text, "who") == ()


def test_names_that_begin_like_a_word_are_names() -> None:
    text = "院长和晓波说，主任国桂馨也来"
    assert [span.of(text) for span in entities(text, "who")] == ["和晓波", "国桂馨"]
