"""The operations that a job needs, on the official client's own transport.

`algoliasearch.search.client` has all of Algolia's, and builds a thousand pydantic models for them: 1.1 of the 1.9 s of
processor time that a job took before its first line. What each of these sends is what that client sends, byte for
byte: tests/index_writer/test_operations.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from algoliasearch.http.api_response import ApiResponse
from algoliasearch.http.request_options import RequestOptions
from algoliasearch.http.transporter_sync import TransporterSync
from algoliasearch.http.verb import Verb
from algoliasearch.search.config import SearchConfig

Json = dict[str, Any]
LATEST_SETTINGS = 2
"""The version of the settings' form: without synonyms in it."""


class Operations:
    """Each method is one request, named as in the official client; it raises what the transport raises."""

    def __init__(self, transporter: TransporterSync, config: SearchConfig) -> None:
        config.set_default_hosts()  # type: ignore[no-untyped-call]  # as the client does; it has no types
        self._transporter = transporter
        self._options = RequestOptions(config)

    def close(self) -> None:
        """Close the connections."""
        self._transporter.close()

    def list_indices(self) -> ApiResponse[str]:
        return self._ask(Verb.GET, "/1/indexes")

    def browse(self, name: str, query: Json) -> ApiResponse[str]:
        return self._ask(Verb.POST, _at(name, "browse"), query, reads=True)

    def get_objects(self, requests: Sequence[Json]) -> ApiResponse[str]:
        return self._ask(Verb.POST, "/1/indexes/*/objects", {"requests": requests}, reads=True)

    def get_object(self, name: str, object_id: str) -> ApiResponse[str]:
        return self._ask(Verb.GET, _at(name, object_id))

    def partial_update_object(self, name: str, object_id: str, attributes: Json) -> ApiResponse[str]:
        return self._ask(Verb.POST, _at(name, object_id, "partial"), attributes)

    def batch(self, name: str, requests: Sequence[Json]) -> ApiResponse[str]:
        return self._ask(Verb.POST, _at(name, "batch"), {"requests": requests})

    def get_settings(self, name: str) -> ApiResponse[str]:
        return self._ask(Verb.GET, _at(name, "settings"), asked={"getVersion": LATEST_SETTINGS})

    def set_settings(self, name: str, settings: Json) -> ApiResponse[str]:
        return self._ask(Verb.PUT, _at(name, "settings"), settings)

    def search_synonyms(self, name: str, query: Json) -> ApiResponse[str]:
        return self._ask(Verb.POST, _at(name, "synonyms", "search"), query, reads=True)

    def replace_synonyms(self, name: str, synonyms: Sequence[Json]) -> ApiResponse[str]:
        return self._ask(Verb.POST, _at(name, "synonyms", "batch"), synonyms, asked={"replaceExistingSynonyms": True})

    def search_rules(self, name: str, query: Json) -> ApiResponse[str]:
        return self._ask(Verb.POST, _at(name, "rules", "search"), query, reads=True)

    def replace_rules(self, name: str, rules: Sequence[Json]) -> ApiResponse[str]:
        return self._ask(Verb.POST, _at(name, "rules", "batch"), rules, asked={"clearExistingRules": True})

    def operation_index(self, name: str, operation: Json) -> ApiResponse[str]:
        return self._ask(Verb.POST, _at(name, "operation"), operation)

    def delete_index(self, name: str) -> ApiResponse[str]:
        return self._ask(Verb.DELETE, _at(name))

    def get_task(self, name: str, task: int) -> ApiResponse[str]:
        return self._ask(Verb.GET, _at(name, "task", str(task)))

    def _ask(
        self, verb: Verb, path: str, body: object = None, *, asked: Mapping[str, Any] | None = None, reads: bool = False
    ) -> ApiResponse[str]:
        data = None if body is None else json.dumps(body)
        options = self._options.merge(query_parameters=dict(asked or {}), data=data)
        return self._transporter.request(verb, path, options, reads)


def _at(name: str, *below: str) -> str:
    return "/".join(("/1/indexes", *(quote(part, safe="") for part in (name, *below))))
