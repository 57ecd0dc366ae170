"""Algolia's REST API, as far as a sync uses it, over the index in memory: for faults that no good server shows.

What it answers is held to the same suite as the project's own mock (`test_course_index.py`).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.catalog_sync.site import Answer, Asked
from tests.index_writer.memory_index import Held, MemoryIndex

PAGE = 1000


@dataclass
class AlgoliaSite:
    """Answers requests from `memory`; `fault` may answer first, in its own way."""

    memory: MemoryIndex = field(default_factory=MemoryIndex)
    fault: Callable[[Asked], Answer | None] = lambda _asked: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, asked: Asked) -> Answer:
        with self.lock:
            return self.fault(asked) or self._answer(asked)

    def _answer(self, asked: Asked) -> Answer:
        body = json.loads(asked.body) if asked.body else {}
        parts = [unquote(part) for part in asked.path.removeprefix("/1/indexes").strip("/").split("/") if part]
        if not parts:
            states = self.memory.indices().values()
            items = [{"name": one.name, "entries": one.entries, "updatedAt": one.updated_at} for one in states]
            return Answer({"items": items, "nbPages": 1})
        name, rest = parts[0], parts[1:]
        if (name, rest) == ("*", ["objects"]):
            wanted = [(one["indexName"], one["objectID"]) for one in body["requests"]]
            return Answer({"results": [self.memory.records(name, [key]).get(key) for name, key in wanted]})
        if rest[:1] == ["task"]:
            return Answer({"status": "published", "pendingTask": False})
        if asked.method == "DELETE" or rest in (["batch"], ["operation"], ["rules", "batch"], ["synonyms", "batch"]):
            return self._write(asked.method, name, rest, body)
        if (asked.method, rest) == ("PUT", ["settings"]) or rest[1:] == ["partial"]:
            return self._write(asked.method, name, rest, body)
        if name not in self.memory.held:
            return Answer({"message": f"Index {name} does not exist", "status": 404}, 404)
        return self._read(self.memory.held[name], rest, body)

    def _read(self, held: Held, rest: list[str], body: dict[str, Any]) -> Answer:
        match rest:
            case ["browse"]:
                start, size = int(body.get("cursor", 0)), body.get("hitsPerPage", PAGE)
                records = list(held.records.values())
                page: dict[str, Any] = {"hits": records[start : start + size], "nbHits": len(records)}
                if start + size < len(records):
                    page["cursor"] = str(start + size)
                return Answer(page)
            case ["settings"]:
                return Answer(held.settings)
            case ["rules", "search"]:
                return Answer({"hits": list(held.rules.values()), "nbHits": len(held.rules)})
            case ["synonyms", "search"]:
                return Answer({"hits": list(held.synonyms.values()), "nbHits": len(held.synonyms)})
            case [object_id] if object_id in held.records:
                return Answer(held.records[object_id])
        return Answer({"message": "ObjectID does not exist", "status": 404}, 404)

    def _write(self, method: str, name: str, rest: list[str], body: Any) -> Answer:
        match rest:
            case []:
                self.memory.delete(name)
            case ["batch"]:
                requests = body["requests"]
                puts = [one["body"] for one in requests if one["action"] == "updateObject"]
                deletes = [one["body"]["objectID"] for one in requests if one["action"] == "deleteObject"]
                assert len(puts) + len(deletes) == len(requests), method
                self.memory.batch(name, puts, deletes)
            case ["operation"] if body["operation"] == "copy":
                self.memory.copy(name, body["destination"])
            case ["operation"]:
                self.memory.move(name, body["destination"])
            case ["rules", "batch"]:
                self.memory.replace_rules(name, body)
            case ["synonyms", "batch"]:
                self.memory.replace_synonyms(name, body)
            case ["settings"]:
                self.memory.set_settings(name, body)
            case [object_id, "partial"]:
                version = body.pop("version")
                assert version["_operation"] == "IncrementFrom"
                self.memory.update_from(name, object_id, version["value"], body)
        return Answer({"taskID": 1, "updatedAt": self.memory.updated_at, "deletedAt": self.memory.updated_at})
