"""Every pass against its golden pairs, and the laws they all keep."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.aligned import AlignedText
from corpus.repair import PASSES, confusions, repair
from corpus.repair.bonds import Bonds
from corpus.repair.confusions import mend_confusions

PAIRS = yaml.safe_load(
    Path(__file__).with_name("data").joinpath("repair_pairs.yaml").read_text("utf-8")
)
BY_NAME = dict(PASSES)

# Fragments that meet in scanned pages, put together at random.
FRAGMENTS = st.lists(
    st.sampled_from(
        [
            *("医院", "在湖边", "党员24名", "，", "。", ",", ":", "“", "”", '"', "(", ")", " "),
            *(
                "\n",
                "\n\n",
                "\n\n\n\n",
                "# ",
                "**",
                "- ",
                "| a |",
                "--个",
                "\u3000",
                "\r\n",
                "\u200b",
            ),
            *("Dr. Li said", "3.5", "hos-", "pital", "图为码头", "同时，", "心医院", "```\n"),
        ]
    ),
    max_size=60,
).map("".join)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['pass']}: {pair['shows']}")
def test_golden_pair(pair: dict[str, str]) -> None:
    before = pair["before"]
    mended = BY_NAME[pair["pass"]](AlignedText.of(before))
    assert mended.text == pair.get("after", before)


def test_every_pass_has_a_pair_that_changes_and_one_that_does_not() -> None:
    changed = {pair["pass"] for pair in PAIRS if "after" in pair}
    kept = {pair["pass"] for pair in PAIRS if "after" not in pair}
    assert changed == kept == set(BY_NAME)


def test_no_clean_text_is_taken_for_a_misread_one() -> None:
    for file in (Path(__file__).parents[2] / "corpus" / "samples" / "articles").iterdir():
        text = AlignedText.of(file.read_text("utf-8"))
        assert mend_confusions(text).text == text.text


def test_no_misread_word_is_a_word() -> None:
    listed = [found for each in confusions._list().misread.values() for found in each]
    assert len(listed) > 150
    pairs = [found.wrong for found in listed if len(found.wrong) == 2]
    assert [pair for pair in pairs if Bonds("").holds(*pair)] == []


MISREAD = sorted(
    {letter for found in confusions._list().misread for letter in found} | set("经自治疗年月3OI")
)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(MISREAD), max_size=12).map("".join))
def test_confused_characters_in_any_order_are_mended_or_left(text: str) -> None:
    mended = mend_confusions(AlignedText.of(text))
    assert len(mended.text) == len(text)
    assert mended.runs == AlignedText.of(text).runs


def test_where_two_words_claim_a_character_neither_has_it() -> None:
    assert mend_confusions(AlignedText.of("他自巳经来。")).text == "他自巳经来。"


@settings(deadline=None)
@given(FRAGMENTS)
def test_each_character_comes_from_its_source(source: str) -> None:
    mended = repair(AlignedText.of(source))
    folded = {"，": ",", "：": ":", "“": '"', "”": '"', "（": "(", "）": ")"}
    for position, character in enumerate(mended.text):
        origin = source[mended.source_offset(position)]
        assert origin in {character, folded.get(character)} or character in " \n一"


@settings(deadline=None)
@given(FRAGMENTS)
def test_nothing_but_space_and_marks_is_lost(source: str) -> None:
    mended = repair(AlignedText.of(source)).text
    letters = sorted(letter for letter in source if letter.isalnum())
    kept = sorted(letter for letter in mended if letter.isalnum())
    # One character a scan read twice at a column's end may go, and a dash may become 一.
    assert set(kept) <= {*letters, "一"}
    assert len(letters) - len(kept) <= source.count("心医院")


def test_four_times_the_text_takes_about_four_times_as_long() -> None:
    line = "镇卫生院建在湖边的一块高地上,原\n先只有两间瓦房,后来添成三层小楼。\n"

    def seconds(lines: int) -> float:
        begin = time.process_time()
        repair(AlignedText.of(line * lines))
        return time.process_time() - begin

    def best(lines: int) -> float:  # the other tests of this process leave it more or less to do
        return min(seconds(lines) for _ in range(3))

    assert best(4_000) < 10 * best(1_000)  # the square would be 16 times as long


def test_empty_text_stays_empty() -> None:
    assert repair(AlignedText.of("")) == AlignedText.of("")
