"""`wenju status`, `rebuild` and `models`: what is stored, and what the index is built with."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from qa.cli.edge import write_json
from qa.cli.options import HomeOption, JsonOption, open_ledger, settings_of, words_of

if TYPE_CHECKING:
    from qa.settings import Settings

__all__ = ["models", "rebuild", "status"]


def status(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Say what is stored, and what built the index."""
    from index.manifest import read_manifest

    settings = settings_of(home)
    with open_ledger(settings) as ledger:
        counts = asdict(ledger.counts())
        languages, problems = ledger.languages(), ledger.check()
    manifest = read_manifest(settings.home)
    state: dict[str, Any] = {
        "home": str(settings.home.resolve()),
        **counts,
        "languages": languages,
        "problems": problems,
        "bytes": sum(path.stat().st_size for path in settings.home.rglob("*") if path.is_file()),
        "index": asdict(manifest) if manifest else None,
    }
    if as_json:
        write_json(state)
        return
    words = words_of(settings)
    built = state["index"] or {"model": {"name": "—", "revision": ""}, "factory": "—"}
    lines = {
        "home": state["home"],
        "article_count": state["articles"],
        "language": ", ".join(f"{name or '?'} {count}" for name, count in languages.items()),
        "passage_count": state["passages"],
        "pending": state["pending"] + state["removed"],
        "model": f"{built['model']['name']} {built['model']['revision']}".strip(),
        "faiss": built["factory"],
        "size": f"{state['bytes'] / 1e6:.1f} MB",
        "problems": "; ".join(problems) or "—",
    }
    sys.stdout.writelines(f"{words[key]}: {value}\n" for key, value in lines.items())


def rebuild(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Build the index again from the stored articles, with the model of the settings."""
    from qa.cli.progress import progress
    from qa.collection import rebuild

    settings = settings_of(home)
    open_ledger(settings).close()
    words = words_of(settings)
    with progress(words) as (reading, indexing):
        report = rebuild(settings, reading, indexing)
    if as_json:
        write_json(asdict(report))
    else:
        sys.stdout.write(f"{report.passages} {words['passage_count']}\n")


def models(as_json: JsonOption = False) -> None:
    """List the embedding models that are known, and which of them are on this machine."""
    settings = settings_of(None)
    rows = listed(settings)
    if as_json:
        write_json(rows)
        return
    from qa.render import screen, table

    words = words_of(settings)
    heads = [words[key] for key in ("model", "on_disk", "language", "note")]
    lines = (
        (
            f"{row['name']}{' *' if row['chosen'] else ''}",
            f"{row['bytes'] / 1e6:.0f} MB" if row["bytes"] else "",
            row["languages"],
            row["note"],
        )
        for row in rows
    )
    screen().print(table(heads, lines))


def listed(settings: Settings) -> list[dict[str, Any]]:
    """Return the known models and those on disk, each once, the known first."""
    from index.models import known_models, models_on_disk

    here = {model.name: model for model in models_on_disk()}
    known = {model.name: model for model in known_models()}
    names = dict.fromkeys([*known, *here, settings.model])
    return [
        {
            "name": name,
            "chosen": name == settings.model,
            "languages": known[name].languages if name in known else "",
            "note": known[name].note[settings.language or "en"] if name in known else "",
            "path": str(here[name].path) if name in here else None,
            "bytes": here[name].size if name in here else None,
        }
        for name in names
    ]
