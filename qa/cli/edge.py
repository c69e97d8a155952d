"""The edge of the command line, where what happened becomes words and an exit code.

With `--json` standard output is JSON whatever happens: a failure is `{"error": {…}}` there, and
in words on standard error.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress

from corpus.errors import WenjuError

__all__ = ["REFUSED", "as_error", "asked_for", "fail", "write_json"]

UNEXPECTED, REFUSED = 70, 71  # EX_SOFTWARE and EX_OSERR of sysexits.h
OUR_FAULT = "This is a fault in Wenju. To see where, run it again as `wenju --debug …`."
SYSTEM = "The system refused it. To see where, run it again as `wenju --debug …`."


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
    if isinstance(error, WenjuError):
        message, hint = str(error), error.hint
    elif isinstance(error, OSError):
        message, hint = ": ".join(filter(None, (error.strerror, error.filename))), SYSTEM
    else:
        message, hint = f"{type(error).__name__}: {error}", OUR_FAULT
    return {"error": {"type": type(error).__name__, "message": message, "hint": hint}}


def fail(error: Exception, *, as_json: bool, debug: bool) -> int:
    """Tell a failure in one or two lines and return the exit code."""
    from rich.console import Console
    from rich.text import Text

    from qa.render import printable

    if debug:
        traceback.print_exception(error, file=sys.stderr)
    told = as_error(error)
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(Text(printable(told["error"]["message"]), style="red"))
    if told["error"]["hint"]:
        console.print(Text(told["error"]["hint"]))
    if as_json:
        with suppress(OSError):  # it may be standard output that failed
            write_json(told)
    if isinstance(error, WenjuError):
        return error.exit_code
    return REFUSED if isinstance(error, OSError) else UNEXPECTED
