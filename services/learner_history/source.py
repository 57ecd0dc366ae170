"""Which source of enrollments a service reads, by its settings."""

from __future__ import annotations

from collections.abc import Callable

from services.learner_history.history import LearnerHistory
from services.learner_history.openedx_history import OpenEdx, OpenEdxHistory
from services.learner_history.postgres_history import PostgresHistory
from services.learner_history.postgres_pool import PostgresPool
from services.web_edge.secrets import Secrets
from services.web_edge.settings import HistorySettings


def history_from(settings: HistorySettings, secrets: Secrets, clock: Callable[[], float]) -> LearnerHistory:
    """Build the source that the settings name; nothing is connected before the first question."""
    if settings.source == "openedx":
        client = settings.openedx_secret_id
        lms = OpenEdx(
            settings.openedx_url, secrets.reader(client, "client_id"), secrets.reader(client, "client_secret")
        )
        return OpenEdxHistory(lms, clock)
    return PostgresHistory(PostgresPool(secrets.reader(settings.database_secret_id, "url")))
