"""Telling languages apart, and reading dates and subjects."""

from __future__ import annotations

import pytest

from corpus.dates import date_in
from corpus.language import language_of
from corpus.subject import subject_of

TEXTS = {
    "zh": "民医工作室在门诊楼四层，七月开诊，免收挂号费。",
    "ja": "花森町立病院は三十年前に建てられ、いまも訪問診療を続けている。",
    "ko": "솔마루 의료원은 섬마을에 원격 진료를 열었다.",
    "en": "The clinic on the fourth floor opened in July and takes no fee.",
    "de": "Das Krankenhaus liegt am See und ist mit dem Bus zu erreichen.",
    "fr": "La maternité est ouverte depuis le printemps, avec une équipe réduite.",
    "es": "El hospital abre de noche su consulta para los niños de la comarca.",
    "it": "L'ospedale è aperto anche di notte per i bambini della zona.",
    "pt": "O hospital abre também à noite para as crianças da região.",
    "nl": "Het ziekenhuis ligt aan het meer en is met de bus te bereiken.",
    "ru": "Больница открыта и ночью, в ней работают сорок врачей.",
    "uk": "Лікарня відкрита і вночі, у ній працюють сорок лікарів.",
    "ar": "المستشفى مفتوح في الليل وهو قريب من البحيرة.",
    "fa": "بیمارستان در شب باز است و به شهر نزدیک است.",
    "vi": "Bệnh viện nằm bên hồ và mở cửa cả ban đêm cho các em nhỏ.",
    "tr": "Hastane göl kenarında ve gece de çocuklar için açık olan bir yer.",
    "th": "โรงพยาบาลเปิดตอนกลางคืน",
    "hi": "अस्पताल रात में भी खुला है।",
    "el": "Το νοσοκομείο είναι ανοιχτό τη νύχτα.",
    "pl": "Szpital jest otwarty także w nocy i leży nad jeziorem.",
}


@pytest.mark.parametrize(("language", "text"), TEXTS.items())
def test_language(language: str, text: str) -> None:
    assert language_of(text) == language


def test_names_in_letters_do_not_make_chinese_english() -> None:
    assert language_of("医院升级了HIS、LIS、PACS等系统，引进DSA、ECMO和60排CT。") == "zh"
    assert language_of("The word 医院 means hospital, and it is the first one to learn.") == "en"


@pytest.mark.parametrize("text", ["", "12345 ...", "Qwrtz"])
def test_no_language_where_nothing_tells(text: str) -> None:
    assert language_of(text) == ""


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("2023年6月30日 星期五", "2023-06-30"),
        ("二版 2023年6月", "2023-06"),
        ("2023-06-30 08:00", "2023-06-30"),
        ("2023.6.3", "2023-06-03"),
        ("2023/6/3", "2023-06-03"),
        ("June 30, 2023", "2023-06-30"),
        ("Sept. 1st, 2023", "2023-09-01"),
        ("30 June 2023", "2023-06-30"),
        ("30.06.2023", "2023-06-30"),
        ("2025년 7월 8일", "2025-07-08"),
        ("建于1956年", ""),
        ("2023-13-45", ""),
        ("2023年2月30日", ""),
        ("tel 2023-4567", ""),
        ("", ""),
    ],
)
def test_date(words: str, date: str) -> None:
    assert date_in(words) == date


def test_the_subject_is_the_institution_named_most() -> None:
    text = "记者走进清溪县人民医院。在清溪县人民医院，人很多。清溪县人民医院与某某大学合作。"
    assert subject_of(text) == "清溪县人民医院"
    short = "市中医院建于1958年。市中医院有床位。市中医院在城东。"
    assert subject_of(short) == "市中医院"
    assert subject_of(f"{short}襄阳市人口不多。") == "襄阳市中医院"
    assert subject_of(f"{short}襄阳市在宜昌市以北。") == "市中医院"
    assert subject_of("某某大学在山上。") == subject_of("") == ""
