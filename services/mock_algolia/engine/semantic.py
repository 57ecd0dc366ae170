"""The semantic leg: texts as vectors. Algolia embeds on its side; here a local model stands in for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """Identifies the model; vectors of different names must not be mixed."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text."""
