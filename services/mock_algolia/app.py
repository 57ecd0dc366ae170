"""The composition root: settings become a store, a gate, views, and one WSGI application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from time import time
from typing import TYPE_CHECKING, Any

from services.mock_algolia.access.fair_share import FairShare
from services.mock_algolia.access.gate import KEYS, Gate
from services.mock_algolia.access.quota import RateLimit
from services.mock_algolia.engine.semantic.models import load_embedder
from services.mock_algolia.settings import Settings
from services.mock_algolia.store import Store, Transaction
from services.mock_algolia.store.loading import FreshEngine
from services.mock_algolia.views.dashboard_page import DashboardViews
from services.mock_algolia.views.dictionaries import DictionaryViews
from services.mock_algolia.views.elsewhere import ElsewhereViews
from services.mock_algolia.views.explaining import ExplainViews
from services.mock_algolia.views.indices import IndexViews
from services.mock_algolia.views.insights import InsightsViews
from services.mock_algolia.views.keys import KeyViews
from services.mock_algolia.views.logs import LogViews
from services.mock_algolia.views.mock import MockViews
from services.mock_algolia.views.objects import ObjectViews
from services.mock_algolia.views.recommend import RecommendViews
from services.mock_algolia.views.recommend_rules import RecommendRuleViews
from services.mock_algolia.views.search import SearchViews
from services.mock_algolia.views.settings import SettingsViews
from services.mock_algolia.views.synonyms import RuleViews, SynonymViews
from services.mock_algolia.views.tasks import TaskViews
from services.mock_algolia.wire.dispatch import Dispatcher
from services.mock_algolia.wire.request_log import RequestLog

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@dataclass(frozen=True)
class Application:
    """A running mock without its socket."""

    wsgi: WSGIApplication
    store: Store
    requests: RequestLog
    rate_limit: RateLimit


def create_app(
    settings: Settings, clock: Callable[[], float] = time, tell_route: Callable[[str], None] = lambda _: None
) -> Application:
    """Make the application. Raises FolderRefused if the data folder cannot be used."""
    embedder = load_embedder() if settings.semantic else None
    store = Store(settings.data, FreshEngine(embedder))
    if embedder and any(live.settings.get("mode") == "neuralSearch" for live in store.catalog.values()):
        # Loading the models takes two seconds: beside the start, rather than within the first question.
        Thread(target=embedder.embed, args=(["a first text"],), name="mock-algolia-models", daemon=True).start()
    requests = RequestLog()
    rate_limit = RateLimit(clock, settings.rate_limit)
    gate = Gate(settings.app_id, settings.admin_key, store.documents, clock)
    if settings.search_key:
        add_search_key(store, settings.search_key, int(clock()))
    dispatcher = Dispatcher(gate, rate_limit, FairShare(settings.threads), requests, tell_route)
    for views in (
        ObjectViews(store),
        SearchViews(store),
        SettingsViews(store),
        SynonymViews(store),
        RuleViews(store),
        IndexViews(store),
        TaskViews(store),
        KeyViews(store, settings.admin_key, clock),
        LogViews(requests),
        DictionaryViews(store),
        InsightsViews(store, clock),
        RecommendViews(store),
        RecommendRuleViews(store),
        ElsewhereViews(),
        MockViews(store, requests, rate_limit, settings.search_key),
        ExplainViews(store),
        DashboardViews(settings.app_id),
    ):
        dispatcher.add(views.routes())
    return Application(dispatcher, store, requests, rate_limit)


def add_search_key(store: Store, key: str, now: int) -> None:
    """Make sure that a search-only key exists."""
    if key in store.documents.get(KEYS, {}):
        return
    body: dict[str, Any] = {
        "value": key,
        "createdAt": now * 1000,
        "acl": ["search"],
        "description": "Search-only API key",
    }

    def operation(transaction: Transaction) -> None:
        transaction.save_document(KEYS, key, body)

    store.write(operation)
