"""Everything that must outlive the process: one DuckDB file, one writer, and the live indexes it feeds."""

from services.mock_algolia.store.folder import FolderRefused
from services.mock_algolia.store.live import LiveIndex
from services.mock_algolia.store.store import Store
from services.mock_algolia.store.transaction import Transaction

__all__ = ["FolderRefused", "LiveIndex", "Store", "Transaction"]
