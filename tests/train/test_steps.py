"""The steps of the training on very little data."""

from __future__ import annotations

import json
import lzma
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from index.train import step4_training
from index.train.batches import Sampler
from index.train.encoding import Ragged, encode_texts, word_parts
from index.train.folding import compiled_folding, fold_character, folder
from index.train.languages import language
from index.train.step1_pairs import Corpus, read_corpus
from index.train.step4_training import train
from index.train.step5_model import write_model
from index.train.word_forms import known_words

SENTENCES = [("我喜欢狗", "i like dogs"), ("我喜歡貓", "i like cats"), ("他睡觉", "he sleeps")]
FILES = {
    "cedict": [("狗", "dog"), ("貓", "cat")],
    "omw": [("hund", "dog"), ("katze", "cat")],
    "omw-synonyms": [("dog", "hound")],
    "osm-tags": [("医院", "hospital")],
    "cldr": [("中国", "China")],
    "tatoeba-zh": SENTENCES,
    "ntrex": [("der hund ist nicht da", "the dog is away"), ("那只狗不在", "the dog is away")],
    "tatoeba-multi": [("ich mag hunde und katzen nicht", "i like dogs")],
}


@pytest.fixture(scope="module")
def table() -> bytes:
    pytest.importorskip("sentencepiece")
    return compiled_folding()


@pytest.fixture(scope="module")
def corpus(table: bytes, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    data = tmp_path_factory.mktemp("data")
    for name, pairs in FILES.items():
        with lzma.open(data / f"{name}.tsv.xz", "wt", encoding="utf-8") as stream:
            stream.writelines(f"{one}\t{other}\n" for one, other in pairs)
    # One question of CMRC is a full stop and nothing else.
    paragraph = {"context": "狗在睡觉。", "qas": [{"question": "谁在睡觉？"}, {"question": "。"}]}
    (data / "cmrc2018-trial.json").write_text(
        json.dumps({"data": [{"paragraphs": [paragraph]}]}), "utf-8"
    )
    return read_corpus(data, folder(table))


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    pieces = ["<unk>", "dog", "s", "cat", "like", "hospital", "hos", "pital", *"我喜欢狗猫他睡觉i"]
    tokenizer = Tokenizer(models.Unigram([(piece, -float(len(piece))) for piece in pieces], 0))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢＣ後來，的", "abc后来 的"),
        ("L’Hôpital Cafe\u0301", "l hôpital café"),
        ("أحمد مُدَرِّس", "احمد مدرس"),
        ("①½", "11 2"),
        ("İstanbul", "istanbul"),
    ],
)
def test_folding_is_what_the_rules_say(table: bytes, text: str, folded: str) -> None:
    assert " ".join(folder(table).normalize_str(text).split()) == folded


def test_a_question_of_nothing_is_left_out(corpus: Corpus) -> None:
    [[question, paragraph]] = corpus.paragraphs.tolist()
    assert (corpus.texts[question], corpus.texts[paragraph]) == ("谁在睡觉", "狗在睡觉")


def test_folding_twice_changes_nothing() -> None:
    for character in "醫Ａé，ｶأ½":
        once = fold_character(character)
        assert "".join(map(fold_character, once)) == once


@pytest.mark.parametrize(
    ("text", "code"),
    [("这是我的", "zh"), ("これは本です", "ja"), ("это не он", "ru"), ("", "?"), ("zzz", "?")],
)
def test_language_of_a_sentence(text: str, code: str) -> None:
    assert language(text) == code


def test_pairs_are_folded_and_grouped_around_english(corpus: Corpus) -> None:
    assert corpus.texts[corpus.pairs["cedict"][1, 0]] == "猫"
    groups = corpus.groups["ntrex"]
    members = [corpus.texts[number] for number in groups.members]
    assert members == ["the dog is away", "der hund ist nicht da", "那只狗不在"]
    assert groups.weights[2] > groups.weights[1] > 1
    joined = [corpus.texts[number] for number in corpus.groups["tatoeba-multi"].members]
    assert joined == ["i like dogs", "ich mag hunde und katzen nicht", "我喜欢狗"]
    assert [corpus.texts[number] for number in corpus.paragraphs[0]] == ["谁在睡觉", "狗在睡觉"]


