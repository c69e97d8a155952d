"""What kind of answer a question wants, in the languages people ask in."""

from __future__ import annotations

import re

import pytest

from corpus.types import Span
from qa.question import is_filler, read_question


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("民医工作室什么时候开诊？", "when"),
        ("醫院是哪一年成立的？", "when"),
        ("在哪一家医院？", "where"),
        ("哪位主任创办了门诊？", "who"),
        ("全院有多少名党员？", "how many"),
        ("院报办了几期？", "how many"),
        ("為什麼要建康復中心？", "why"),
        ("怎么预约挂号？", "how"),
        ("哪些科室是重点专科？", "which"),
        ("院训是什么？", "what"),
        ("医院有没有夜间门诊？", "yes-no"),
        ("When did the clinic open?", "when"),
        ("How many nurses work there?", "how many"),
        ("How is the fever clinic reached?", "how"),
        ("Who founded it?", "who"),
        ("¿Cuántos médicos hay?", "how many"),
        ("¿Dónde está la biblioteca?", "where"),
        ("Wann wurde das Krankenhaus gebaut?", "when"),
        ("Combien de lits compte l'hôpital ?", "how many"),
        ("Когда открылась больница?", "when"),
        ("図書館はいつ開館しましたか", "when"),
        ("병원은 언제 문을 열었습니까?", "when"),
        ("Bệnh viện được thành lập khi nào?", "when"),
        ("متى افتتح المستشفى؟", "when"),
        ("医院地址在哪条路几号？", "where"),
        ("药房去几层找？", "where"),
        ("Where was it when it opened?", "where"),
        ("承担过几个课题？", "how many"),
        ("去年排第几？", "how many"),
        ("병상이 얼마나 있나요?", "how many"),
        ("На скольких станциях он стоит?", "how many"),
        ("夜里开诊的是哪两个科？", "which"),
        ("哪个护士照看他？", "who"),
        ("Which heart doctor comes on Thursday?", "who"),
        ("为什么要放到几个乡镇去做？", "why"),
        ("凭啥还要交钱？", "why"),
        ("外地人能临时透析几次吗？", "yes-no"),
        ("家属听课要不要交钱？", "yes-no"),
        ("¿Hay intérpretes en la consulta?", "yes-no"),
        ("一次收几块，什么价位？", "price"),
        ("¿Cuánto cobran por hora?", "price"),
    ],
)
def test_the_kind_of_answer_is_read_from_the_cue(text: str, kind: str) -> None:
    assert read_question(text).kind == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("3月5号免费看诊的那几位专家叫什么？", "who"),
        ("护士长今年多大了？", "how many"),
        ("What is the name of the hospital's chief nurse?", "what"),
        ("What are the names of the three doctors?", "who"),
        ("Wie heißt der Direktor?", "who"),
        ("Wie heißt die Zeitung?", "how"),
        ("Как зовут главного врача?", "who"),
        ("Quel âge a le directeur ?", "how many"),
    ],
)
def test_a_name_is_asked_of_persons_and_an_age_is_a_number(text: str, kind: str) -> None:
    assert read_question(text).kind == kind


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("衡阳市中医医院有多少张病床？", "病床"),
        ("民医工作室什么时候开诊？", "开诊"),
        ("院长是谁？", "院长"),
        ("How many beds does the hospital have?", "beds"),
        ("In what year was the clinic founded?", "founded"),
        ("Кто возглавляет центр?", "возглавляет"),
    ],
)
def test_the_head_names_what_is_asked_for(text: str, head: str) -> None:
    assert head in read_question(text).head.split()


