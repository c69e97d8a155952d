"""What the tests share: the bundled model and one data folder with the samples, made once.

`samples_home` is for reading; a test that writes takes `home`, an empty folder of its own, or
`samples_copy`. The packages are imported where they are used: most tests need no model.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from filelock import FileLock

from tests.terminal import Outcome, Wenju

if TYPE_CHECKING:
    from index.types import Embedder
    from qa.bot import Bot
    from qa.settings import Settings

Once: TypeAlias = Callable[[str, Callable[[Path], None]], Path]
SAMPLES = Path(__file__).parent.parent / "corpus" / "samples" / "articles"

# A test sees the defaults, whatever is set where it runs; and no hub is ever asked.
for name in [name for name in os.environ if name.startswith("WENJU_")]:
    del os.environ[name]
os.environ["HF_HUB_OFFLINE"] = "1"
# A shell that runs the tests in the background has Ctrl-C ignored by all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The bundled model, loaded once."""
    from index.embed import load_embedder

    return load_embedder("bundled")


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Have a folder filled by the first process of a run that needs it; the others wait."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def once(name: str, fill: Callable[[Path], None]) -> Path:
        folder = shared / name
        with FileLock(shared / f"{name}.lock"):
            if not folder.exists():
                folder.mkdir()
                fill(folder)
        return folder

    return once


@pytest.fixture(scope="session")
def samples_home(embedder: Embedder, once: Once) -> Path:
    """A data folder with the samples indexed. Only for reading."""

    def fill(home: Path) -> None:
        from corpus.ingest import ingest
        from corpus.ledger import Ledger
        from index.sync import sync

        with Ledger(home / "ledger.sqlite") as ledger:
            report = ingest([SAMPLES], ledger)
            assert not report.failed
            sync(home, ledger, embedder)

    return once("samples", fill)


@pytest.fixture
def samples_copy(samples_home: Path, tmp_path: Path) -> Path:
    """A copy of the samples' data folder that a test may change."""
    return Path(shutil.copytree(samples_home, tmp_path / "copy"))


@pytest.fixture(scope="session")
def settings(samples_home: Path) -> Settings:
    """The default settings on the samples."""
    from qa.settings import Settings

    return Settings(home=samples_home)


@pytest.fixture(scope="session")
def bot(settings: Settings) -> Iterator[Bot]:
    """The bot over the samples."""
    from qa.bot import Bot

    with Bot.open(settings) as opened:
        yield opened


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The place of a data folder that does not exist yet."""
    return tmp_path / "home"


@pytest.fixture
def wenju(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Wenju:
    """The command line, run in this process."""
    from qa.cli.command import run

    def wenju(*arguments: str, home: Path | None = None, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        code = run([*arguments, *(["--home", str(home)] if home else [])])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Outcome(code, said.out, said.err)

    return wenju
