"""What is measured of each sentence: values against arithmetic done by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from corpus.types import Span
from index.types import Embedder, Hit
from qa.matching import FEATURES, features
from qa.parts import Collection
from qa.question import read_question
from qa.sentence import Sentence, script

TITLE = "青河医院"
TEXTS = ("病床共有320张。", "医院设有食堂。", "青河医院2019年迁址")
PASSAGES = 9


def sentence(text: str, passage: int = 1, *, heading: bool = False) -> Sentence:
    return Sentence(passage, "a-1", Span(0, len(text)), text, TITLE, heading)


def measured(embedder: Embedder, question: str, **known: int) -> dict[str, list[float]]:
    found = [sentence(text, 1 + number // 2) for number, text in enumerate(TEXTS)]
    hits = [Hit(1, 1.5, {"dense": 0.8}), Hit(2, 0.5, {"dense": 0.2})]
    collection = Collection(PASSAGES, lambda words: [known.get(word, 0) for word in words])
    rows = features(read_question(question), found, hits, collection, embedder)
    assert rows.dtype == np.float32
    assert rows.shape == (len(TEXTS), len(FEATURES))
    return {name: rows[:, at].tolist() for at, name in enumerate(FEATURES)}


def told(embedder: Embedder, question: str, *texts: str) -> dict[str, list[float]]:
    """Return the columns for other sentences, in a collection where no word tells much."""
    hits, collection = [Hit(1, 1.0, {})], Collection(PASSAGES, lambda words: [1] * len(words))
    found = [sentence(text) for text in texts]
    rows = features(read_question(question), found, hits, collection, embedder)
    return {name: rows[:, at].tolist() for at, name in enumerate(FEATURES)}


def rarity(passages: int) -> float:
    return math.log1p((PASSAGES - passages + 0.5) / (passages + 0.5))


def test_cover_is_the_share_of_rarity_that_stands_in_each_circle(embedder: Embedder) -> None:
    values = measured(embedder, "医院有多少张病床？", 医院=3, 病床=1)
    hospital, bed = rarity(3), rarity(1)
    share = pytest.approx(bed / (hospital + bed))
    assert values["cover"][0] == share
    assert values["cover"][2] == pytest.approx(hospital / (hospital + bed))
    assert values["cover_titles"][0] == pytest.approx(hospital / (hospital + bed))
    assert values["cover_passage"] == pytest.approx([1, 1, hospital / (hospital + bed)])
    # «医院» stands in the title, so that it counts a tenth beside «病床».
    left = bed / (bed + 0.1 * hospital)
    assert values["cover_focus"] == pytest.approx([left, 1 - left, 1 - left])
    # The second sentence follows the first in its passage, which the third does not.
    assert values["cover_before"] == pytest.approx([left, 1, 1 - left])
    # All three are of one article, which says both words somewhere.
    assert values["cover_article"] == pytest.approx([1, 1, 1])
    assert values["missing"] == pytest.approx([0, 0, 0])
    assert values["known"] == pytest.approx([1, 1, 1])


def test_what_the_titles_say_altogether_is_looked_for_in_the_sentence_too(
    embedder: Embedder,
) -> None:
    values = measured(embedder, "青河医院？", 青河=1, 医院=1)
    assert values["cover_focus"] == pytest.approx(values["cover"])
    assert values["cover_focus"][2] == 1


def test_words_of_another_language_are_not_known(embedder: Embedder) -> None:
    values = measured(embedder, "How many beds are there?")
    assert values["known"] == [0, 0, 0]
    assert values["cover_passage"] == [0, 0, 0]
    assert values["same_script"] == [0, 0, 0]


def test_kinds_measures_and_numbers(embedder: Embedder) -> None:
    beds = measured(embedder, "医院有多少张病床？", 医院=3, 病床=1)
    assert beds["has_kind"] == [1, 0, 0]
    assert beds["lacks_how many"] == [0, 1, 1]
    assert beds["lacks_when"] == [0, 0, 0]
    assert beds["measure"] == [1, 0, 0]
    assert beds["lacks_measure"] == [0, 1, 1]
    year = measured(embedder, "医院2019年迁到了哪里？", 医院=3)
    assert year["clash"] == [1, 1, 0]


def test_the_head_is_looked_for_by_itself(embedder: Embedder) -> None:
    values = measured(embedder, "青河医院有多少张病床？", 医院=3, 病床=1)
    assert values["late_head_focus"][0] > max(values["late_head_focus"][1:])


def test_the_heaviest_tokens_are_told_one_by_one(embedder: Embedder) -> None:
    values = measured(embedder, "青河医院有多少张病床？", 医院=3, 病床=1)
    shares = [values[f"late_weight_{rank}"][0] for rank in (1, 2, 3)]
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) < 1.001
    beds = next(rank for rank in (1, 2, 3) if values[f"late_sentence_{rank}"][0] > 0.9)
    assert values[f"late_sentence_{beds}"][1] < 0.9
    assert values[f"late_article_{beds}"] == pytest.approx([1, 1, 1], abs=0.01)
    words = measured(embedder, "医院有多少张病床？", 医院=3, 病床=1)
    assert words["cover_weight_1"][0] == pytest.approx(rarity(1) / (rarity(1) + rarity(3)))
    for place in ("sentence", "clause", "near"):
        assert words[f"cover_{place}_1"] == pytest.approx([1, 0, 0])
    assert words["cover_titles_2"] == pytest.approx([1, 1, 1])
    few = measured(embedder, "病床", 病床=1)
    assert few["late_weight_3"] == few["late_sentence_3"] == [0, 0, 0]


def test_a_clause_that_has_all_of_it_counts_more_than_a_sentence_that_scatters_it(
    embedder: Embedder,
) -> None:
    values = measured(embedder, "医院设有食堂吗？", 食堂=1)
    assert values["late_clause"][1] == pytest.approx(values["late_focus"][1])
    assert all(np.array(values["late_clause"]) <= np.array(values["late_focus"]) + 1e-6)


def test_what_could_answer_stands_beside_what_is_asked(embedder: Embedder) -> None:
    texts = ("病床共有320张，护士86名。", "病床在三楼，护士多。")
    near = {
        asked: told(embedder, f"有多少{asked}？", *texts)["cover_near"]
        for asked in ("病床", "护士", "医生")
    }
    assert near["病床"] == near["护士"] == pytest.approx([1, 0])
    assert near["医生"] == [0, 0]


def test_a_word_that_the_article_lacks_is_missing(embedder: Embedder) -> None:
    values = measured(embedder, "医院有停车场吗？", 医院=3)
    assert values["missing"] == pytest.approx([1, 1, 1])
    assert min(values["late_missing"]) > 0.3


def test_another_hospital_is_not_named(embedder: Embedder) -> None:
    assert measured(embedder, "白河医院有多少张病床？")["unnamed"] == [1, 1, 1]
    assert measured(embedder, "青河医院有多少张病床？")["unnamed"] == [0, 0, 0]
    assert measured(embedder, "How many beds has Baihe hospital?")["unnamed"] == [1, 1, 1]
    assert measured(embedder, "How many beds has Qinghe hospital?")["unnamed"] == [0, 0, 0]


def test_korean_is_another_script_than_chinese(embedder: Embedder) -> None:
    assert measured(embedder, "병원에 병상이 몇 개 있습니까?")["same_script"] == [0, 0, 0]


def test_the_search_is_told_below_its_best(embedder: Embedder) -> None:
    values = measured(embedder, "医院有多少张病床？", 医院=3, 病床=1)
    assert values["passage"] == pytest.approx([0, 0, -1])
    assert values["dense"] == pytest.approx([0.8, 0.8, 0.2])


def test_the_sentence_that_says_the_words_matches_best_by_vectors(embedder: Embedder) -> None:
    values = measured(embedder, "医院有多少张病床？", 医院=3, 病床=1)
    assert np.argmax(values["late_focus"]) == 0
    assert all(0 <= value <= 1 for name in FEATURES[:3] for value in values[name])


def test_no_sentence_gives_no_row(embedder: Embedder) -> None:
    collection = Collection(0, lambda words: [0] * len(words))
    assert features(read_question("谁？"), [], [], collection, embedder).shape == (0, len(FEATURES))


def test_an_address_has_a_street(embedder: Embedder) -> None:
    values = told(embedder, "医院的地址", "医院在河滨路27号。", "医院在株洲市中心。")
    assert values["measure"] == [1, 0]


def test_the_university_asked_for_is_not_that_of_the_hospitals_name(embedder: Embedder) -> None:
    texts = ("青河大学医院的院长王劲来了。", "王劲毕业于北原大学。", "王劲今年五十岁。")
    values = told(embedder, "青河大学医院的院长毕业于哪所大学？", *texts)
    assert values["measure"] == [0, 1, 0]
    assert values["lacks_measure"] == [1, 0, 1]


@pytest.mark.parametrize(
    ("question", "texts", "measure", "lacks"),
    [
        ("医院有多少张病床？", ("病床共有320张。", "Es gibt 320 Betten."), [1, 1], [0, 0]),
        # What machines are counted by is told in Chinese only.
        ("医院有多少台设备？", ("设备共有320台。", "Es gibt 320 Geräte."), [1, 0], [0, 0]),
        ("谁是院长？", ("院长王劲来了。", "护士长阮志坚来了。"), [1, 0], [0, 1]),
        ("谁是副院长？", ("院长王劲来了。", "Dr. Maria Silva came."), [0, 0], [1, 0]),
    ],
)
def test_the_word_beside_an_answer_fits_the_question(
    embedder: Embedder, question: str, texts: list[str], measure: list[float], lacks: list[float]
) -> None:
    values = told(embedder, question, *texts)
    assert values["measure"] == measure
    assert values["lacks_measure"] == lacks


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("医院有多少张病床？", [0, 1, 1]),  # 2019 is a year and no number
        ("医院有多少名护士？", [1, 1, 1]),  # 320 are beds
        ("医院哪年迁址？", [1, 1, 0]),
        ("医院叫什么？", [0, 0, 0]),
    ],
)
def test_a_sentence_lacks_what_the_question_counts(
    embedder: Embedder, question: str, lacks: list[float]
) -> None:
    assert measured(embedder, question)["lacks_answer"] == lacks


def test_found_is_how_good_the_best_passage_is(embedder: Embedder) -> None:
    assert measured(embedder, "医院有多少张病床？")["found"] == [1.5, 1.5, 1.5]


def test_japanese_is_a_script_of_its_own() -> None:
    texts = (
        "病床共有320张。",
        "病床は320床です。",
        "병상은 320개입니다.",
        "Es gibt Betten.",
        "320",
    )
    assert [script(text) for text in texts] == ["cjk", "kana", "hangul", "0", ""]
