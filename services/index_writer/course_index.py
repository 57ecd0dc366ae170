"""The course index on Algolia, step by step: each method is one documented operation, finished when it returns.

`reads` and `writes` count operations as Algolia does: a batch is as many as it has records, every other request is one
(https://support.algolia.com/hc/en-us/articles/4406981829777). Asking whether a task is done is not an operation.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from algoliasearch.http.api_response import ApiResponse

from services.index_writer.algolia_client import IndexRefused, IndexUnavailable, IndexUnreadable
from services.index_writer.operations import Operations

Json = dict[str, Any]
BROWSE_PAGE = 1000
TASK_PATIENCE_SECONDS = 2_700.0


@dataclass(frozen=True, slots=True)
class IndexState:
    """What Algolia says of one index in its list."""

    name: str
    entries: int
    pending: bool
    updated_at: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """How an index searches. Synonyms and rules are in the order of their ids."""

    settings: Json
    synonyms: tuple[Json, ...]
    rules: tuple[Json, ...]


class CourseIndex(Protocol):
    """What a sync asks of a search index; the memory of the tests and Algolia pass one suite."""

    reads: int
    writes: int

    def indices(self) -> dict[str, IndexState]:
        """List every index of the application, by name."""

    def hashes(self, name: str) -> dict[str, str | None]:
        """Read every record's `content_hash` by its id; None where it has none. The index exists."""

    def records(self, name: str, object_ids: Sequence[str]) -> dict[str, Json]:
        """Read these records whole, by id; those that are missing are left out. The index exists."""

    def count(self, name: str) -> int:
        """Count the records of an index that exists."""

    def configuration(self, name: str) -> Configuration:
        """Read the settings, synonyms and rules of an index that exists."""

    def batch(self, name: str, records: Sequence[Json], deleted: Sequence[str]) -> None:
        """Put whole records and delete others in one atomic task; creates the index."""

    def set_settings(self, name: str, settings: Mapping[str, Any]) -> None:
        """Set the settings given, and leave others; creates the index."""

    def replace_synonyms(self, name: str, synonyms: Sequence[Json]) -> None:
        """Make these all the synonyms, in one atomic task."""

    def replace_rules(self, name: str, rules: Sequence[Json]) -> None:
        """Make these all the rules, in one atomic task."""

    def copy(self, source: str, target: str) -> None:
        """Copy an index with all it has, but for its mode (Algolia does not copy that)."""

    def move(self, source: str, target: str) -> None:
        """Rename an index over another, atomically; nothing happens where the source is missing."""

    def delete(self, name: str) -> None:
        """Delete an index; nothing happens where it is missing."""

    def get(self, name: str, object_id: str) -> Json | None:
        """Read one record; None where it, or the index, is missing."""

    def update_from(self, name: str, object_id: str, version: int, attributes: Mapping[str, Any]) -> None:
        """Set attributes and raise `version` by one, only if it is `version` now (0: the record is created)."""


