"""Passages cover their article, in whole sentences, with what helps to find them beside."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.articles import split
from corpus.passages import (
    HARD_CAP,
    TARGET_CJK,
    TARGET_LATIN,
    heading_path,
    passages,
    sentences,
    target_size,
)
from corpus.types import Article, Document, Span

SENTENCE = "门诊在四楼，开诊是七月，免收挂号费。"
ENGLISH = "The clinic on the fourth floor opened in July and takes no fee. "


def article(text: str, **metadata: str) -> Article:
    (found,) = split(Document("a.txt", text, "text/plain", "utf-8", metadata))
    return found


@settings(deadline=None)
@given(
    st.text(alphabet="医院湖，。！”\n #ab. ", max_size=900),
    st.lists(st.integers(0, 900), max_size=6),
)
def test_spans_cover_the_article_without_a_gap(text: str, marks: list[int]) -> None:
    lines = sorted({text.rfind("\n", 0, mark) + 1 for mark in marks if mark < len(text)})
    headings = [Span(start, (text + "\n").index("\n", start)) for start in lines]
    found = passages(Article("x", text, headings=tuple(filter(len, headings))))
    assert bool(found) == bool(text.strip())
    if found:
        assert (found[0].span.start, found[-1].span.end) == (0, len(text))
    for before, after in pairwise(found):
        assert before.span.end == after.span.start
    cap = HARD_CAP * target_size(text)
    assert all(passage.span.of(text).strip() for passage in found)
    assert all(len(passage.span.of(text).strip()) <= cap for passage in found)


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 5))
def test_passages_are_whole_sentences_near_the_target(count: int, paragraphs: int) -> None:
    text = "\n\n".join([SENTENCE * count] * paragraphs)
    found = passages(Article("x", text))
    starts = {span.start for span in sentences(text)}
    assert {passage.span.start for passage in found} <= starts
    assert all(len(passage.span.of(text).strip()) <= TARGET_CJK * 1.25 for passage in found)
    if len(found) > 1:
        assert sum(len(passage.span) for passage in found) / len(found) > TARGET_CJK / 4


def test_a_long_sentence_is_cut_at_commas_and_else_hard() -> None:
    commas = Article("x", "门诊在四楼，" * 200)
    assert all(p.span.of(commas.text).endswith("，") for p in passages(commas))
    hard = Article("x", "湖" * 1000)
    assert [len(p.span) for p in passages(hard)] == [400, 400, 200]


def test_latin_passages_are_longer() -> None:
    text = ENGLISH * 40
    lengths = [len(passage.span) for passage in passages(Article("x", text))]
    assert max(lengths) <= TARGET_LATIN * 1.25
    assert max(lengths) > 1.5 * TARGET_CJK


def test_a_heading_opens_its_passage() -> None:
    found = article(
        f"# 湖边\n\n{SENTENCE * 4}\n\n## 门诊\n\n{SENTENCE * 4}\n\n## 病房\n\n{SENTENCE}"
    )
    texts = [passage.span.of(found.text) for passage in passages(found)]
    assert [text.split("\n")[0] for text in texts[:2]] == ["湖边", "门诊"]
    assert not any(text.rstrip().endswith(("门诊", "病房")) for text in texts)


def test_context_is_title_and_heading_path() -> None:
    body = SENTENCE * 8
    found = article(f"# 湖边\n\n{body}\n\n## 门诊\n\n### 夜间\n\n{body}\n\n## 病房\n\n{body}")
    contexts = [passage.context for passage in passages(found)]
    assert contexts == ["湖边", "湖边 · 门诊 · 夜间", "湖边 · 病房"]
    assert heading_path(found, 0) == ()
    assert heading_path(found, found.text.index("夜间")) == ("门诊", "夜间")
    assert heading_path(found, len(found.text)) == ("病房",)


def test_context_names_the_institution_the_title_leaves_out() -> None:
    body = f"清溪县人民医院建在湖边。{SENTENCE * 3}清溪县人民医院有三栋楼。记者走进清溪县人民医院。"
    assert {p.context for p in passages(article(f"夜里有灯\n\n{body}"))} == {
        "夜里有灯 · 清溪县人民医院"
    }
    named = article(f"清溪县人民医院的灯\n\n{body}")
    assert {passage.context for passage in passages(named)} == {"清溪县人民医院的灯"}


def test_a_passage_carries_its_article() -> None:
    (passage,) = passages(Article("abc", SENTENCE, title="题"))
    assert (passage.id, passage.article, passage.context) == (0, "abc", "题")


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_article_has_no_passages(text: str) -> None:
    assert passages(Article("x", text)) == []


def test_split_repair_and_passages_keep_up_with_ingest() -> None:
    text = "\n\n".join(["夜里有灯", *[SENTENCE.replace("，", ",") * 9] * 20])
    documents = [
        Document("a.txt", f"{text}\n\n第{n}篇。", "text/plain", "utf-8") for n in range(20)
    ]
    begin = time.process_time()
    count = sum(len(passages(found)) for source in documents for found in split(source))
    # The whole ingest is to make 1,500 a second; this part alone, alone on a core, 5,000.
    assert count / (time.process_time() - begin) > 1_500
