"""The command line as tests run it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

__all__ = ["Outcome", "Wenju"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of the command line ended with."""

    code: int | str | None
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON is of any type
        """Standard output, which must be one line of JSON and nothing else."""
        assert self.out.count("\n") == 1, self.out + self.err
        return json.loads(self.out)


class Wenju(Protocol):
    """Run the command line: `wenju("ask", "…", home=home)`."""

    def __call__(self, *arguments: str, home: Path | None = None, stdin: bytes = b"") -> Outcome:
        """Return what the run ended with; a traceback is a failure."""
        ...
