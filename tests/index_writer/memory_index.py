"""A search index in memory, that passes the same suite as the real one (`test_course_index.py`)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.index_writer.course_index import Configuration, IndexState

Json = dict[str, Any]
NOT_COPIED = ("mode", "replicas")


@dataclass
class Held:
    """What one index holds."""

    records: dict[str, Json] = field(default_factory=dict)
    settings: Json = field(default_factory=dict)
    synonyms: dict[str, Json] = field(default_factory=dict)
    rules: dict[str, Json] = field(default_factory=dict)


class MemoryIndex:
    """The `CourseIndex` port over dictionaries; `before_write` may raise, to end a run anywhere."""

    def __init__(self) -> None:
        self.held: dict[str, Held] = {}
        self.reads = 0
        self.writes = 0
        self.before_write: Callable[[str], None] = lambda _operation: None
        self.pending = 0
        self.updated_at = "2026-11-22T00:00:00.000Z"

    def indices(self) -> dict[str, IndexState]:
        self.reads += 1
        pending = self.pending > 0
        self.pending -= pending
        held = self.held.items()
        return {name: IndexState(name, len(one.records), pending, self.updated_at) for name, one in held}

    def hashes(self, name: str) -> dict[str, str | None]:
        self.reads += 1
        return {key: record.get("content_hash") for key, record in self.held[name].records.items()}

    def records(self, name: str, object_ids: Sequence[str]) -> dict[str, Json]:
        self.reads += len(object_ids)
        held = self.held[name].records
        return {key: copy.deepcopy(held[key]) for key in object_ids if key in held}

    def count(self, name: str) -> int:
        self.reads += 1
        return len(self.held[name].records)

    def configuration(self, name: str) -> Configuration:
        self.reads += 3
        held = self.held[name]
        return Configuration(
            dict(held.settings),
            tuple(held.synonyms[key] for key in sorted(held.synonyms)),
            tuple(held.rules[key] for key in sorted(held.rules)),
        )

    def batch(self, name: str, records: Sequence[Json], deleted: Sequence[str]) -> None:
        held = self._writing("batch", name, len(records) + len(deleted))
        for record in records:
            held.records[record["objectID"]] = copy.deepcopy(dict(record))
        for object_id in deleted:
            held.records.pop(object_id, None)

    def set_settings(self, name: str, settings: Mapping[str, Any]) -> None:
        self._writing("set_settings", name).settings.update(settings)

    def replace_synonyms(self, name: str, synonyms: Sequence[Json]) -> None:
        self._writing("replace_synonyms", name).synonyms = {one["objectID"]: one for one in synonyms}

    def replace_rules(self, name: str, rules: Sequence[Json]) -> None:
        self._writing("replace_rules", name).rules = {one["objectID"]: one for one in rules}

    def copy(self, source: str, target: str) -> None:
        self._count("copy")
        held = copy.deepcopy(self.held.get(source, Held()))
        for name in NOT_COPIED:
            held.settings.pop(name, None)
        self.held[target] = held

    def move(self, source: str, target: str) -> None:
        self._count("move")
        if source in self.held:
            self.held[target] = self.held.pop(source)

    def delete(self, name: str) -> None:
        self._count("delete")
        self.held.pop(name, None)

    def get(self, name: str, object_id: str) -> Json | None:
        self.reads += 1
        record = self.held[name].records.get(object_id) if name in self.held else None
        return dict(record) if record is not None else None

    def update_from(self, name: str, object_id: str, version: int, attributes: Mapping[str, Any]) -> None:
        held = self._writing("update_from", name)
        present = held.records.get(object_id)
        if (present["version"] if present else 0) == version:
            held.records[object_id] = {**(present or {"objectID": object_id}), **attributes, "version": version + 1}

    def _writing(self, operation: str, name: str, operations: int = 1) -> Held:
        self._count(operation, operations)
        return self.held.setdefault(name, Held())

    def _count(self, operation: str, operations: int = 1) -> None:
        self.before_write(operation)
        self.writes += operations
