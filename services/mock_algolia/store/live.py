"""Live indexes: what is in memory, ready to answer. Only the writer changes them; readers take what they find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.mock_algolia.engine import Index

Body = dict[str, Any]


@dataclass
class LiveIndex:
    """One index: its own settings, synonyms and rules, its records (a replica shares its primary's), its engine."""

    id: int
    created_at: str
    updated_at: str
    settings: Body = field(default_factory=dict)
    synonyms: dict[str, Body] = field(default_factory=dict)
    rules: dict[str, Body] = field(default_factory=dict)
    records: dict[str, bytes] = field(default_factory=dict)
    """JSON of each record by objectID, in the order in which they first came."""
    data_size: int = 0
    main: str | None = None
    """Name of the primary, if this is a replica."""
    is_virtual: bool = False
    unsaved: int = 0
    """Records written since its snapshot."""
    version: int = 0
    """The task that last changed it."""
    _engine: Index | None = None

    @property
    def engine(self) -> Index:
        """The searchable form of the index."""
        if self._engine is None:
            raise RuntimeError("the index was read before it was built")
        return self._engine

    @engine.setter
    def engine(self, engine: Index) -> None:
        self._engine = engine

    def effective_settings(self, catalog: Catalog) -> Body:
        """Tell the settings it is searched with: a virtual replica adds its own few to its primary's."""
        if not self.is_virtual or self.main is None or self.main not in catalog:
            return self.settings
        inherited = {k: v for k, v in catalog[self.main].settings.items() if k != "replicas"}
        return {**inherited, **self.settings}

    def engine_settings(self, catalog: Catalog) -> Body:
        """Tell what the engine is given: a virtual replica with a custom ranking of its own sorts by relevant sort."""
        settings = self.effective_settings(catalog)
        return {**settings, "virtual": True} if self.is_virtual and self.settings.get("customRanking") else settings


Catalog = Mapping[str, LiveIndex]
"""All indexes by name; replaced whole by the writer, so a reader's catalog never changes under it."""
