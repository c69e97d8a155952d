"""Where sentences end, in many languages."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.passages import sentences

# A bar stands where one sentence ends and the next begins.
CASES = [
    "门诊在四楼。|开诊是七月。|免挂号费！|你去过吗？",
    "“既不收费，又有专家。”|王师傅说。",
    "他说：“真方便。|我还会来。”|大家都笑了。",
    "「はい。」と医師は言った。|次の患者が来た。",
    "院训是“守湖！|守岛！”的医院在湖边。",
    "《你是谁？》是一本书。|书很薄。",
    "他来过（见下图。）|图在后面。",
    "药材有防疫、祛湿、醒脑等功效。|香囊三千份。",
    "院讯、名医、保健……|内容丰富。",
    "“……除病痛，助健康。”|这是誓言。",
    "全年投入3.5亿元，增长1.2%。|比例是3:1。",
    "手术三千台；|门诊二十万人次；|住院两万人。",
    "真的吗？！|当然。",
    "第一章\n|总则\n\n|一、挂号\n|二、候诊",
    "Dr. Li works here. |She came in 2019. |Why? |Nobody knows!",
    "The U.S. team met J. Smith at 5 p.m. in St. Mary's. |It cost $3.5 million.",
    "Use tools, e.g. a knife, i.e. a sharp one. |Done.",
    "See https://example.org/a.b?c=d. |Then come back.",
    "“Is it open?” she asked. |“Yes.” |He left.",
    "Wait... |Nothing came. |It was... odd.",
    "Das gilt z.B. für Dr. Weber, z. B. am 3. Mai. |Danach nicht.",
    "Le Dr. Martin (voir p. 12) est là. |Il part.",
    "¿Dónde está la Sra. Ruiz? |Está en el hospital. |¡Venga!",
    "Больница открыта с 1956 г. и работает. |В ней 40 врачей.",
    "병원은 섬에 있다. |원장은 김씨다.",
    "المستشفى مفتوح. |هل هو قريب؟ |نعم.",
    "अस्पताल खुला है। |डॉक्टर यहाँ हैं।",
    "1. Register at the desk.\n|2. Wait.",
    "No. 5 is the eye clinic. |Room no. 7 is closed.",
]


@pytest.mark.parametrize("case", CASES)
def test_sentences_end_where_the_bars_stand(case: str) -> None:
    text = case.replace("|", "")
    assert [span.of(text) for span in sentences(text)] == [part.strip() for part in case.split("|")]


@settings(deadline=None)
@given(st.text(alphabet="医院。！？…；”」）.!? \n\tADr3\"'", max_size=80))
def test_every_visible_character_is_in_exactly_one_sentence(text: str) -> None:
    spans = sentences(text)
    covered = [position for span in spans for position in range(span.start, span.end)]
    assert covered == sorted(set(covered))
    assert {position for position, letter in enumerate(text) if not letter.isspace()} <= set(
        covered
    )
    assert all(span.of(text) == span.of(text).strip() != "" for span in spans)


def test_empty_text_has_no_sentences() -> None:
    assert sentences("") == sentences(" \n\u3000") == []


def test_two_megabytes_a_second() -> None:
    text = (
        "民医工作室设在门诊楼的四楼，去年七月正式开诊，由三位专家轮流坐诊，免收挂号费。"
        "“既不要挂号费，又有这么多专家一起诊治，真是方便。”王师傅说。"
        "Dr. Li came at 5 p.m. to see the new ward, which had cost 3.5 million yuan.\n"
    ) * 2000

    def megabytes_a_second() -> float:
        begin = time.process_time()
        assert len(sentences(text)) == 4 * 2000
        return len(text.encode()) / (time.process_time() - begin) / 1e6

    # The best of three: a busy machine is no slower code.
    assert max(megabytes_a_second() for _ in range(3)) > 2
