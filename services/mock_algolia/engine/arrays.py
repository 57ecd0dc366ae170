"""Growable arrays: append-only, so that a view taken by a reader never changes under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.signedinteger[Any]]
Longs = npt.NDArray[np.signedinteger[Any]]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Growable:
    """An append-only array; `view()` is a snapshot that later appends leave alone."""

    def __init__(self, dtype: Any, initial: npt.NDArray[Any] | None = None, width: int = 0) -> None:
        shape = (16, width) if width else 16
        self._data: npt.NDArray[Any] = np.empty(shape, dtype)
        self.size = 0
        if initial is not None:
            self._data = initial
            self.size = len(initial)

    def extend(self, values: npt.NDArray[Any]) -> None:
        """Append many values."""
        end = self.size + len(values)
        if end > len(self._data):
            grown = np.empty((max(end, len(self._data) * 2), *self._data.shape[1:]), self._data.dtype)
            grown[: self.size] = self._data[: self.size]
            self._data = grown
        self._data[self.size : end] = values
        self.size = end

    def append(self, value: Any) -> None:
        """Append one value."""
        if self.size == len(self._data):
            self.extend(np.array([value], self._data.dtype))
        else:
            self._data[self.size] = value
            self.size += 1

    def put(self, at: Sequence[int], values: npt.NDArray[Any]) -> None:
        """Replace values, also under the views that were given out."""
        self._data[np.asarray(at, np.int64)] = values

    def view(self) -> npt.NDArray[Any]:
        """Show what is there now."""
        return self._data[: self.size]
