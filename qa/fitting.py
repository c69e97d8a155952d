"""Fit the networks of `qa.evidence` to examples: which sentence of a question answers, if any.

The loss is the cross entropy of the softmax over the sentences and the case that none answers;
several sentences may be right. What the question means is narrowed to a few numbers first, or
single questions would be learned by heart. A few networks are fitted from different starts, and
their mean is kept: as one network, whose hidden units are those of all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from qa.evidence import CAP, FEW, INPUTS, Network, Weights, inputs
from qa.examples import Example

__all__ = ["Fitting", "packed"]

_UNITS = 64
_NARROW = 32  # numbers that the meaning of a question is narrowed to
_STARTS = 3
_STEPS = 4000
_BATCH = 128
_RATE = 2e-3
_WARM = 50
_DECAY = 0.01
_DROPPED, _DROPPED_MEANING = 0.2, 0.3
_LEAST_SPREAD = 0.1  # what hardly varies where it was fitted must not decide where it does
_NEVER = -1e4  # the score of what is not there


class Fitting:
    """Examples made ready to be fitted to, any part of them."""

    def __init__(self, examples: Sequence[Example]) -> None:
        """Take examples with at least one sentence each."""
        rows = [inputs(each.examined.question, each.examined.features) for each in examples]
        everything = np.concatenate(rows)
        self._mean = everything.mean(axis=0)
        self._spread = np.maximum(everything.std(axis=0), _LEAST_SPREAD)
        scaled = np.clip((everything - self._mean) / self._spread, -CAP, CAP)
        # One row more, of nothing, for the places that a short list leaves empty.
        self._rows = torch.tensor(np.vstack([scaled, np.zeros((1, len(INPUTS)), np.float32)]))
        right = np.concatenate([*(each.right for each in examples), [False]])
        self._right = torch.tensor(right)
        places = torch.split(torch.arange(len(everything)), [len(each) for each in rows])
        self._places = pad_sequence([*places], batch_first=True, padding_value=len(everything))
        self._vectors = torch.tensor(np.stack([each.examined.meaning for each in examples]))
        self._counts = np.array([each.weight for each in examples])

    def fit(self, chosen: NDArray[np.intp], threshold: float = 0.5, steps: int = _STEPS) -> Weights:
        """Return what was fitted to the examples of these numbers."""
        pairs = [self._fitted(chosen, start, steps) for start in range(_STARTS)]
        sentence = _together([[*sentence.parameters()] for sentence, _ in pairs])
        none = _together([none.folded() for _, none in pairs])
        return Weights(self._mean, self._spread, sentence, none, threshold)

    def _fitted(
        self, chosen: NDArray[np.intp], start: int, steps: int
    ) -> tuple[nn.Sequential, _Nothing]:
        torch.manual_seed(start)
        drawn = np.random.default_rng(start)
        sentence = _network(len(INPUTS))
        none = _Nothing(2 * len(INPUTS), self._vectors.shape[1])
        parameters = [*sentence.parameters(), *none.parameters()]
        optimizer = torch.optim.AdamW(parameters, lr=_RATE, weight_decay=_DECAY)
        rate = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min(1, (step + 1) / _WARM) * (1 - step / steps)
        )
        share = self._counts[chosen] / self._counts[chosen].sum()
        for _ in range(steps):
            batch = drawn.choice(chosen, _BATCH, p=share)
            loss = self._loss(batch, sentence, none)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            rate.step()
        return sentence.eval(), none.eval()

    def _loss(self, batch: NDArray[np.intp], sentence: nn.Sequential, none: _Nothing) -> Tensor:
        places = self._places[batch]
        absent = places == len(self._rows) - 1
        longest = int((~absent).sum(1).max())
        places, absent = places[:, :longest], absent[:, :longest]
        x, right = self._rows[places], self._right[places]
        scores = sentence(x).squeeze(-1).masked_fill(absent, _NEVER)
        best = scores.detach().topk(min(FEW, scores.shape[1]), dim=1).indices
        there = (~absent).gather(1, best)[..., None]
        few = x.gather(1, best[..., None].expand(-1, -1, x.shape[-1]))
        mean = (few * there).sum(1) / there.sum(1)
        most = few.masked_fill(~there, -CAP).amax(1)
        nothing = none(torch.cat([most, mean], 1), self._vectors[batch])
        every = torch.cat([scores, nothing], 1)
        answers = torch.cat([right, ~right.any(1, keepdim=True)], 1)
        wanted = every.masked_fill(~answers, _NEVER)
        return (torch.logsumexp(every, 1) - torch.logsumexp(wanted, 1)).mean()


class _Nothing(nn.Module):
    """The network that weighs the case that nothing answers."""

    def __init__(self, width: int, dimension: int) -> None:
        super().__init__()
        self._width = width
        self._scale = dimension**0.5  # of a unit row: its numbers are of about 1 then
        self._dropped = nn.Dropout(_DROPPED_MEANING)
        self._narrow = nn.Linear(dimension, _NARROW, bias=False)
        self._network = _network(width + _NARROW)

    def forward(self, x: Tensor, vectors: Tensor) -> Tensor:
        narrow = self._narrow(self._dropped(vectors * self._scale))
        nothing: Tensor = self._network(torch.cat([x, narrow], 1))
        return nothing

    def folded(self) -> list[Tensor]:
        """Return the parameters of a network that takes the vectors as they are."""
        hidden, *others = self._network.parameters()
        own, narrowed = hidden[:, : self._width], hidden[:, self._width :]
        return [torch.cat([own, narrowed @ self._narrow.weight * self._scale], 1), *others]


def _network(width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(width, _UNITS), nn.ReLU(), nn.Dropout(_DROPPED), nn.Linear(_UNITS, 1)
    )


def _together(networks: Sequence[Sequence[Tensor]]) -> Network:
    """Return the mean of networks as one."""
    parts = [[part.detach().numpy() for part in network] for network in networks]
    return Network(
        np.concatenate([hidden for hidden, _, _, _ in parts]).T.copy(),
        np.concatenate([bias for _, bias, _, _ in parts]),
        np.concatenate([output[0] / len(parts) for _, _, output, _ in parts]).astype(np.float32),
        float(np.mean([bias for _, _, _, bias in parts])),
    )


def packed(weights: Weights) -> bytes:
    """Return the content of `weights.safetensors`."""
    tensors = {"mean": weights.mean, "spread": weights.spread}
    for name, network in (("sentence", weights.sentence), ("none", weights.none)):
        tensors |= {
            f"{name}.hidden": network.hidden,
            f"{name}.hidden_bias": network.hidden_bias,
            f"{name}.output": network.output,
            f"{name}.bias": np.array([network.bias], np.float32),
        }
    return save({**tensors, "threshold": np.array([weights.threshold], np.float32)})
