"""Fit the linear model of turns' kinds: multinomial logistic regression (L-BFGS) with a penalty on its weights."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from services.advisor.dialogue.turn_kinds import Model

PENALTY, ROUNDS, LEAST_TURNS, LEAST_WEIGHT = 2.0, 200, 3, 0.02
"""A feature is learnt from that three turns have, and written where it says something."""
KINDS = ("search", "refine", "widen", "more", "back", "correct", "about", "compare", "which", "path", "history", "next",
         "vague", "cannot", "small_talk")  # fmt: skip


class Fitted:
    """A model fitted to turns' features and kinds."""

    def __init__(self, features: Sequence[dict[str, float]], kinds: Sequence[str]) -> None:
        seen = Counter(name for one in features for name in one)
        self._places = {name: at for at, name in enumerate(sorted(name for name in seen if seen[name] >= LEAST_TURNS))}
        wanted = np.array([KINDS.index(kind) for kind in kinds])
        self._weights = _fit(self._laid(features), wanted)

    def _laid(self, features: Sequence[dict[str, float]]) -> npt.NDArray[np.float64]:
        laid = np.zeros((len(features), len(self._places) + 1))
        laid[:, -1] = 1
        for row, one in zip(laid, features, strict=True):
            for name, value in one.items():
                if name in self._places:
                    row[self._places[name]] = value
        return laid

    def written(self) -> dict[str, Any]:
        """Give what `services.advisor.dialogue.turn_kinds` reads."""
        rows = {name: self._weights[at] for name, at in self._places.items()}
        return {
            "kinds": KINDS,
            "bias": _rounded(self._weights[-1]),
            "weights": {name: _rounded(row) for name, row in rows.items() if np.abs(row).max() > LEAST_WEIGHT},
        }

    def model(self) -> Model:
        """Give the model as it is once written."""
        told = self.written()
        return Model(told["kinds"], tuple(told["bias"]), told["weights"])


def to_json(written: dict[str, Any]) -> str:
    """Write a model, a feature a line, so that a change of it can be read."""
    lines = (f"{json.dumps(name)}: {json.dumps(row)}" for name, row in written["weights"].items())
    head = f'"kinds": {json.dumps(written["kinds"])},\n"bias": {json.dumps(written["bias"])},\n"weights": {{\n'
    return "{\n" + head + ",\n".join(lines) + "\n}\n}\n"


def _rounded(row: npt.NDArray[np.float64]) -> list[float]:
    return [round(float(value), 3) for value in row]


def _fit(laid: npt.NDArray[np.float64], wanted: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    one_hot = np.eye(len(KINDS))[wanted]

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = flat.reshape(laid.shape[1], len(KINDS))
        scores = laid @ weights
        scores -= scores.max(1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(1, keepdims=True))
        slope = laid.T @ (np.exp(logs) - one_hot) + 2 * PENALTY * weights
        return float(-(logs * one_hot).sum() + PENALTY * (weights**2).sum()), slope.ravel()

    start = np.zeros(laid.shape[1] * len(KINDS))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS})
    return np.asarray(found.x, np.float64).reshape(-1, len(KINDS))
