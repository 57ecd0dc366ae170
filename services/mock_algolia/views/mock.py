"""What only a mock has: health, the requests it saw, a reset, refusals on demand. Not part of Algolia's API."""

from __future__ import annotations

from typing import Any

from services.mock_algolia.access.gate import KEYS
from services.mock_algolia.access.quota import RateLimit
from services.mock_algolia.store import Store, Transaction
from services.mock_algolia.views.reading import whole_number
from services.mock_algolia.wire.request_log import RequestLog
from services.mock_algolia.wire.route import Call, Route


class MockViews:
    """`/_mock/requests`, `/_mock/reset`, `/_mock/rate-limit`: the admin key only, and never from a web page.

    The dispatcher refuses what a page from elsewhere asks below `/_mock`, whatever key it carries.
    """

    def __init__(
        self, store: Store, requests: RequestLog, rate_limit: RateLimit, search_key: str | None = None
    ) -> None:
        self._store = store
        self._requests = requests
        self._rate_limit = rate_limit
        self._search_key = search_key

    def routes(self) -> list[Route]:
        """List the mock's own operations."""
        return [
            Route("GET", "/_mock/health", None, self.health),
            Route("GET", "/1/isalive", None, self.is_alive),
            Route("GET", "/_mock/requests", "admin", self.list_requests),
            Route("DELETE", "/_mock/requests", "admin", self.forget_requests),
            Route("POST", "/_mock/reset", "admin", self.reset),
            Route("POST", "/_mock/rate-limit", "admin", self.refuse_next),
        ]

    def health(self, call: None) -> Any:
        """Say that the server answers, and how many writes wait for those before them."""
        return {"status": "ok", "waiting_writes": self._store.waiting_writes}

    def is_alive(self, call: None) -> Any:
        """Say it as Algolia does."""
        return {"message": "server is alive"}

    def list_requests(self, call: Call) -> Any:
        """List the last requests, oldest first."""
        return {"requests": [entry.brief() for entry in self._requests.entries()]}

    def forget_requests(self, call: Call) -> Any:
        """Empty the list of requests."""
        self._requests.clear()
        return {"requests": []}

    def reset(self, call: Call) -> Any:
        """Remove every index, key, dictionary entry, source and event; the search key of the start stays."""
        reset(self._store, self._search_key)
        self._requests.clear()
        return {"status": "reset"}

    def refuse_next(self, call: Call) -> Any:
        """Answer 429 to the next `requests` requests, with `Retry-After: retryAfter`."""
        requests = whole_number(call.body, "requests", 1)
        retry_after = whole_number(call.body, "retryAfter", 1, low=1)
        self._rate_limit.refuse_next(requests, retry_after)
        return {"requests": requests, "retryAfter": retry_after}


def reset(store: Store, kept_key: str | None) -> None:
    """Empty a store; the search key that the server was started with stays."""

    def operation(transaction: Transaction) -> None:
        transaction.delete_all_indexes()
        for collection, documents in list(store.documents.items()):
            if collection != KEYS or kept_key not in documents:
                if documents:
                    transaction.clear_documents(collection)
                continue
            for key in documents.keys() - {kept_key}:
                transaction.delete_document(KEYS, key)
        if store.events:
            transaction.delete_events()

    store.write(operation)
