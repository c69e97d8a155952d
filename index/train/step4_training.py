"""Step 4: train the rows on both losses (5 minutes for 3,300 steps)."""

from __future__ import annotations

import logging
import time
from collections import defaultdict

import numpy as np
import torch

from index.train.batches import Batch, Sampler
from index.train.losses import Side, late_loss, mean_loss
from index.types import Vectors

__all__ = ["halfway", "train"]

RATE = 0.005
WARM_UP = 100
LATE_SHARE = 0.45  # of the steps
MEAN_IN_LATE = 0.5  # weight of the loss over means in those
SCALE = 20.0
MOMENTUM, SECOND_MOMENTUM = 0.9, 0.999
REPORTED = 500

log = logging.getLogger(__name__)


@torch.no_grad()  # the gradients are written out
def train(vectors: Vectors, sampler: Sampler, steps: int, seed: int) -> Vectors:
    """Return the rows after so many steps; their lengths are halfway from those of the start.

    The rate of learning rises, then falls to 0 in a line.
    """
    random = np.random.default_rng(seed)
    rows = Rows(vectors)
    losses: dict[str, list[float]] = defaultdict(list)
    began = time.monotonic()
    for step in range(1, steps + 1):
        late = random.random() < LATE_SHARE
        batch = sampler.late_batch() if late else sampler.mean_batch()
        if len(batch.one.offsets) == 1:
            continue  # very little data, and chance left nothing of the queries
        rate = RATE * min(1, step / WARM_UP) * (1 - (step - 1) / steps)
        losses[("late " if late else "") + batch.source].append(rows.step(batch, late, rate, step))
        if step % REPORTED == 0 or step == steps:
            means = {name: round(float(np.mean(own[-50:])), 3) for name, own in losses.items()}
            log.info("step %d, %.0f s: %s", step, time.monotonic() - began, means)
    return halfway(vectors, rows.vectors.numpy())


def halfway(start: Vectors, trained: Vectors) -> Vectors:
    """Return trained rows (v, d), as long as the geometric mean of what they were and are.

    Training draws out the words that its sentences turn on; the start knows how rare a word is.
    """
    was, now = (np.linalg.norm(rows, axis=1, keepdims=True) for rows in (start, trained))
    between: Vectors = trained * np.sqrt(was / np.maximum(now, 1e-9))
    return between


class Rows:
    """The rows and what Adam remembers of them; only the rows of a batch are touched."""

    def __init__(self, vectors: Vectors) -> None:
        """Start from vectors (v, d)."""
        self.vectors = torch.from_numpy(vectors.copy())
        self._momentum = torch.zeros_like(self.vectors)
        # One second moment a row, as all its columns see the same number of gradients.
        self._second = torch.zeros(len(vectors))

    def step(self, batch: Batch, late: bool, rate: float, step: int) -> float:
        """Take one step down the gradient of a batch; return its loss."""
        used, numbers = np.unique(
            np.concatenate([batch.one.rows, batch.other.rows]), return_inverse=True
        )
        cut = len(batch.one.rows)
        one = Side(numbers[:cut], batch.one.offsets)
        other = Side(numbers[cut:], batch.other.offsets)
        places = torch.from_numpy(used)
        vectors = self.vectors[places]
        if late:
            loss, gradient = late_loss(vectors, one, other, SCALE)
            gradient += MEAN_IN_LATE * mean_loss(vectors, one, other, SCALE)[1]
        else:
            loss, gradient = mean_loss(vectors, one, other, SCALE)
        momentum = self._momentum[places].mul_(MOMENTUM).add_(gradient, alpha=1 - MOMENTUM)
        second = self._second[places] * SECOND_MOMENTUM
        second += (1 - SECOND_MOMENTUM) * gradient.square().mean(1)
        self._momentum[places], self._second[places] = momentum, second
        size = (second / (1 - SECOND_MOMENTUM**step)).sqrt() + 1e-10
        move = momentum * (rate / (1 - MOMENTUM**step) / size)[:, None]
        self.vectors[places] = vectors - move
        return loss
