"""Bring the generated parts of the READMEs up to date: `python -m tests.docs`."""

from __future__ import annotations

import re
from pathlib import Path

from qa.settings import table

__all__ = ["READMES", "generated"]

ROOT = Path(__file__).parent.parent
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh-CN.md"}
SETTINGS = re.compile("(<!-- settings: .* -->\n).*(<!-- end of settings -->)", re.DOTALL)


def generated(text: str, language: str) -> str:
    """Return a README with its table of settings as it should be."""
    return SETTINGS.sub(lambda found: f"{found[1]}\n{table(language)}\n{found[2]}", text)


if __name__ == "__main__":
    for language, path in READMES.items():
        path.write_text(generated(path.read_text("utf-8"), language), encoding="utf-8")
