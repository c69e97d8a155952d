"""What the bundled model costs: texts a second, and in a process of its own, opening and memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from time import perf_counter

import numpy as np

from index.embed import bundled_folder, load_embedder
from tests.bench.figures import Figure
from tests.bench.searching import generated

__all__ = ["embedding"]

TEXTS = 10_000
BATCHES = (32, 128, 512, 2048)
RUNS = 3
# What is resident of this process, in megabytes, before and after.
OPENED = """
import os, time
import numpy, tokenizers, safetensors.numpy, scipy.sparse
from index.embed import load_embedder

def resident():
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

before, began = resident(), time.perf_counter()
embedder = load_embedder()
seconds = time.perf_counter() - began
embedder.encode_documents(["医院在周一上午开诊。", "The library is closed."] * 100)
print(seconds, resident() - before)
"""


def embedding() -> Iterator[Figure]:
    """Measure the model on generated passages, by itself and as the library reads its folder."""
    texts = generated()[:TEXTS]
    ours, library, batch = _rates(texts)
    yield Figure(
        "embedding passages of 142 characters",
        ours,
        "passages/s",
        "≥ 0.9 of the library",
        library,
        f"SentenceTransformer.encode, {batch} at a time",
    )
    run = subprocess.run([sys.executable, "-c", OPENED], check=True, capture_output=True, text=True)
    seconds, megabytes = map(float, run.stdout.split())
    yield Figure("opening the bundled model", seconds, "s", "≤ 1 s")
    yield Figure("memory of the bundled model", megabytes, "MB", "≤ 150 MB")


def _rates(texts: list[str]) -> tuple[float, float, int]:
    """Return texts a second of ours and of the library, and its best batch size.

    They take turns, so that both see the same machine.
    """
    from sentence_transformers import SentenceTransformer

    model, embedder = SentenceTransformer(str(bundled_folder()), device="cpu"), load_embedder()
    best: dict[int, float] = dict.fromkeys((0, *BATCHES), 0.0)
    for _ in range(RUNS):
        for size in best:
            began = perf_counter()
            if size:
                vectors = model.encode(texts, batch_size=size, show_progress_bar=False)
            else:
                vectors = embedder.encode_documents(texts)
            best[size] = max(best[size], len(texts) / (perf_counter() - began))
            if not np.isfinite(vectors).all():
                raise ValueError("a vector is not a number")
    ours = best.pop(0)
    batch = max(best, key=best.__getitem__)
    return ours, best[batch], batch
