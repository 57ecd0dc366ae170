"""A stand-in for Algolia: its REST API over DuckDB, ranking exactly by its documented rules.

In tests: `with AlgoliaMock() as algolia: client = SearchClientSync.create_with_config(algolia.client_config())`.
"""

from services.mock_algolia.in_process import AlgoliaMock

__all__ = ["AlgoliaMock"]
