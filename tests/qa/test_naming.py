"""Whether an article has the name that a question asks about."""

from __future__ import annotations

import pytest

from qa.naming import asks_by_name, unnamed

TEXTS = [
    "清溪县人民医院在河边。",
    "株洲市中心医院有一个胸痛中心。",
    "陈建宏是主任。",
    "Bramley Hospital",
]


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("清溪医院在哪里？", 0),
        ("请问株洲市中心医院在哪里？", 0),
        ("株洲中心医院有几张床？", 0),
        ("株洲市人民醫院有幾張床？", 1),
        ("四川大学华西医院在哪里？", 1),
        ("哪家医院有胸痛中心？", 0),
        ("他倒在医院门口时几点？", 0),
        ("那家中医院几点开门？", 0),
        ("胸痛中心几点开门？", 0),
        ("When does Changsha Central Hospital open?", 1),
        ("When does Zhuzhou Central Hospital open?", 0),
        ("Does Jianhong work in Changsha?", 0.5),
        ("Где больница Чанша?", 1),
        ("Is it Chinese medicine?", 0),
        ("", 0),
    ],
)
def test_the_share_of_names_that_no_text_has(question: str, share: float) -> None:
    assert unnamed(question, TEXTS) == share
    assert asks_by_name(question) or share == 0


def test_a_latin_name_that_stands_there_is_found_as_it_is_written() -> None:
    assert unnamed("Who is Anna?", ["Anna Schmidt leitet die Station."]) == 0
    assert unnamed("Who is Anna?", ["Die Station hat zehn Betten."]) == 1


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("云津市妇幼保健院有多少张床？", "梧川市妇幼保健院有560张床。", 1),
        ("洛阳中心医院在哪？", "孟津中心医院在河边。", 1),
        ("高安中医院哪年建的？", "江西高安的中医医院建于1956年。", 0),
        ("株州市中心医院几点开门？", "株洲市中心医院八点开门。", 0),
        ("清渓県人民医院はいつできましたか？", "清溪县人民医院1958年建院。", 0),
        ("布拉姆利（Bramley）乡村医院在哪？", "Bramley Hospital opened in 1924.", 0),
        ("去十堰市中医医院有轮椅坐吗？", "十堰的研究院就挂在市中医医院。", 0),
        ("跟衡阳市中医医院签协议的有几家？", "衡阳市中医医院签了5家。", 0),
    ],
)
def test_the_place_that_an_organisation_is_called_after_must_be_said(
    question: str, text: str, share: float
) -> None:
    assert unnamed(question, [text]) == share


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("How many beds has Luoyang Orthopaedic Hospital?", "洛阳市中心医院有床。", 1),
        ("How many beds has Luoyang Central Hospital?", "洛阳市中心医院有床。", 0),
        ("Who heads the Hengyang hospital of traditional Chinese medicine?", "衡阳市中医医院。", 0),
        ("Wer leitet das Zweite Krankenhaus von Luoyang?", "洛阳市第二人民医院。", 0),
        ("Wer leitet das Zweite Krankenhaus von Luoyang?", "洛阳市第三人民医院。", 1),
        ("When did the first patient come to Luoyang hospital?", "洛阳医院开张。", 0),
        ("Wer leitet das Zentralkrankenhaus von Luoyang?", "洛阳市中医医院。", 1),
        ("Wer leitet die Augenabteilung des Krankenhauses von Luoyang?", "洛阳市中医医院。", 0),
        ("Кто заведует детской хирургией больницы Лояна?", "洛阳市中医医院。", 0),
        ("Where is the hospital of traditional Chinese medicine?", "中西医结合医院。", 0),
        ("¿Quién dirige el hospital infantil?", "医院有院长。", 1),
        ("¿Quién dirige el hospital infantil?", "El director es Juan.", 0),
    ],
)
def test_a_hospital_of_another_kind_is_another(question: str, text: str, share: float) -> None:
    assert unnamed(question, [text]) == share


def test_no_text_has_no_name() -> None:
    assert unnamed("株洲市中心医院在哪里？", []) == 1
