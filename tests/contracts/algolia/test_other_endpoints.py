"""What is not searching: listing, copying, keys, sources, dictionaries, logs, many queries at once, limits of rules.

Written from the API's specification before the views. A row: method, path, body, status, what the answer holds
(`asking.holds`), and with whose key. `{key}` is the key that the table's first POST to `/1/keys` made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from algoliasearch.search.client import SearchClientSync

from services.mock_algolia import AlgoliaMock
from tests.contracts.algolia.asking import Names, ask, holds

Row = tuple[str, str, Any, int, Any] | tuple[str, str, Any, int, Any, str]
B = "/1/indexes/b"
UPDATED = Names({"taskID", "updatedAt"})
MANY, OBJECTS, RECOMMEND = (f"/1/indexes/*/{one}" for one in ("queries", "objects", "recommendations"))
STOPWORDS = "/1/dictionaries/stopwords"


ONE = {"requests": [{"action": "addObject", "body": {"objectID": "1"}}]}


def _saved(*records: dict[str, Any], index: str = B) -> Row:
    return ("POST", f"{index}/batch", {"requests": [{"action": "addObject", "body": one} for one in records]}, 200, {})


def _entry(action: str = "addEntry", **more: Any) -> dict[str, Any]:
    body = {"objectID": "e", "language": "en", "word": "zorglub", **more}
    return {
        "requests": [{"action": action, "body": {name: value for name, value in body.items() if value is not None}}]
    }


EDITORS = ("goland", "neovim", "visual studio", "vscode")
ZORRO = {  # as Algolia's own tests keep it
    "objectID": "z", "description": "test_rule", "enabled": True,
    "conditions": [{"alternatives": True, "anchoring": "contains", "pattern": "zorro"}],
    "consequence": {
        "params": {"ignorePlurals": "true"}, "filterPromotes": True,
        "promote": [{"objectIDs": ["AF"], "position": 0}],
    },
}  # fmt: skip
OFFICE = {"source": "10.0.0.1/32", "description": "d"}
BANNER = {"userData": {"banner": 1}}
SUGGESTED = {"indexName": "b", "model": "related-products", "objectID": "1", "threshold": 0}


def _refused_rules(*changes: dict[str, Any]) -> list[Row]:
    rule = {"objectID": "y", "conditions": [{"pattern": "a", "anchoring": "is"}], "consequence": BANNER}
    return [("PUT", f"{B}/rules/y", {**rule, **change}, 400, {}) for change in changes]


TABLES: dict[str, list[Row]] = {
    "listing": [
        _saved({"objectID": "1"}),
        ("PUT", "/1/indexes/settings-only/settings", {"hitsPerPage": 3}, 200, UPDATED),
        ("GET", "/1/indexes", None, 200, Names({"items", "nbPages"})),
        ("GET", "/1/indexes", None, 200, {"items.1.createdAt": "", "items.1.entries": 0}),
        ("GET", "/1/indexes?page=0&hitsPerPage=1", None, 200, {"items.#": 1, "nbPages": 2}),
        ("GET", "/1/indexes?page=1&hitsPerPage=1", None, 200, {"items.*.name": ["settings-only"]}),
        ("PUT", f"{B}/settings", {"replicas": ["by", "virtual(near)"]}, 200, UPDATED),
        (
            "GET", "/1/indexes", None, 200,
            {
                "items.*.name": ["b", "by", "near", "settings-only"],
                "items.*.replicas": [["by", "near"], None, None, None],
                "items.*.primary": [None, "b", "b", None],
                "items.*.virtual": [None, None, True, None],
            },
        ),
    ],
    "copying and moving": [
        _saved({"objectID": "1"}),
        ("POST", "/1/indexes/none/operation", {"operation": "copy", "destination": "made"}, 200, UPDATED),
        ("POST", "/1/indexes/made/query", {}, 200, {"nbHits": 0}),
        ("POST", "/1/indexes/none/operation", {"operation": "move", "destination": "unmade"}, 200, UPDATED),
        ("POST", "/1/indexes/unmade/query", {}, 404, {}),
        ("PUT", "/1/indexes/target/settings", {"replicas": ["target-by"]}, 200, UPDATED),
        ("POST", f"{B}/operation", {"operation": "copy", "destination": "target"}, 400, {}),
        ("POST", f"{B}/operation", {"operation": "move", "destination": "target"}, 200, UPDATED),
        ("POST", "/1/indexes/target-by/query", {}, 200, {"nbHits": 1}),
        _saved({"objectID": "2"}),
        ("PUT", f"{B}/settings", {"replicas": ["by"], "hitsPerPage": 7}, 200, UPDATED),
        *(
            (method, f"/1/indexes/by{path}", body, status, {"message": message})
            for method, path, body, status, message in (
                ("POST", "/batch", ONE, 403, "cannot apply the batch operation on a replica index"),
                ("POST", "", {"t": "x"}, 403, "cannot apply a add object request on a replica index"),
                ("DELETE", "", None, 403, "cannot apply a delete request on a replica index"),
            )
        ),
        (
            "POST", f"{B}/operation", {"operation": "copy", "destination": "by"}, 400,
            {"message": "cannot copy to a primary/replica index"},
        ),
        (
            "PUT", "/1/indexes/c/settings", {"replicas": ["by"]}, 400,
            {"message": "A replica index is already replica of another index"},
        ),
        ("PUT", f"{B}/rules/r", {"objectID": "r", "conditions": [], "consequence": BANNER}, 200, UPDATED),
        _saved({"objectID": "kept"}, index="/1/indexes/c"),
        ("POST", f"{B}/operation", {"operation": "copy", "destination": "c", "scope": ["rules"]}, 200, UPDATED),
        ("POST", "/1/indexes/c/query", {}, 200, {"hits.0.objectID": "kept", "userData": [{"banner": 1}]}),
        ("POST", f"{B}/operation", {"operation": "copy", "destination": "c"}, 200, UPDATED),
        ("GET", "/1/indexes/c/settings", None, 200, {"hitsPerPage": 7, "replicas": None}),
        *(
            ("POST", f"{B}/operation", body, 400, {})
            for body in (
                {"operation": "turn", "destination": "c"},
                {"operation": "copy"},
                {"destination": "c"},
                {"operation": "copy", "destination": "c", "scope": ["records"]},
                {"operation": "copy", "destination": "c", "more": 1},
            )
        ),
    ],
    "keys": [
        _saved({"objectID": "1"}, {"objectID": "2"}),
        _saved({"objectID": "1"}, index="/1/indexes/c"),
        (
            "POST", "/1/keys",
            {"acl": ["search"], "description": "d", "validity": 300, "indexes": ["b*"], "maxHitsPerQuery": 1},
            200, Names({"key", "createdAt"}),
        ),
        ("GET", "/1/keys/{key}", None, 200, {"acl": ["search"], "description": "d", "indexes": ["b*"]}),
        ("GET", "/1/keys/{key}", None, 200, {"description": "<redacted>", "maxHitsPerQuery": 1}, "{key}"),
        ("GET", "/1/keys/another", None, 403, {}, "{key}"),
        ("POST", f"{B}/query", {}, 200, {"hits.#": 1, "nbHits": 2}, "{key}"),
        ("POST", "/1/indexes/c/query", {}, 403, {"message": "Index not allowed with this API key"}, "{key}"),
        ("GET", "/1/keys", None, 403, {"message": "Method not allowed with this API key"}, "{key}"),
        ("POST", OBJECTS, {"requests": [{"indexName": "b", "objectID": "1"}]}, 200, {"results.#": 1}, "{key}"),
        (
            "POST", OBJECTS, {"requests": [{"indexName": "b", "objectID": "1"}] * 2}, 403,
            {"message": "Method not allowed with this API key (nbObjects > hitsPerPage)"}, "{key}",
        ),
        *(
            (
                "POST", f"{B}/batch", {"requests": [{"action": action, "body": {"objectID": "one"}}]},
                400, {"message": f"Not enough rights to {word} an object near line:1 column:{column}"}, "{key}",
            )
            for action, word, column in (
                ("addObject", "add", 61), ("updateObject", "update", 64), ("partialUpdateObject", "update", 71),
                ("deleteObject", "delete", 64),
            )
        ),
        ("PUT", "/1/keys/{key}", {"acl": ["browse"]}, 200, Names({"key", "updatedAt"})),
        ("GET", "/1/keys/{key}", None, 200, {"acl": ["browse"], "description": None, "indexes": None}),
        ("PUT", "/1/keys/nobody", {"acl": ["search"]}, 404, {"message": "Key does not exist"}),
        ("DELETE", "/1/keys/{key}", None, 200, Names({"deletedAt"})),
        ("GET", "/1/keys/{key}", None, 404, {"message": "Key does not exist"}),
        ("POST", "/1/keys/{key}/restore", None, 200, Names({"key", "createdAt"})),
        ("GET", "/1/keys/{key}", None, 200, {"acl": ["browse"]}),
        ("POST", "/1/keys", {"acl": ["search"], "queryParameters": "restrictSources=127.0.0.0/8"}, 200, {}),
        ("POST", "/1/keys", {"acl": ["search"], "queryParameters": "restrictSources=10.0.0.0/8"}, 400, {}),
        *(
            ("POST", "/1/keys", body, 400, {})
            for body in ({"description": "x"}, {"acl": ["search"], "validity": -1}, {"acl": [], "maxHits": 1})
        ),
    ],
    "sources": [
        ("GET", "/1/security/sources", None, 200, {"": []}),
        ("POST", "/1/security/sources/append", OFFICE, 200, Names({"createdAt"})),
        ("GET", "/1/security/sources", None, 200, {"": [OFFICE]}),
        ("PUT", "/1/security/sources", [{"source": "10.1.0.0/16"}], 200, Names({"updatedAt"})),
        ("POST", "/1/security/sources/append", {"source": "x"}, 400, {}),
        ("POST", "/1/security/sources/append", {"description": "x"}, 400, {}),
        ("PUT", "/1/security/sources", {"source": "10.0.0.1"}, 400, {}),
        ("DELETE", "/1/security/sources/10.1.0.0%2F16", None, 200, Names({"deletedAt"})),
    ],
    "dictionaries": [
        (
            "GET", "/1/dictionaries/*/languages", None, 200,
            {"en.stopwords.nbCustomEntries": 0, "en.compounds": None, "de.compounds": {"nbCustomEntries": 0}},
        ),
        ("GET", "/1/dictionaries/*/settings", None, 200, Names({"disableStandardEntries"})),
        ("PUT", "/1/dictionaries/*/settings", {"disableStandardEntries": {"stopwords": {"fr": True}}}, 200, UPDATED),
        ("GET", "/1/dictionaries/*/settings", None, 200, {"disableStandardEntries.stopwords": {"fr": True}}),
        ("PUT", "/1/dictionaries/*/settings", {}, 400, {}),
        ("PUT", "/1/dictionaries/*/settings", {"disableStandardEntries": {"verbs": {"fr": True}}}, 400, {}),
        ("POST", f"{STOPWORDS}/batch", _entry(), 200, UPDATED),
        ("POST", f"{STOPWORDS}/search", {"query": "zorglub"}, 200, Names({"hits", "page", "nbHits", "nbPages"})),
        (
            "POST", f"{STOPWORDS}/search", {"query": "zorglub"}, 200,
            {"hits": [{"objectID": "e", "language": "en", "word": "zorglub", "state": "enabled", "type": "custom"}]},
        ),
        ("POST", f"{STOPWORDS}/search", {"query": "zorglub", "language": "fr"}, 200, {"nbHits": 0}),
        ("POST", f"{STOPWORDS}/search", {"query": "about", "language": "en"}, 200, {"hits.0.type": "standard"}),
        ("POST", f"{STOPWORDS}/search", {}, 400, {}),
        ("POST", f"{STOPWORDS}/search", {"query": "x", "colour": 1}, 400, {}),
        ("POST", "/1/dictionaries/verbs/search", {"query": "x"}, 400, {}),
        ("GET", "/1/dictionaries/*/languages", None, 200, {"en.stopwords.nbCustomEntries": 1}),
        ("POST", f"{STOPWORDS}/batch", _entry("dropEntry"), 400, {}),
        ("POST", f"{STOPWORDS}/batch", _entry(language=None), 400, {}),
        ("POST", f"{STOPWORDS}/batch", {}, 400, {}),
        (
            "POST", f"{STOPWORDS}/batch", {"clearExistingDictionaryEntries": True, **_entry(objectID="f", word="yyy")},
            200, UPDATED,
        ),
        ("POST", f"{STOPWORDS}/search", {"query": "zorglub"}, 200, {"nbHits": 0}),
        ("POST", f"{STOPWORDS}/batch", _entry("deleteEntry", objectID="f"), 200, UPDATED),
        ("POST", f"{STOPWORDS}/search", {"query": "yyy"}, 200, {"nbHits": 0}),
    ],
    "logs": [
        _saved({"objectID": "1"}),
        ("POST", f"{B}/query", {"query": "x"}, 200, {}),
        ("POST", f"{B}/query", {"filters": "("}, 400, {}),
        ("GET", "/1/logs?length=1", None, 200, {"logs.#": 1, "logs.0.answer_code": "400", "logs.0.method": "POST"}),
        ("GET", "/1/logs?offset=2&length=1", None, 200, {"logs.0.url": f"{B}/batch"}),
        ("GET", "/1/logs?type=error", None, 200, {"logs.*.answer_code": ["400"]}),
        ("GET", "/1/logs?type=build", None, 200, {"logs.*.url": [f"{B}/batch"]}),
        ("GET", "/1/logs?indexName=other", None, 200, {"logs": []}),
        ("GET", "/1/logs?length=1001", None, 400, {}),
        ("GET", "/1/logs?type=wrong", None, 400, {}),
    ],
    "many at once": [
        ("PUT", f"{B}/settings", {"attributesForFaceting": ["searchable(editor)", "plain"]}, 200, UPDATED),
        _saved(*({"objectID": str(number), "editor": name, "plain": "p"} for number, name in enumerate(EDITORS))),
        ("PUT", "/1/indexes/empty/settings", {"hitsPerPage": 20}, 200, UPDATED),
        (
            "POST", MANY, {"requests": [{"indexName": "empty"}]}, 200,
            {
                "results.0.hits": [], "results.0.nbPages": 0, "results.0.exhaustive": {"nbHits": True, "typo": True},
                "results.0.query": "", "results.0.params": "", "results.0.index": "empty",
                "results.0.renderingContent": {},
            },
        ),
        (
            "POST", MANY,
            {"requests": [{"indexName": "b", "type": "facet", "facet": "editor"}], "strategy": "stopIfEnoughMatches"},
            200, {"results.0.facetHits": [{"count": 1, "highlighted": name, "value": name} for name in EDITORS]},
        ),
        (
            "POST", MANY,
            {
                "requests": [
                    {"indexName": "b", "filters": "editor:'visual studio' OR editor:neovim"},
                    {"indexName": "b", "facetFilters": ["editor:vscode", ["editor:neovim", ["editor:goland"]]]},
                ]
            },
            200,
            {
                "results.*.nbHits": [2, 0], "results.*.nbPages": [1, 0],
                "results.*.params": [
                    "filters=editor%3A%27visual+studio%27+OR+editor%3Aneovim",
                    "facetFilters=%5B%22editor%3Avscode%22%2C%5B%22editor%3Aneovim%22%2C%5B%22editor%3Agoland%22%5D%5D%5D",
                ],
            },
        ),
        (
            "POST", MANY, {"requests": [{"indexName": "b", "params": "query=neovim"}, {"indexName": "b"}]},
            200, {"results.*.nbHits": [1, 4]},
        ),
        *(
            ("POST", MANY, body, 400, {})
            for body in (
                {},
                {"requests": [{"query": "x"}]},
                {"requests": [{"indexName": "b"}], "strategy": "all"},
                {"requests": [{"indexName": "b", "type": "facet"}]},
                {"requests": [{"indexName": "b", "type": "other"}]},
            )
        ),
        (
            "POST", f"{B}/facets/plain/query", {"facetQuery": "p"}, 400,
            {
                "message": "Cannot search in `plain` attribute, "
                "you need to add `searchable(plain)` to attributesForFaceting."
            },
        ),
        ("POST", f"{B}/facets/editor/query", {"maxFacetHits": 101}, 400, {}),
        (
            "POST", OBJECTS, {"requests": [{"indexName": "none", "objectID": "1"}]},
            200, {"message": "Index none does not exist.", "results": [None]},
        ),
        ("POST", OBJECTS, {"requests": [{"indexName": "b", "objectID": "nobody"}]}, 200, Names({"results"})),
        ("POST", OBJECTS, {}, 400, {}),
        ("POST", f"{B}/batch", {}, 400, {}),
        ("POST", f"{B}/batch", {"requests": [{"action": "addObject"}]}, 400, {}),
        (
            "POST", "/1/indexes/*/batch",
            {"requests": [{"action": "addObject", "indexName": one, "body": {"objectID": one}} for one in "mn"]},
            200, {"objectIDs": ["m", "n"]},
        ),
        ("POST", "/1/indexes/*/batch", {"requests": [{"action": "addObject", "body": {}}]}, 400, {}),
    ],
    "browsing": [
        _saved(*({"objectID": str(number), "t": "x"} for number in range(5))),
        ("POST", f"{B}/browse", None, 200, {"nbHits": 5, "nbPages": 1, "hitsPerPage": 1000, "query": "", "params": ""}),
        ("POST", f"{B}/browse", {"hitsPerPage": 2}, 200, {"hits.#": 2, "nbPages": 3}),
        ("POST", f"{B}/browse", {"hitsPerPage": 5}, 200, {"hits.#": 5, "cursor": None}),
        ("POST", f"{B}/browse", {"params": "hitsPerPage=1&query=x"}, 200, {"query": "x", "hits.#": 1}),
        ("POST", f"{B}/browse", {"hitsPerPage": 1001}, 400, {}),
        ("POST", "/1/indexes/none/browse", {}, 404, {"message": "Index none does not exist"}),
    ],
    "rules": [
        ("PUT", f"{B}/rules/z", ZORRO, 200, UPDATED),
        ("GET", f"{B}/rules/z", None, 200, {"": ZORRO}),
        ("POST", f"{B}/rules/search", {"query": "zorro"}, 200, Names({"hits", "nbHits", "page", "nbPages"})),
        ("POST", f"{B}/rules/search", {"anchoring": "is"}, 200, {"nbHits": 0}),
        ("POST", f"{B}/rules/search", {"enabled": True, "anchoring": "contains"}, 200, {"nbHits": 1}),
        ("POST", f"{B}/rules/search", {"enabled": False}, 200, {"nbHits": 0}),
        *(
            ("POST", f"{B}/rules/search", body, 400, {})
            for body in ({"anchoring": "middle"}, {"enabled": "no"}, {"hitsPerPage": 1001}, {"page": -1})
        ),
        *_refused_rules(
            {"objectID": "other"},
            {"conditions": [{"context": "a b!"}]},
            {"conditions": [{"filters": "a:b OR a:c"}]},
            {"conditions": [{"filters": "n > 3"}]},
            {"conditions": [{"pattern": "a", "anchoring": "is"}] * 26},
            {"consequence": {"hide": [{"objectID": str(number)} for number in range(51)]}},
            {"consequence": {"promote": [{"objectID": str(number), "position": number} for number in range(301)]}},
            {"consequence": {"promote": [{"objectIDs": [str(number) for number in range(101)], "position": 0}]}},
            {"consequence": {"userData": {"a": "x" * 1001}}},
            {"consequence": {"redirect": {}}},
        ),
    ],
    "synonyms": [
        ("PUT", f"{B}/synonyms/s", {"objectID": "s", "type": "synonym", "synonyms": ["a", "b"]}, 200, {"id": "s"}),
        ("GET", f"{B}/synonyms/s", None, 200, {"": {"objectID": "s", "type": "synonym", "synonyms": ["a", "b"]}}),
        ("POST", f"{B}/synonyms/search", {"query": "a", "type": "oneWaySynonym"}, 200, {"nbHits": 0}),
        ("POST", f"{B}/synonyms/search", {"type": "antonym"}, 400, {}),
        *(
            ("PUT", f"{B}/synonyms/s", {"objectID": "s", **body}, 400, {})
            for body in (
                {"synonyms": ["a"]},
                {"type": "oneWaySynonym", "synonyms": ["a"]},
                {"type": "altCorrection1", "word": "a"},
                {"type": "placeholder", "placeholder": "<a>"},
                {"type": "synonym", "synonyms": ["a"], "colour": "red"},
            )
        ),
        ("GET", f"{B}/synonyms/nobody", None, 404, {}),
    ],
    "recommending": [
        _saved({"objectID": "1", "t": "x"}, {"objectID": "2", "t": "x"}),
        ("POST", RECOMMEND, {"requests": [SUGGESTED]}, 200, {"results.0.index": "b", "results.0.page": 0}),
        *(
            ("POST", RECOMMEND, {"requests": [{**SUGGESTED, **change}]}, 400, {})
            for change in (
                {"objectID": None},
                {"threshold": 101},
                {"threshold": -1},
                {"model": "guess"},
                {"model": "trending-facets"},
                {"colour": 1},
            )
        ),
        ("POST", RECOMMEND, {}, 400, {}),
    ],
}  # fmt: skip

RIGHTS: dict[str, list[tuple[str, str, Any]]] = {
    "search": [
        ("POST", f"{B}/query", {}),
        ("POST", MANY, {"requests": []}),
        ("POST", f"{B}/facets/t/query", {}),
        ("POST", OBJECTS, {"requests": []}),
        ("GET", f"{B}/1", None),
        ("POST", RECOMMEND, {"requests": []}),
    ],
    "browse": [("POST", f"{B}/browse", {})],
    "addObject": [
        ("POST", B, {"t": "x"}),
        ("PUT", f"{B}/1", {"t": "x"}),
        ("POST", f"{B}/1/partial", {"t": "x"}),
        ("POST", f"{B}/batch", {"requests": []}),
        ("POST", "/1/indexes/*/batch", {"requests": []}),
        ("POST", f"{B}/operation", {"operation": "copy", "destination": "c"}),
        ("GET", f"{B}/task/1", None),
    ],
    "deleteObject": [("DELETE", f"{B}/1", None)],
    "deleteIndex": [
        ("POST", f"{B}/deleteByQuery", {"filters": "n > 1"}),
        ("POST", f"{B}/clear", None),
        ("DELETE", B, None),
    ],
    "settings": [
        ("GET", f"{B}/settings", None),
        ("GET", f"{B}/rules/r", None),
        ("POST", f"{B}/rules/search", {}),
        ("GET", f"{B}/synonyms/s", None),
        ("POST", f"{B}/synonyms/search", {}),
        ("GET", "/1/dictionaries/*/languages", None),
        ("GET", "/1/dictionaries/*/settings", None),
        ("POST", f"{STOPWORDS}/search", {"query": ""}),
        ("POST", f"{B}/related-products/recommend/rules/search", {}),
        ("GET", f"{B}/related-products/recommend/rules/r", None),
    ],
    "editSettings": [
        ("PUT", f"{B}/settings", {}),
        ("PUT", f"{B}/rules/r", {"objectID": "r", "consequence": BANNER}),
        ("POST", f"{B}/rules/batch", []),
        ("POST", f"{B}/rules/clear", None),
        ("DELETE", f"{B}/rules/r", None),
        ("PUT", f"{B}/synonyms/s", {"objectID": "s", "type": "synonym", "synonyms": ["a", "b"]}),
        ("POST", f"{B}/synonyms/batch", []),
        ("POST", f"{B}/synonyms/clear", None),
        ("DELETE", f"{B}/synonyms/s", None),
        ("POST", f"{STOPWORDS}/batch", {"requests": []}),
        ("PUT", "/1/dictionaries/*/settings", {"disableStandardEntries": {}}),
        ("GET", "/1/task/1", None),
        ("POST", f"{B}/related-products/recommend/rules/batch", []),
        ("DELETE", f"{B}/related-products/recommend/rules/r", None),
        ("GET", f"{B}/related-products/task/1", None),
    ],
    "listIndexes": [("GET", "/1/indexes", None)],
    "logs": [("GET", "/1/logs", None)],
}
ADMIN: list[tuple[str, str, Any]] = [
    ("GET", "/1/keys", None),
    ("POST", "/1/keys", {"acl": []}),
    ("PUT", "/1/keys/k", {"acl": []}),
    ("DELETE", "/1/keys/k", None),
    ("POST", "/1/keys/k/restore", None),
    ("GET", "/1/security/sources", None),
    ("PUT", "/1/security/sources", []),
    ("POST", "/1/security/sources/append", {"source": "127.0.0.0/8"}),
    ("DELETE", "/1/security/sources/x", None),
]
ALL_RIGHTS = [
    *RIGHTS,
    "analytics",
    "inference",
    "personalization",
    "recommendation",
    "seeUnretrievableAttributes",
    "usage",
]


@pytest.fixture(scope="module")
def server() -> Iterator[AlgoliaMock]:
    with AlgoliaMock() as made:
        yield made


@pytest.mark.parametrize("name", TABLES)
def test_answers_each_as_documented(server: AlgoliaMock, name: str) -> None:
    server.reset()
    made = ""
    for method, path, body, status, expected, *by in TABLES[name]:
        found_status, found = ask(
            server, method, path.replace("{key}", made), body, key="".join(by).replace("{key}", made)
        )
        assert found_status == status, (method, path, body, found)
        assert holds(found, expected), (method, path, body, found)
        if (method, path) == ("POST", "/1/keys") and not made:
            made = found["key"]


@pytest.mark.parametrize("right", [*RIGHTS, "admin"])
def test_wants_the_right_that_the_specification_names(server: AlgoliaMock, right: str) -> None:
    server.reset()
    others = ask(server, "POST", "/1/keys", {"acl": [one for one in ALL_RIGHTS if one != right]})[1]["key"]
    enough = "" if right == "admin" else ask(server, "POST", "/1/keys", {"acl": [right]})[1]["key"]
    for method, path, body in RIGHTS.get(right, ADMIN):
        refused = {"message": "Method not allowed with this API key", "status": 403}
        assert ask(server, method, path, body, others) == (403, refused), path
        assert ask(server, method, path, body, enough)[0] != 403, path


def test_says_that_a_secured_key_has_ended(server: AlgoliaMock) -> None:
    server.reset()
    ask(server, *_saved({"objectID": "1"})[:3])
    parent = ask(server, "POST", "/1/keys", {"acl": ["search"]})[1]["key"]
    ended = SearchClientSync("mock", "key").generate_secured_api_key(parent, {"validUntil": 1})
    assert ask(server, "POST", f"{B}/query", {}, ended) == (
        400,
        {"message": '"validUntil" parameter expired (less than current date)', "status": 400},
    )
