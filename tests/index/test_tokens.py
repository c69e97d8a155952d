"""What is indexed and what is asked must be cut alike, in every script."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.tokens import fold, tokenize, tokens

MIXED = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("民医工作室臺灣醫院がガｶﾞﾟ한국각ภาษาไทยहिन्दी1,000２éèữđł①㍿ﬁ\u0301 。，"),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" 。，！\n", []),
        ("株", ["株"]),
        ("工作室", ["工", "作", "室", "工作", "作室"]),
        ("CT室", ["ct", "室"]),
        ("2021年", ["2021", "年"]),
        ("병원", ["병", "원", "병원"]),
        ("ไทย", ["ไท", "ทย", "ไทย"]),
        ("Krankenhäuser", ["krankenhauser", "krank~"]),
        ("приёмная", ["приемная", "прием~"]),
        ("हिन्दी", ["हिन्दी", "हिन्द~"]),
        ("bệnh viện", ["benh", "vien", "bệnh", "viện"]),
        ("hospital's", ["hospital", "hospi~", "s"]),
        ("1,500", ["1500"]),
        ("1500", ["1500"]),
        ("1,50", ["1", "50"]),
        ("12,345,678", ["12345678"]),
        ("٣٤", ["34"]),
        ("x" * 100, ["x" * 64, "xxxxx~"]),
    ],
)
def test_tokens_of(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("臺灣醫院裏的專家", "台湾医院里的专家"),
        ("ＣＴ　２０２１", "CT 2021"),
        ("école", "e\u0301cole"),
        ("ÉCOLE", "ecole"),
        ("ﬁle", "file"),
        ("ｶﾞﾗｽ", "ガラス"),
        ("\u1112\u1161\u11ab국", "한국"),
        ("Straße", "STRASSE"),
        ("أحمد", "احمد"),
        ("１，５００", "1500"),
    ],
)
def test_written_otherwise_but_found_alike(one: str, other: str) -> None:
    assert tokens(one) == tokens(other)


@given(MIXED)
def test_the_quick_and_the_placed_tokens_are_the_same(text: str) -> None:
    assert sorted(token.text for token in tokenize(text)) == sorted(tokens(text))


@given(MIXED)
def test_a_place_holds_its_token(text: str) -> None:
    for token in tokenize(text):
        assert 0 <= token.start < token.end <= len(text)
        covered = fold(text[token.start : token.end]).replace(",", "")
        plain = fold(token.text.removesuffix("~"))
        assert plain[:1] in covered
        if not token.text.endswith("~") and len(token.text) < 64:
            assert plain in covered


@given(MIXED)
def test_no_token_is_empty_or_holds_a_space(text: str) -> None:
    assert all(token and not any(map(str.isspace, token)) for token in tokens(text))


@given(MIXED)
def test_normal_forms_are_found_alike(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert tokens(composed) == tokens(unicodedata.normalize("NFD", composed))


@given(st.text(st.sampled_from("民医工作室株洲 ，"), max_size=20), st.integers(0, 20))
def test_a_piece_of_chinese_is_found_in_its_whole(text: str, at: int) -> None:
    piece = text[at : at + 4]
    assert set(tokens(piece)) <= set(tokens(text))


def test_a_long_text_without_spaces_stays_cheap() -> None:
    assert len(tokens("医" * 100_000)) == 199_999
