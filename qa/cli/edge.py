"""The edge of the command line, where what happened becomes words and an exit code.

With `--json` standard output is JSON whatever happens: a failure is `{"error": {…}}` there, and
in words on standard error.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Sequence

from corpus.errors import WenjuError

__all__ = ["as_error", "asked_for", "fail", "write_json"]

UNEXPECTED = 70  # EX_SOFTWARE of sysexits.h: the fault is ours
REPORT_HINT = "This is a fault in Wenju. See where: run it again as `wenju --debug …`."


def asked_for(option: str, arguments: Sequence[str]) -> bool:
    """Say whether an option stands among the arguments, before any `--`."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    return option in arguments[:cut]


def write_json(value: object) -> None:
    """Write one value as one line of JSON, at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def as_error(error: Exception) -> dict[str, dict[str, str]]:
    """Return a failure as JSON has it."""
    hint = error.hint if isinstance(error, WenjuError) else REPORT_HINT
    return {"error": {"type": type(error).__name__, "message": str(error), "hint": hint}}


def fail(error: Exception, *, as_json: bool, debug: bool) -> int:
    """Tell a failure in one or two lines and return the exit code."""
    from rich.console import Console
    from rich.text import Text

    if debug:
        traceback.print_exception(error, file=sys.stderr)
    expected = isinstance(error, WenjuError)
    message = str(error) if expected else f"{type(error).__name__}: {error}"
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(Text(message.strip() or type(error).__name__, style="red"))
    if hint := as_error(error)["error"]["hint"]:
        console.print(Text(hint))
    if as_json:
        write_json(as_error(error))
    return error.exit_code if isinstance(error, WenjuError) else UNEXPECTED
