from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

import qa
from corpus.errors import BadSetting
from qa.settings import PREFIX, Settings, descriptions, table


def test_nothing_set_gives_the_defaults() -> None:
    assert Settings.from_environment({}) == Settings(language="en")


def test_every_kind_of_value_is_read() -> None:
    environ = {
        "WENJU_HOME": "/data/报纸",
        "WENJU_MODEL": " intfloat/multilingual-e5-small ",
        "WENJU_PORT": "0",
        "WENJU_THRESHOLD": "0.25",
        "WENJU_LOG_QUESTIONS": "Yes",
        "WENJU_ALLOW_ORIGINS": "https://a.example, https://b.example",
        "PATH": "/bin",
    }
    read = Settings.from_environment(environ)
    assert read.home == Path("/data/报纸")
    assert read.model == "intfloat/multilingual-e5-small"
    assert read.port == 0
    assert read.threshold == 0.25
    assert read.log_questions is True
    assert read.allow_origins == ("https://a.example", "https://b.example")


def test_an_empty_value_is_the_default() -> None:
    assert Settings.from_environment({"WENJU_MODEL": "", "WENJU_PORT": " "}).port == Settings().port


def test_home_may_be_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/reader")
    assert Settings.from_environment({"WENJU_HOME": "~/w"}).home == Path("/home/reader/w")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("WENJU_HOEM", "Did you mean WENJU_HOME?"),
        ("WENJU_THRESHHOLD", "Did you mean WENJU_THRESHOLD?"),
        ("WENJU_port", "Did you mean WENJU_PORT?"),
        ("WENJU_XYZZY", "The settings are listed in README.md; unset this variable to go on."),
    ],
)
def test_an_unknown_name_is_an_error_with_the_nearest_known(name: str, hint: str) -> None:
    with pytest.raises(BadSetting, match=f"no setting {name}") as caught:
        Settings.from_environment({name: "1"})
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("WENJU_PORT", "http", "Set it to a whole number."),
        ("WENJU_PORT", "65536", "It takes 0 to 65535."),
        ("WENJU_PORT", "-1", "It takes 0 to 65535."),
        ("WENJU_THRESHOLD", "high", "Set it to a number."),
        ("WENJU_THRESHOLD", "1.5", "It takes 0 to 1."),
        ("WENJU_THRESHOLD", "nan", "It takes 0 to 1."),
        ("WENJU_LOG_QUESTIONS", "perhaps", "Set it to true or false."),
        ("WENJU_BACKEND", "tensorflow", "It takes torch, onnx, openvino."),
        ("WENJU_TRUNCATE_DIM", "-8", "It takes 0 or more."),
        ("WENJU_MAX_QUESTION_CHARACTERS", "0", "It takes 1 or more."),
    ],
)
def test_a_value_that_is_not_allowed_names_what_is(name: str, value: str, cure: str) -> None:
    with pytest.raises(BadSetting, match=name) as caught:
        Settings.from_environment({name: value})
    assert caught.value.hint == cure


def test_a_value_is_checked_however_the_settings_are_made() -> None:
    with pytest.raises(BadSetting, match="WENJU_PORT"):
        Settings(port=70_000)


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "WENJU_LANGUAGE": "zh"}, "zh"),
    ],
)
def test_reports_follow_the_locale(environ: dict[str, str], language: str) -> None:
    assert Settings.from_environment(environ).language == language


def test_a_secret_is_not_shown() -> None:
    hidden = {name for name, about in descriptions().items() if about.get("secret")}
    assert {field.name for field in fields(Settings) if not field.repr} == hidden
    assert "s3cret" not in repr(Settings(admin_token="s3cret"))


def test_every_setting_is_described_in_both_languages_in_order() -> None:
    assert list(descriptions()) == [field.name for field in fields(Settings)]
    for about in descriptions().values():
        assert about["help"].endswith(".")
        assert about["help_zh"].endswith("。")


def test_every_default_survives_the_environment() -> None:
    for row in table().splitlines()[2:]:
        name, default = (cell.strip(" `") for cell in row.split("|")[1:3])
        assert name.startswith(PREFIX)
        assert Settings.from_environment({name: default}) == Settings(language="en")


def test_every_setting_is_read_by_the_code() -> None:
    package = Path(qa.__file__).parent
    code = "\n".join(path.read_text("utf-8") for path in package.rglob("*.py"))
    unread = [field.name for field in fields(Settings) if f"settings.{field.name}" not in code]
    assert unread == []
