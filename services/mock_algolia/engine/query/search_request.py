"""One search as it was asked: its parameters after the rules, and what it may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.language.languages import Dictionaries
from services.mock_algolia.engine.parameters.settings import Settings
from services.mock_algolia.engine.parameters.synonyms import Synonyms
from services.mock_algolia.engine.query.rules import Applied
from services.mock_algolia.engine.semantic.vectors import Embedder


@dataclass
class Asked:
    """What every step of a search goes by; with an `embedder`, meaning counts too."""

    reader: Reader
    params: Mapping[str, Any]
    synonyms: Synonyms
    dictionaries: Dictionaries
    applied: Applied
    embedder: Embedder | None = None

    @property
    def settings(self) -> Settings:
        """The settings of the index."""
        return self.reader.settings

    @property
    def relevant_sort(self) -> bool:
        """Whether this is a virtual replica's sort (no other index has one): relevant hits, by custom ranking."""
        return bool(self.settings.get("virtual"))

    def get(self, name: str) -> Any:
        """A parameter: of the search, else of the index, else the documented default."""
        return self.params.get(name, self.settings.get(name))
