"""Fit `weights.safetensors`: how sentences are ordered, and when the best of them is an answer.

    python -m qa.calibrate DATA [--write]

DATA is a folder with the SQuAD files named below: the development half of XQuAD, CMRC 2018 trial
and DRCD dev. They are asked with half of their paragraphs left out, and what is altogether beside
them; and our own questions of corpus/samples: of calibration.jsonl, where articles and calibration
are ingested, and of each folder of collections by itself. Runs for about twenty minutes on two
cores. Never add a file that is measured on afterwards: corpus/samples/questions.jsonl is not read.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.types import Span
from index.embed import load_embedder
from index.measure import risk_coverage_area
from index.tasks import read_task
from qa.collection import add
from qa.evidence import Weights, weigh
from qa.examples import OURS, Example, examples, read_asked
from qa.extract import Excerpt, excerpts
from qa.fitting import Fitting, packed
from qa.matching import FEATURES
from qa.settings import Settings

__all__ = ["main"]

_SAMPLES = Path(__file__).parents[1] / "corpus" / "samples"
_OTHERS = ("ar", "de", "el", "en", "es", "hi", "ro", "ru", "th", "tr", "vi")
_ASKED = (
    *(f"xquad-dev.{language}" for language in ("zh", "en")),
    *(f"xquad-dev.zh:xquad-dev.{name}" for name in _OTHERS),
    *(f"xquad-dev.en:xquad-dev.{name}" for name in ("de", "zh")),
    *("cmrc2018-trial", "drcd-dev"),
    *(f"home+xquad-dev.{name}" for name in ("de", "en", "es", "ru", "zh")),
    *("home+cmrc2018-trial", "home+drcd-dev", "xquad-dev.en+cmrc2018-trial"),
)
_FOLDS = 5
# So many of the answerable questions are refused. 0.08 is wanted, and on collections that nothing
# was fitted on (the samples, scanned newspapers) up to twice as many are refused as here.
_REFUSED = 0.04


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit and report; `--write` replaces the weights."""
    parser = argparse.ArgumentParser(prog="python -m qa.calibrate")
    parser.add_argument("data", type=Path, help="the folder with the SQuAD files")
    parser.add_argument("--write", action="store_true", help="replace the weights")
    options = parser.parse_args(arguments)
    found = _examples(options.data)
    weights, report = fitted(found)
    sys.stdout.write(report + "\n")
    if options.write:
        Path(__file__).with_name("weights.safetensors").write_bytes(packed(weights))


def _examples(data: Path) -> list[Example]:
    embedder = load_embedder()
    squad = [(name, read_asked(data, name)) for name in _ASKED]
    folders = sorted((_SAMPLES / "collections").iterdir())
    collections = [
        ([_SAMPLES / "articles", _SAMPLES / "calibration"], _SAMPLES / "calibration.jsonl", squad),
        *((sorted(each.glob("*.md")), each / "questions.jsonl", []) for each in folders),
    ]
    found: list[Example] = []
    for articles, questions, others in collections:
        with tempfile.TemporaryDirectory(prefix="wenju-") as folder:
            home = Path(folder)
            add(Settings(home=home), articles)
            for name, task in [*others, (OURS, read_task(questions))]:
                found += examples(name, task, embedder, home)
                sys.stderr.write(f"{name}: {len(found)} examples\n")
    return found


@dataclass(frozen=True, slots=True)
class _Judged:
    """How sure the bot is, whether a quote holds an answer, and whether there is one."""

    sure: float
    held: bool
    answerable: bool
    group: str


def fitted(found: Sequence[Example]) -> tuple[Weights, str]:
    """Return the weights, and how well such do on questions of ours that they never saw."""
    fitting = Fitting(found)
    judged = [_judged(found[at], weights) for at, weights in _unseen(fitting, found)]
    held = [each.sure for each in judged if each.held]
    threshold = float(np.quantile(held, _REFUSED))
    weights = fitting.fit(np.arange(len(found)), threshold)
    return weights, _report(judged, threshold)


def _unseen(fitting: Fitting, found: Sequence[Example]) -> Iterator[tuple[int, Weights]]:
    """Yield the number of each question of ours, with weights from questions on other articles."""
    from sklearn.model_selection import GroupKFold

    ours = np.array([at for at, example in enumerate(found) if example.group == OURS])
    articles = [found[at].article for at in ours]
    for _, part in GroupKFold(_FOLDS).split(ours, groups=articles):
        weights = fitting.fit(np.setdiff1d(np.arange(len(found)), ours[part]))
        for at in ours[part]:
            yield int(at), weights


def _judged(example: Example, weights: Weights) -> _Judged:
    examined = example.examined
    scores, sure = weigh(examined.question, examined.features, examined.meaning, weights)
    ranking = np.argsort(-scores, kind="stable")
    chosen = excerpts(examined.sentences, scores, ranking)
    held = any(_quoted(example, excerpt) for excerpt in chosen)
    same = examined.features[ranking[0], FEATURES.index("same_script")]
    return _Judged(sure, held, example.question.answerable, "one script" if same else "across")


def _quoted(example: Example, excerpt: Excerpt) -> bool:
    def inside(span: Span) -> bool:
        return excerpt.span.start <= span.start and span.end <= excerpt.span.end

    pairs = zip(example.examined.sentences, example.right, strict=True)
    return any(
        right and sentence.article == excerpt.article and inside(sentence.span)
        for sentence, right in pairs
    )


def _report(judged: Sequence[_Judged], threshold: float) -> str:
    lines = ["questions  quoted  refused of unanswerable  of quoted  risk-coverage area"]
    for group in ("one script", "across", "all"):
        part = [each for each in judged if group in (each.group, "all")]
        shares = (
            [each.held for each in part if each.answerable],
            [each.sure < threshold for each in part if not each.answerable],
            [each.sure < threshold for each in part if each.held],
        )
        shown = "  ".join(f"{np.mean(share):.3f}" for share in shares)
        held = [each.held and each.answerable for each in part]
        area = risk_coverage_area(held, [each.sure for each in part])
        lines.append(f"{group}: {len(part)}  {shown}  {area:.3f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
