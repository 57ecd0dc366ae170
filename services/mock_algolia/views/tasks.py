"""Tasks: nearly every operation is done when it is acknowledged, so that waiting for it is one request."""

from __future__ import annotations

from typing import Any

from services.mock_algolia.errors import Refused
from services.mock_algolia.store import Store
from services.mock_algolia.wire.route import Call, Route


class TaskViews:
    """`/1/indexes/{index}/task/{id}` under any index name (one that was moved away or deleted too), `/1/task/{id}`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self) -> list[Route]:
        """List the operations on tasks."""
        return [
            Route("GET", "/1/indexes/<index:index>/task/<name:task_id>", "addObject", self.status),
            Route("GET", "/1/task/<name:task_id>", "editSettings", self.status),
        ]

    def status(self, call: Call, task_id: str, index: str = "") -> Any:
        """Tell whether a task is done (getTask, getAppTask)."""
        return task_status(self._store, task_id)


def task_status(store: Store, task_id: str) -> dict[str, Any]:
    """Answer for a task id as it stands in a path; raise Refused(404) for one that was never issued."""
    if not (task_id.isascii() and task_id.isdecimal()) or len(task_id) > 18:
        raise Refused("taskID must be an integer")
    if int(task_id) > store.last_task:
        raise Refused(f"taskID {task_id} does not exist", 404)
    done = store.is_published(int(task_id))
    return {"status": "published" if done else "notPublished", "pendingTask": not done}
