"""Fetch a model from the hub, or say in one sentence, and soon, that it cannot be had.

A hub that does not answer must cost seconds: name look-ups have no time limit of their own, so the
first question runs in a thread that is left behind when its time is up.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import ModelUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["hub_folder", "hub_revision"]

ANSWER_SECONDS = 8.0  # a person is waiting, and the answer "no" must come in under ten
REQUEST_SECONDS = 6.0
THREE_WAYS = (
    "Three ways out: the bundled model (--model bundled); a folder with the model on this machine "
    "(--model /path/to/model); a mirror of the hub (set HF_ENDPOINT to its address)."
)
# Other frameworks' copies of the same weights.
UNUSED = ["*.h5", "*.msgpack", "*.ot", "*.gguf", "*.tflite", "*.mlmodel", "coreml/*", "imgs/*"]


def hub_folder(name: str, revision: str | None, backend: str) -> Path:
    """Return the folder of a hub model, from the cache where it is there, else downloaded.

    Raises:
        ModelUnavailable: The hub cannot be reached, or it has no such model.
    """
    import huggingface_hub as hub

    try:
        cached = Path(hub.snapshot_download(name, revision=revision, local_files_only=True))
        if (cached / "config.json").exists() or (cached / "modules.json").exists():
            return cached
    except (OSError, ValueError):
        pass  # not in the cache: ask the hub
    files = _within(lambda: _files(name, revision), name)
    try:
        return Path(
            hub.snapshot_download(name, revision=revision, ignore_patterns=_ignored(files, backend))
        )
    except Exception as error:
        raise ModelUnavailable(
            f"The download of {name} from the model hub broke off: {error}", hint=THREE_WAYS
        ) from error


def hub_revision(folder: Path) -> str:
    """Return the commit of a folder in the hub's cache, empty for any other folder."""
    return folder.name if folder.parent.name == "snapshots" else ""


def _files(name: str, revision: str | None) -> list[str]:
    import huggingface_hub as hub

    info = hub.HfApi().model_info(name, revision=revision, timeout=REQUEST_SECONDS)
    return [sibling.rfilename for sibling in info.siblings or []]


def _ignored(files: list[str], backend: str) -> list[str]:
    ignored = list(UNUSED)
    if backend != "onnx":
        ignored += ["*.onnx", "*.onnx_data", "onnx/*"]
    if backend != "openvino":
        ignored += ["openvino/*"]
    if any(file.endswith(".safetensors") for file in files):
        ignored += ["pytorch_model*.bin"]
    return ignored


def _within(ask: Callable[[], list[str]], name: str) -> list[str]:
    """Run `ask` for at most `ANSWER_SECONDS`, its failures turned into words."""
    answer: list[list[str]] = []
    failure: list[Exception] = []

    def run() -> None:
        try:
            answer.append(ask())
        except Exception as error:  # told to the user below, whatever it was
            failure.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(ANSWER_SECONDS)
    if answer:
        return answer[0]
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    if failure and isinstance(failure[0], GatedRepoError):
        message = f"The model {name} asks for a licence to be accepted on the hub first."
    elif failure and isinstance(failure[0], RepositoryNotFoundError):
        message = f"The model hub has no model named {name}."
    else:
        message = f"The model {name} is not on this machine and the model hub cannot be reached."
    raise ModelUnavailable(message, hint=THREE_WAYS) from (failure[0] if failure else None)
