"""The search engine: exact tie-break ranking over all matches, in memory; knows nothing of HTTP or storage."""

from services.mock_algolia.engine.corpus.dump import DumpRefused
from services.mock_algolia.engine.corpus.records import validate_record
from services.mock_algolia.engine.errors import BadRequest
from services.mock_algolia.engine.index import Index
from services.mock_algolia.engine.parameters.rule_shape import validate_rule
from services.mock_algolia.engine.parameters.settings import validate_settings
from services.mock_algolia.engine.parameters.synonyms import validate_synonym
from services.mock_algolia.engine.semantic.vectors import Embedder

__all__ = [
    "BadRequest",
    "DumpRefused",
    "Embedder",
    "Index",
    "validate_record",
    "validate_rule",
    "validate_settings",
    "validate_synonym",
]
