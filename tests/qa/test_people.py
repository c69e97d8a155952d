"""Names of people in Chinese text: they are found where no title stands beside them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.people import people


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("2014年，孙卫萍开出了造口护理门诊。", ["孙卫萍"]),
        ("五金厂工人邢志刚左手断了，助产士阮秋棠在旁。", ["邢志刚", "阮秋棠"]),
        ("门诊由老中医蓝济民于1971年创办。", ["蓝济民"]),
        ("醫師李美玲說", ["李美玲"]),  # jieba is asked in simplified characters
        ("由欧阳春燕带队", ["欧阳春燕"]),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert [span.of(text) for span in people(text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "医院党员总数为145人，分在18个党支部。",
        "荣获先进，言语治疗，敬老院，刘庄村，柳堤路。",
        "专家来自上海和洛阳，于城西义诊。",
        "The director is Li.",
        "12张床",
        "",
    ],
)
def test_words_that_begin_like_a_name(text: str) -> None:
    assert people(text) == []


@given(st.text(alphabet="王孙卫萍欧阳说，是的和于在院长①é A", max_size=30))
def test_names_are_in_order_apart_and_inside(text: str) -> None:
    found = people(text)
    assert found == sorted(found)
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
