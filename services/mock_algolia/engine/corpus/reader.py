"""What one search reads: a snapshot, its columns cut to the snapshot's length, and what is known beside the records."""

from __future__ import annotations

from threading import Lock

import numpy as np

from services.mock_algolia.engine.arrays import Floats, Ints
from services.mock_algolia.engine.corpus.columns import FacetColumn, FacetView, GeoColumn, NumberColumn, SortColumn
from services.mock_algolia.engine.corpus.corpus import Snapshot
from services.mock_algolia.engine.language.languages import Dictionaries
from services.mock_algolia.engine.parameters.settings import Settings
from services.mock_algolia.engine.parameters.synonyms import Synonyms
from services.mock_algolia.engine.semantic.vectors import Embedder


class Reader:
    """Columns for a snapshot; the first use of an attribute builds its column under the index's lock."""

    def __init__(
        self,
        snapshot: Snapshot,
        lock: Lock,
        synonyms: Synonyms,
        dictionaries: Dictionaries,
        embedder: Embedder | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.slots = snapshot.slots
        self.settings: Settings = snapshot.settings
        self.synonyms = synonyms
        self.dictionaries = dictionaries
        self.embedder = embedder
        """What places a query among the vectors; None: a search goes by keywords alone."""
        self._lock = lock

    def with_meaning(self, snapshot: Snapshot, embedder: Embedder | None) -> Reader:
        """Read the same with vectors: a snapshot that has them, and what places a query among them."""
        return Reader(snapshot, self._lock, self.synonyms, self.dictionaries, embedder)

    def facet(self, name: str) -> FacetView:
        """Read a facet's entries."""
        with self._lock:
            column = self.snapshot.corpus.column("facet", name)
            assert isinstance(column, FacetColumn)  # noqa: S101 - tells the type checker what "facet" makes
            view = column.view()
        if len(view.slots) and view.slots[-1] >= self.slots:
            end = int(np.searchsorted(view.slots, self.slots))
            return FacetView(view.slots[:end], view.starts, view.ordinals[:end], *view[3:])
        return view

    def numbers(self, name: str) -> tuple[Ints, Floats]:
        """Read a number attribute's entries."""
        with self._lock:
            column = self.snapshot.corpus.column("number", name)
            assert isinstance(column, NumberColumn)  # noqa: S101 - tells the type checker what "number" makes
            slots, numbers = column.view()
        end = int(np.searchsorted(slots, self.slots))
        return slots[:end], numbers[:end]

    def geo(self) -> tuple[Ints, Floats, Floats]:
        """Read the places."""
        with self._lock:
            column = self.snapshot.corpus.column("geo", "_geoloc")
            assert isinstance(column, GeoColumn)  # noqa: S101 - tells the type checker what "geo" makes
            slots, latitudes, longitudes = column.view()
        end = int(np.searchsorted(slots, self.slots))
        return slots[:end], latitudes[:end], longitudes[:end]

    def sort_keys(self, name: str, kind: str = "sort") -> Floats:
        """Read a key per slot, nan where the attribute is missing: to `sort` by, or whole, to `group` by."""
        with self._lock:
            column = self.snapshot.corpus.column(kind, name)
            assert isinstance(column, SortColumn)  # noqa: S101 - tells the type checker what "sort" makes
            return column.view()[: self.slots]
