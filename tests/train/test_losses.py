"""The hand-written gradients against finite sums and autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy, normalize

from index.train import losses
from index.train.losses import Side, late_loss, mean_loss

ONE = Side(np.array([0, 1, 2, 2, 3]), np.array([0, 2, 3, 5]))
OTHER = Side(np.array([4, 5, 0, 6, 7, 1]), np.array([0, 1, 4, 6]))
SCALE = 5.0


@pytest.fixture
def vectors(monkeypatch: pytest.MonkeyPatch) -> torch.Tensor:
    """Rows whose products are taken in float32, so that they can be compared."""
    monkeypatch.setattr(losses, "PRODUCTS", torch.float32)
    torch.manual_seed(0)
    return torch.randn(8, 6)


def texts(rows: torch.Tensor, side: Side) -> list[torch.Tensor]:
    bounds = zip(side.offsets[:-1], side.offsets[1:], strict=True)
    return [rows[torch.from_numpy(side.rows[start:end])] for start, end in bounds]


def test_mean_loss_is_the_symmetric_softmax(vectors: torch.Tensor) -> None:
    rows = vectors.clone().requires_grad_()
    one, other = (
        normalize(torch.stack([text.mean(0) for text in texts(rows, side)]))
        for side in (ONE, OTHER)
    )
    right = torch.arange(3)
    logits = SCALE * one @ other.T
    expected = (cross_entropy(logits, right) + cross_entropy(logits.T, right)) / 2
    torch.autograd.backward(expected)
    loss, gradient = mean_loss(vectors, ONE, OTHER, SCALE)
    assert loss == pytest.approx(expected.item(), abs=1e-5)
    torch.testing.assert_close(gradient, rows.grad, atol=1e-5, rtol=1e-4)


def late_by_autograd(rows: torch.Tensor) -> torch.Tensor:
    documents = texts(rows, OTHER)
    logits = []
    for query in texts(rows, ONE):
        best = torch.stack(
            [(normalize(query) @ normalize(text).T).max(1).values for text in documents]
        ).clamp_min(0)
        rarity = -torch.log(best.detach().mean(0).clamp(1e-4, 0.999))
        weights = query.norm(dim=1) * rarity
        logits.append((weights * best**2).sum(1) / weights.sum())
    return cross_entropy(SCALE * torch.stack(logits), torch.arange(3))


def test_late_loss_is_the_softmax_of_late_scores(vectors: torch.Tensor) -> None:
    rows = vectors.clone().requires_grad_()
    expected = late_by_autograd(rows)
    torch.autograd.backward(expected)
    loss, gradient = late_loss(vectors, ONE, OTHER, SCALE)
    assert loss == pytest.approx(expected.item(), abs=1e-5)
    torch.testing.assert_close(gradient, rows.grad, atol=1e-5, rtol=1e-4)