@pytest.mark.parametrize(
    ("text", "fits", "does_not"),
    [
        ("有多少张病床？", "床位138张", "3名医生"),
        ("多少名党员？", "145人", "18个支部"),
        ("How many beds are there?", "床位138张", "117人"),
        ("How old is the nurse?", "今年五十三岁", "3名"),
        ("Сколько врачей там работает?", "医生58名", "7935台"),
        ("比例是多少？", "占80%", "80张"),
        ("总投资多少个亿？", "2.8亿元", "3个"),
        ("支部制度有几条？", "22个", "22张"),
        ("多少党员？", "145人", "18个支部"),
        ("他是在哪里学医的？", "北原医学院", "河东路27号"),
        ("¿Dónde estudió la enfermera?", "北原医学院", "河东路27号"),
        ("她以前在哪家医院上班", "青河医院", "老城东门"),
        ("药房在哪一层", "三层", "门诊楼"),
        ("她毕业于哪所医学院？", "北原医科大学", "北原市"),
        ("Which company built it?", "华建集团", "北原市"),
        ("坐几路公交去？", "乘2路、5路", "河东路"),
        ("什么时候建的？", "2016年4月", "24小时"),
        ("什么时候建的？", "一九五六年", "两周一次"),
        ("How long did it take?", "历时9个半小时", "2016年4月"),
        ("手术做了多久", "三年", "一九五六年"),
    ],
)
def test_the_measure_is_what_the_answer_is_counted_in(text: str, fits: str, does_not: str) -> None:
    measure = read_question(text).measure
    assert re.search(measure, fits)
    assert not re.search(measure, does_not)


def test_a_unit_of_anything_is_no_measure() -> None:
    assert read_question("有几个重点专科？").measure == ""
    assert read_question("有多少病房？").measure == ""


def test_content_leaves_out_cues_fillers_and_particles() -> None:
    question = read_question("请问洛阳的医院一共有多少名硕士和博士？")
    assert question.content == ("洛阳", "医院", "硕士", "博士")
    assert re.search(question.measure, "595人") and not re.search(question.measure, "5年")


def test_content_of_a_question_of_particles_only_is_what_is_left() -> None:
    assert read_question("是什么呢？").content == ()
    assert read_question("").content == ()


def test_numbers_stay_in_the_content() -> None:
    assert "2023" in read_question("2023年3月3日做了什么手术？").content


@pytest.mark.parametrize(
    ("text", "kind", "plain"),
    [
        ("院长一个月工资多少？", "price", True),
        ("How much did the baby weigh?", "how many", True),
        ("How old was he when he came?", "how many", True),
        ("门诊在几楼？", "where", False),
        ("院长姓什么？", "who", True),
        ("钱是谁出的？", "who", False),
        ("What is the hospital's website?", "phone", True),
        ("近几年有什么变化？", "what", False),
    ],
)
def test_an_answer_is_known_by_its_form(text: str, kind: str, plain: bool) -> None:
    question = read_question(text)
    assert (question.kind, question.plain) == (kind, plain)


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("她是哪所大学毕业的？", "大学毕业"),
        ("设备的牌子是什么", "牌子"),
        ("一共有多少名护士", "护士"),
        ("首届融和杯评出来几位名医", "名医"),
        ("硕士博士加起来多少人", "硕士博士"),
        ("全院有多少张床", "床"),
        ("看護師は何人ですか", "看護師"),
        ("図書館の本は何冊ありますか", "本"),
        ("Combien de patients ont été opérés ?", "patients"),
        ("Which brand of valve is it?", "brand"),
        ("¿Qué universidad?", "universidad"),
        ("院长是谁", ""),
        ("What is it?", ""),
    ],
)
def test_the_noun_is_what_an_answer_is_one_of(question: str, noun: str) -> None:
    assert read_question(question).noun == noun


def test_particles_and_stop_words_say_nothing_but_in_a_name() -> None:
    text = "青河医院有病床吗"
    assert is_filler(text, Span(4, 5)) and not is_filler(text, Span(5, 7))
    text = "Is Gao'an on the map?"
    assert is_filler(text, Span(10, 12)) and not is_filler(text, Span(7, 9))
