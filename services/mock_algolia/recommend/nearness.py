"""looking-similar by meaning: for an index in `mode: neuralSearch`, the vectors its engine made compare the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import orjson

from services.mock_algolia.engine.semantic.vectors import digest, text_of

Scores = dict[str, float]


class Nearness:
    """The vectors of all records of an index, ready to compare one with the rest."""

    def __init__(
        self,
        records: Mapping[str, bytes],
        attributes: Sequence[str],
        vectors: Mapping[bytes, npt.NDArray[np.float32]],
    ) -> None:
        keys = {object_id: digest(text_of(orjson.loads(body), attributes)) for object_id, body in records.items()}
        known = {object_id: vectors[key] for object_id, key in keys.items() if key in vectors}
        self._ids = list(known)
        self._places = {object_id: place for place, object_id in enumerate(self._ids)}
        self._rows = np.stack(list(known.values())) if known else np.empty((0, 1), np.float32)

    def similar(self, object_id: str) -> Scores:
        """Score all other records by the cosine of their vectors, 0 to 100; nothing if this one is unknown."""
        place = self._places.get(object_id)
        if place is None:
            return {}
        cosines = self._rows @ self._rows[place]
        return {
            other: min(100.0, 100 * float(cosine))
            for other, cosine in zip(self._ids, cosines, strict=True)
            if other != object_id and cosine > 0
        }