def test_whole_words_know_their_parts(tokenizer: Tokenizer) -> None:
    parts = word_parts(tokenizer, {"hos", "pital", "dog", "cat", "like", "s"})
    number = tokenizer.token_to_id("hospital")
    pieces, _ = parts.gather(np.array([number]))
    assert [tokenizer.id_to_token(int(piece)) for piece in pieces] == ["hos", "pital"]
    assert parts.lengths.sum() == 2


def test_training_brings_pairs_together(
    corpus: Corpus, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step4_training, "RATE", 0.1)  # few pairs, few steps
    encoded = encode_texts(tokenizer, corpus.texts)
    parts = Ragged(np.empty(0, np.int32), np.zeros(tokenizer.get_vocab_size() + 1, np.int64))
    start = np.random.default_rng(0).normal(size=(tokenizer.get_vocab_size(), 16))
    rows = train(start.astype(np.float32), Sampler(corpus, encoded, parts, 0), 150, seed=0)
    again = train(start.astype(np.float32), Sampler(corpus, encoded, parts, 0), 150, seed=0)
    np.testing.assert_array_equal(rows, again)

    def cosine(vectors: np.ndarray, one: str, other: str) -> float:
        a, b = (vectors[tokenizer.token_to_id(piece)] for piece in (one, other))
        return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))

    assert cosine(rows, "狗", "dog") > cosine(start, "狗", "dog") + 0.2
    assert cosine(rows, "狗", "dog") > cosine(rows, "狗", "cat") + 0.2


def test_the_written_folder_opens_in_the_library(tokenizer: Tokenizer, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    from index.embed import load_embedder
    from index.train.export import export

    rows = np.random.default_rng(5).normal(size=(tokenizer.get_vocab_size(), 16))
    write_model(tmp_path / "model", rows.astype(np.float32), tokenizer)
    export(tmp_path / "model", tmp_path / "plain")
    texts = ["我喜欢狗", "i like dogs", ""]
    ours = load_embedder(str(tmp_path / "model")).encode_documents(texts)
    expected = np.stack([rows[tokenizer.encode(text).ids].mean(axis=0) for text in texts[:2]])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert (ours[:2] * expected).sum(axis=1).min() > 0.999
    for name in ("model", "plain"):
        model = SentenceTransformer(str(tmp_path / name), device="cpu", local_files_only=True)
        np.testing.assert_allclose(model.encode(texts), ours, atol=1e-5)


def test_words_of_sentences_meet_their_dictionary_form(corpus: Corpus) -> None:
    forms = {tuple(corpus.texts[n] for n in pair) for pair in corpus.pairs["forms"].tolist()}
    assert {("dogs", "dog"), ("hunde", "hund"), ("katzen", "katze")} <= forms


def test_the_glossary_is_one_group_a_line(corpus: Corpus) -> None:
    groups = corpus.groups["glossary"]
    lines = [
        {corpus.texts[n] for n in groups.members[start:end]}
        for start, end in pairwise(groups.offsets)
    ]
    nurse = next(line for line in lines if "护士" in line)
    assert {"nurse", "nurses", "infirmière", "медсестёр"} <= nurse
    assert corpus.texts[groups.members[groups.offsets[lines.index(nurse)]]] == "nurse"
    pairs = {tuple(corpus.texts[n] for n in pair) for pair in corpus.pairs["glossary"].tolist()}
    assert {("infirmières", "护士"), ("infirmières", "nurse")} <= pairs


def test_a_word_is_known_in_any_of_the_main_languages() -> None:
    assert known_words(["médecin", "zlogovni"]) == {"médecin"}
