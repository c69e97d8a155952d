"""What of a passage is given to the model."""

from __future__ import annotations

__all__ = ["passage_text"]


def passage_text(text: str, context: str) -> str:
    r"""Return the context and the passage as one text: a question names what the title names.

    >>> passage_text("周一开诊。", "民医工作室")
    '民医工作室\n周一开诊。'
    """
    return f"{context}\n{text}" if context else text
