"""How often a person is found whose name text recognition has read with one wrong character."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus.ingest import ingest
from corpus.ledger import Ledger
from index.embed import load_embedder
from index.search import Index
from index.sync import sync
from tests.bench.figures import Figure

__all__ = ["names"]

PEOPLE = 400
SEED = 11
K = 5


def names(folder: Path) -> Iterator[Figure]:
    """Ask for each of many people alike, with the names as written and as misread."""
    said = json.loads(Path(__file__).with_name("confusions.json").read_text("utf-8"))
    people = list(_people(said, random.Random(SEED)))
    for kind, place in (("as written", 0), ("with one wrong character", 1)):
        home = folder / kind.split()[0]
        rows = (json.dumps({"title": "", "text": text[place]}) for _, *text in people)
        home.mkdir(parents=True)
        (home / "people.jsonl").write_text("\n".join(rows), encoding="utf-8")
        first, among = _found(home, [name for name, *_ in people])
        yield Figure(f"a name {kind}: its passage is first", 100 * first, "%", "")
        yield Figure(f"a name {kind}: among the first {K}", 100 * among, "%", "≥ 90 %")


def _people(said: Mapping[str, Any], drawn: random.Random) -> Iterator[tuple[str, str, str]]:
    """Yield (name, text, text with the name misread); no two names are the same."""
    pairs: list[str] = said["pairs"]
    seen: set[str] = set()
    while len(seen) < PEOPLE:
        one, two = drawn.sample(pairs, 2)
        surname = drawn.choice(said["surnames"])
        name = surname + one[0] + two[0]
        if name in seen:
            continue
        seen.add(name)
        misread = surname + (one[1] + two[0] if drawn.random() < 0.5 else one[0] + two[1])
        place, job, deed = (drawn.choice(said[key]) for key in ("places", "jobs", "deeds"))
        text = f"{{}}是{place}卫生院的{job}，去年{deed}，受到居民好评。"
        yield name, text.format(name), text.format(misread)


def _found(home: Path, asked: list[str]) -> tuple[float, float]:
    """Return how often the right passage came first, and how often among the first K."""
    embedder = load_embedder("bundled")
    with Ledger(home / "ledger.sqlite") as ledger:
        ingest([home / "people.jsonl"], ledger)
        sync(home, ledger, embedder)
        index = Index(home, ledger, embedder)
        order = [row.id for row in ledger.articles()]
        first = among = 0
        for right, name in zip(order, asked, strict=True):
            hits = index.search(f"{name}在哪里工作？", K)
            rows = ledger.passages([hit.passage for hit in hits])
            articles = [row.article for row in rows.values()]
            first += articles[:1] == [right]
            among += right in articles
    return first / len(asked), among / len(asked)
