"""The model card: `card.md` with the figures of this training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

__all__ = ["write_card"]


def write_card(folder: Path, figures: Sequence[str], steps: int, pieces: int, size: int) -> None:
    """Write README.md into the model's folder; `size` is the dimension of the rows."""
    template = Path(__file__).with_name("card.md").read_text("utf-8")
    numbers = {"steps": steps, "pieces": pieces, "dimension": size}
    texts = {name: f"{number:,}" for name, number in numbers.items()}
    for name, text in (texts | {"figures": "\n".join(figures)}).items():
        template = template.replace("{" + name + "}", text)
    (folder / "README.md").write_text(template, "utf-8")
