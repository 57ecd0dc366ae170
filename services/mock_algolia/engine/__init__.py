"""The search engine: exact tie-break ranking over all matches, in memory; knows nothing of HTTP or storage."""

from services.mock_algolia.engine.errors import BadRequest
from services.mock_algolia.engine.index import Index
from services.mock_algolia.engine.persist import DumpRefused
from services.mock_algolia.engine.records import validate_record
from services.mock_algolia.engine.rule_shape import validate_rule
from services.mock_algolia.engine.semantic import Embedder
from services.mock_algolia.engine.settings import validate_settings
from services.mock_algolia.engine.synonyms import validate_synonym

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
