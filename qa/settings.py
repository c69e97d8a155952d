"""The settings: their defaults, their check, and the only place that reads the environment.

Each field is `WENJU_<NAME>` in the environment. What a setting means and which values it takes
stands in `settings.toml`; `python -m qa.settings [zh]` prints the table of the README.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from functools import cache
from math import inf
from pathlib import Path
from typing import Any, TypeAlias

from corpus.errors import BadSetting

__all__ = ["PREFIX", "Settings", "descriptions", "table"]

PREFIX = "WENJU_"
LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # in the order in which POSIX lets them decide
Value: TypeAlias = str | int | float | Path | tuple[str, ...] | None
TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be chosen. Made with checked values; `settings.toml` says what each one means."""

    home: Path = Path(".wenju")
    model: str = "bundled"
    revision: str = ""
    device: str = ""
    backend: str = "torch"
    dtype: str = ""
    truncate_dim: int = 0
    batch_size: int = 0
    faiss: str = ""
    cross_encoder: str = ""
    threshold: float | None = None
    language: str = ""
    max_question_characters: int = 2_000
    host: str = "127.0.0.1"
    port: int = 7860
    root_path: str = ""
    allow_hosts: tuple[str, ...] = ()
    allow_origins: tuple[str, ...] = ()
    admin_token: str = field(default="", repr=False)
    max_upload_bytes: int = 100_000_000
    rate_limit: str = ""
    serve_files: bool = False
    serve_pages: bool = True
    log_questions: bool = False

    def __post_init__(self) -> None:
        """Refuse a value outside what `settings.toml` allows."""
        for name, about in descriptions().items():
            check(name, getattr(self, name), about)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read `WENJU_*`; an empty value is the default.

        Raises `BadSetting` for a name that is no setting and for a value that is not allowed.
        """
        types = {field.name: str(field.type) for field in fields(cls)}
        values: dict[str, Any] = {"language": locale_language(environ)}
        for variable, text in sorted(environ.items()):
            if not variable.startswith(PREFIX):
                continue
            name = variable.removeprefix(PREFIX).lower()
            if name not in types or variable != variable.upper():
                raise BadSetting(f"There is no setting {variable}.", hint=nearest(variable, types))
            if text.strip():
                values[name] = parse(variable, text.strip(), types[name])
        return cls(**values)


@cache
def descriptions() -> Mapping[str, Mapping[str, Any]]:
    """Return what `settings.toml` says, by setting, in its order."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def table(language: str = "en") -> str:
    """Return every setting, its default and its meaning as a Markdown table."""
    help_key, head = {
        "en": ("help", ("Setting", "Default", "Meaning")),
        "zh": ("help_zh", ("设置", "默认值", "含义")),
    }[language]
    defaults = Settings()
    rows = [head, ("---",) * 3]
    for name, about in descriptions().items():
        default = shown(getattr(defaults, name))
        rows.append(
            (
                f"`{PREFIX}{name.upper()}`",
                default and f"`{default}`",
                about[help_key].replace("|", r"\|"),
            )
        )
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def shown(value: Value) -> str:
    """Return a value as it would be written in the environment."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, tuple) else str(value)


def nearest(variable: str, names: Mapping[str, str]) -> str:
    """Say which setting was probably meant."""
    close = get_close_matches(variable.removeprefix(PREFIX).lower(), names, n=1)
    if close:
        return f"Did you mean {PREFIX}{close[0].upper()}?"
    return "The settings are listed in README.md; unset this variable to go on."


def locale_language(environ: Mapping[str, str]) -> str:
    """Return `zh` under a Chinese locale and `en` under any other."""
    locale = next((environ[name] for name in LOCALE if environ.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def flag(text: str) -> bool:
    """Read yes or no in the spellings people use."""
    if text.lower() not in (*TRUE, *FALSE):
        raise ValueError(text)
    return text.lower() in TRUE


PARSERS: Mapping[str, tuple[Callable[[str], Value], str]] = {
    "str": (str, "text"),
    "Path": (lambda text: Path(text).expanduser(), "a path"),
    "int": (int, "a whole number"),
    "float | None": (float, "a number"),
    "bool": (flag, "true or false"),
    "tuple[str, ...]": (lambda text: tuple(text.replace(",", " ").split()), "a list"),
}


def parse(variable: str, text: str, kind: str) -> Value:
    """Return the text as a value of a field's type, or raise `BadSetting`."""
    parser, wanted = PARSERS[kind]
    try:
        return parser(text)
    except ValueError:
        raise BadSetting(
            f"{variable} is {text!r}, which is not {wanted}.", hint=f"Set it to {wanted}."
        ) from None


def check(name: str, value: Value, about: Mapping[str, Any]) -> None:
    """Raise `BadSetting` for a value that the setting does not take."""
    if "choices" in about and value not in about["choices"]:
        allowed = ", ".join(choice or "(empty)" for choice in about["choices"])
    elif isinstance(value, int | float) and not within(value, about):
        allowed = f"{about['minimum']} or more"
        if "maximum" in about:
            allowed = f"{about['minimum']} to {about['maximum']}"
    else:
        return
    raise BadSetting(
        f"{PREFIX}{name.upper()} is {shown(value)!r}, which is not allowed.",
        hint=f"It takes {allowed}.",
    )


def within(value: float, about: Mapping[str, Any]) -> bool:
    """Say whether a number is within the bounds of its setting; not-a-number is not."""
    lowest, highest = about.get("minimum", -inf), about.get("maximum", inf)
    return bool(lowest <= value <= highest)


if __name__ == "__main__":
    sys.stdout.write(table(*sys.argv[1:2]))