class AlgoliaIndex:
    """The port above on Algolia. Raises IndexRefused and IndexUnavailable."""

    def __init__(self, operations: Operations, sleep: Callable[[float], None] = time.sleep) -> None:
        self._operations = operations
        self._sleep = sleep
        self.reads = 0
        self.writes = 0

    def indices(self) -> dict[str, IndexState]:
        self.reads += 1
        with _documented("a list of indices", self._operations.list_indices()) as answer:
            states = (
                IndexState(
                    name=str(item["name"]),
                    entries=int(item.get("entries", 0)),
                    pending=bool(item.get("pendingTask", False)),
                    updated_at=str(item.get("updatedAt", "")),
                )
                for item in answer["items"]
            )
            return {state.name: state for state in states}

    def hashes(self, name: str) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        query: Json = {"attributesToRetrieve": ["content_hash"], "hitsPerPage": BROWSE_PAGE}
        while True:
            self.reads += 1
            with _documented("a page of records", self._operations.browse(name, query)) as page:
                found.update((str(hit["objectID"]), hit.get("content_hash")) for hit in page["hits"])
                following = page.get("cursor")
            if not following:
                return found
            query = {"cursor": following}

    def records(self, name: str, object_ids: Sequence[str]) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for start in range(0, len(object_ids), BROWSE_PAGE):
            wanted = object_ids[start : start + BROWSE_PAGE]
            self.reads += len(wanted)
            requests = [{"indexName": name, "objectID": object_id} for object_id in wanted]
            with _documented("records", self._operations.get_objects(requests)) as answer:
                found.update((str(one["objectID"]), dict(one)) for one in answer["results"] if one is not None)
        return found

    def count(self, name: str) -> int:
        self.reads += 1
        query = {"attributesToRetrieve": ["objectID"], "hitsPerPage": 1}
        with _documented("a page of records", self._operations.browse(name, query)) as page:
            return int(page["nbHits"])

    def configuration(self, name: str) -> Configuration:
        self.reads += 1
        with _documented("settings", self._operations.get_settings(name)) as answer:
            settings = dict(answer.items())
        synonyms = self._all(lambda page: self._operations.search_synonyms(name, page))
        rules = self._all(lambda page: self._operations.search_rules(name, page))
        return Configuration(settings, synonyms, rules)

    def batch(self, name: str, records: Sequence[Json], deleted: Sequence[str]) -> None:
        requests = [{"action": "updateObject", "body": record} for record in records]
        requests += [{"action": "deleteObject", "body": {"objectID": object_id}} for object_id in deleted]
        self.writes += len(requests)
        self._done(name, self._operations.batch(name, requests))

    def set_settings(self, name: str, settings: Mapping[str, Any]) -> None:
        self.writes += 1
        self._done(name, self._operations.set_settings(name, dict(settings)))

    def replace_synonyms(self, name: str, synonyms: Sequence[Json]) -> None:
        self.writes += 1
        self._done(name, self._operations.replace_synonyms(name, list(synonyms)))

    def replace_rules(self, name: str, rules: Sequence[Json]) -> None:
        self.writes += 1
        self._done(name, self._operations.replace_rules(name, list(rules)))

    def copy(self, source: str, target: str) -> None:
        self._operation(source, {"operation": "copy", "destination": target})

    def move(self, source: str, target: str) -> None:
        self._operation(source, {"operation": "move", "destination": target})

    def delete(self, name: str) -> None:
        self.writes += 1
        self._done(name, self._operations.delete_index(name))

    def get(self, name: str, object_id: str) -> Json | None:
        self.reads += 1
        try:
            found = self._operations.get_object(name, object_id)
        except IndexRefused as error:
            if error.status == 404:
                return None
            raise
        with _documented("a record", found) as record:
            return dict(record.items())

    def update_from(self, name: str, object_id: str, version: int, attributes: Mapping[str, Any]) -> None:
        self.writes += 1
        change = {**attributes, "version": {"_operation": "IncrementFrom", "value": version}}
        self._done(name, self._operations.partial_update_object(name, object_id, change))

    def _operation(self, source: str, operation: Json) -> None:
        self.writes += 1
        answer = self._operations.operation_index(source, operation)
        # The task of a move is known under the name that stays.
        self._done(str(operation["destination"]), answer)

    def _all(self, search: Callable[[Json], ApiResponse[str]]) -> tuple[Json, ...]:
        found: list[Json] = []
        page = 0
        while True:
            self.reads += 1
            request = search({"query": "", "page": page, "hitsPerPage": BROWSE_PAGE})
            with _documented("a page of synonyms or rules", request) as answer:
                found += answer["hits"]
                if not answer["hits"] or len(found) >= int(answer["nbHits"]):
                    return tuple(sorted(map(_bare, found), key=lambda item: str(item["objectID"])))
            page += 1

    def _done(self, name: str, answer: ApiResponse[str]) -> None:
        """Wait until the task is published: from then on every reader sees it."""
        with _documented("the number of a task", answer) as accepted:
            task = int(accepted["taskID"])
        waited, wait = 0.0, 0.05
        while not self._is_published(name, task):
            if waited >= TASK_PATIENCE_SECONDS:
                raise IndexUnavailable(f"task {task} on {name} is not done after {waited:.0f} s")
            self._sleep(wait)
            waited, wait = waited + wait, min(wait * 1.5, 1.0)

    def _is_published(self, name: str, task: int) -> bool:
        with _documented("the state of a task", self._operations.get_task(name, task)) as state:
            return bool(state["status"] == "published")


def chunks_of(records: Iterable[Json], max_records: int, max_bytes: int) -> Iterator[list[Json]]:
    """Divide records, in order, so that no part has more than `max_records` or (by itself) `max_bytes` of JSON."""
    part: list[Json] = []
    size = 0
    for record in records:
        weight = len(json.dumps(record, ensure_ascii=False).encode())
        if part and (len(part) >= max_records or size + weight > max_bytes):
            yield part
            part, size = [], 0
        part.append(record)
        size += weight
    if part:
        yield part


@contextlib.contextmanager
def _documented(expected: str, answer: ApiResponse[str]) -> Iterator[Any]:
    """Decode an answer for the block that reads it. Raises IndexUnreadable where the block finds another form."""
    try:
        yield json.loads(answer.raw_data or "null")
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise IndexUnreadable(
            f"Algolia's answer is not {expected} in its documented form ({type(error).__name__}); do the hosts in "
            "ALGOLIA_HOSTS, or a proxy before them, speak Algolia's API?"
        ) from error


def _bare(item: Json) -> Json:
    """Leave out what Algolia adds to a rule or a synonym (`_metadata`, `_highlightResult`)."""
    return {key: value for key, value in item.items() if not key.startswith("_")}
