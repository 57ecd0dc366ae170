"""Whatever is sent: an answer in JSON, never a 5xx, and the documented 4xx for what is wrong."""

from __future__ import annotations

import gzip
import socket
import zlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.mock_algolia import AlgoliaMock
from tests.support.algolia_http import Http

DEEP = b"[" * 100_000
BAD_JSON = [
    b"{",
    b"nope",
    b'{"a":NaN}',
    b'{"a":1}x',
    b"\xff\xfe",
    b'{"query":"\\ud800"}',
    DEEP,
    b'{"a":' * 500 + b"1" + b"}" * 500,
]


@pytest.mark.parametrize("raw", BAD_JSON)
@pytest.mark.parametrize("path", ["/1/indexes/courses/query", "/1/indexes/courses/batch", "/1/indexes/*/queries"])
def test_bad_json_is_400(http: Http, path: str, raw: bytes) -> None:
    status, answer = http("POST", path, raw=raw)

    assert (status, answer["status"]) == (400, 400)
    assert "JSON" in answer["message"]


@pytest.mark.parametrize("body", [[], "text", 1, None, True])
def test_a_body_that_is_no_object_is_400(http: Http, body: Any) -> None:
    assert http("POST", "/1/indexes/courses/batch", raw=b"null" if body is None else None, body=body)[0] == 400


def test_too_large_and_too_deep_records_are_refused_and_change_nothing(http: Http) -> None:
    http("PUT", "/1/indexes/courses/a", {"t": "kept"})
    for record in (
        {"t": "x" * 100_001},
        {"t": _nested(180)},
        {"objectID": ["list"]},
        {"objectID": {"a": 1}},
        {"objectID": ""},
    ):
        status, answer = http("POST", "/1/indexes/courses", record)
        assert status == 400, answer
    assert http("GET", "/1/indexes")[1]["items"][0]["entries"] == 1


def _nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"a": value}
    return value


def test_a_gzipped_body_is_read_and_a_bomb_is_not(http: Http) -> None:
    http("PUT", "/1/indexes/courses/a", {"t": "algebra"})
    zipped = {"content-encoding": "gzip"}

    status, answer = http("POST", "/1/indexes/courses/query", raw=gzip.compress(b'{"query":"algebra"}'), headers=zipped)
    assert (status, answer["nbHits"]) == (200, 1)

    maker = zlib.compressobj(9, wbits=31)
    bomb = b"".join([*(maker.compress(b" " * 10_000_000) for _ in range(30)), maker.flush()])
    assert http("POST", "/1/indexes/courses/query", raw=bomb, headers=zipped)[0] == 413
    for broken in (b"not gzip", gzip.compress(b"{}")[:-6]):
        assert http("POST", "/1/indexes/courses/query", raw=broken, headers=zipped)[0] == 400
    assert http("POST", "/1/indexes/courses/query", raw=b"{}", headers={"content-encoding": "br"})[0] == 415


@pytest.mark.parametrize(
    "params",
    [
        {"hitsPerPage": -1},
        {"hitsPerPage": 10**18},
        {"hitsPerPage": "many"},
        {"hitsPerPage": 100_000},
        {"page": -1},
        {"page": 1.5},
        {"query": {"a": 1}},
        {"filters": "a:b OR (c:d AND e:f)"},
        {"filters": "((("},
        {"filters": "(" * 5000 + "a:b" + ")" * 5000},
        {"filters": "NOT " * 5000 + "a:b"},
        {"alternativesAsExact": ["nothing"]},
        {"advancedSyntaxFeatures": ["nothing"]},
        {"attributeCriteriaComputedBy": "worst"},
        {"filters": 7},
        {"facets": {"a": 1}},
        {"numericFilters": ["a"]},
        {"aroundLatLng": "north"},
        {"noSuchParameter": 1},
        {"params": 7},
        {"typoTolerance": "perhaps"},
    ],
)
def test_absurd_parameters_are_400(http: Http, params: dict[str, Any]) -> None:
    http("PUT", "/1/indexes/courses/a", {"t": "algebra"})

    status, answer = http("POST", "/1/indexes/courses/query", params)

    assert status == 400, answer
    assert answer["message"]


@pytest.mark.parametrize(
    "text", ["\u0000", "a\u0000b", "\u202e", "\ufffe", "👩🏽‍🚀", "ﬃ", "e\u0301" * 300, " " * 5000, "a " * 300]
)
def test_any_text_is_stored_and_searched(http: Http, text: str) -> None:
    assert http("PUT", "/1/indexes/courses/a", {"t": text})[0] == 200

    status, _ = http("POST", "/1/indexes/courses/query", {"query": text.encode()[:500].decode(errors="ignore")})

    assert status == 200
    assert http("GET", "/1/indexes/courses/a")[1]["t"] == text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/1", 404),
        ("GET", "/9/indexes", 404),
        ("PATCH", "/1/indexes", 405),
        ("POST", "/1/indexes/courses/nope/nope/nope", 404),
        ("GET", "/1/indexes/%ff%fe/settings", 404),
        ("GET", "/1/indexes/courses/task/abc", 400),
        ("GET", "/1/indexes/courses/task/999999", 404),
        ("GET", "/1/indexes//query", 404),
        ("POST", "/1/indexes/" + "x" * 300 + "/batch", 400),
        ("GET", "/1/indexes?page=x", 400),
        ("GET", "/1/logs?length=9999", 400),
    ],
)
def test_odd_paths_are_answered_in_json(http: Http, method: str, path: str, status: int) -> None:
    assert http(method, path, {"requests": [{"action": "addObject", "body": {}}]})[0] == status


def test_half_a_request_does_not_stop_the_server(algolia: AlgoliaMock, http: Http) -> None:
    for sent in (
        b"POST /1/indexes/a/query HTTP/1.1\r\nContent-Length: 99\r\n\r\n{",
        b"\x16\x03\x01\x02",
        b"GET\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", algolia.port), timeout=5) as half:
            half.sendall(sent)
    assert http("GET", "/1/indexes")[0] == 200


texts = st.text(st.characters(codec="utf-8"), max_size=20)
WRONG = [[], {}, [[]], [{}], 1, -1, 1.5, True, "", "x", {"a": []}, ["a", 1, None]]
EVENT = {"eventType": "click", "eventName": "a", "index": "courses", "userToken": "u", "objectIDs": ["1"]}
RIGHT = [
    ("/1/events", "events", EVENT),
    (
        "/1/indexes/*/recommendations",
        "requests",
        {"indexName": "courses", "model": "related-products", "objectID": "a"},
    ),
    ("/1/indexes/*/queries", "requests", {"indexName": "courses", "type": "default", "query": "x"}),
    ("/1/indexes/*/batch", "requests", {"action": "addObject", "indexName": "courses", "body": {"objectID": "a"}}),
    ("/1/indexes/*/objects", "requests", {"indexName": "courses", "objectID": "a"}),
    ("/1/dictionaries/stopwords/batch", "requests", {"action": "addEntry", "body": {"objectID": "a", "word": "b"}}),
]


@pytest.mark.parametrize(("path", "envelope", "right"), RIGHT, ids=lambda one: one if isinstance(one, str) else "")
def test_a_right_request_with_one_wrong_value_never_breaks_the_server(
    http: Http, path: str, envelope: str, right: dict[str, Any]
) -> None:
    http("PUT", "/1/indexes/courses/a", {"t": "algebra"})
    for name in right:
        for wrong in WRONG:
            status, _ = http("POST", path, {envelope: [{**right, name: wrong}]})
            assert status < 500, (name, wrong)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
NAMES = [
    "query", "filters", "facets", "hitsPerPage", "page", "facetFilters", "numericFilters", "optionalWords", "distinct",
    "requests", "indexName", "params", "action", "body", "objectID", "attributesToRetrieve", "operation", "destination",
    "scope", "acl", "events", "model", "threshold", "synonyms", "type", "consequence", "conditions", "source", "cursor",
    "ranking", "searchableAttributes", "aroundLatLng", "insideBoundingBox", "typoTolerance", "facetQuery", "language",
]  # fmt: skip
PATHS = [
    ("POST", "/1/indexes/courses/query"), ("POST", "/1/indexes/*/queries"), ("POST", "/1/indexes/courses/batch"),
    ("POST", "/1/indexes/courses"), ("PUT", "/1/indexes/courses/a"), ("POST", "/1/indexes/courses/a/partial"),
    ("POST", "/1/indexes/*/objects"), ("POST", "/1/indexes/*/batch"), ("POST", "/1/indexes/courses/deleteByQuery"),
    ("POST", "/1/indexes/courses/browse"), ("PUT", "/1/indexes/courses/settings"),
    ("PUT", "/1/indexes/courses/rules/r"),
    ("POST", "/1/indexes/courses/rules/batch"), ("POST", "/1/indexes/courses/rules/search"),
    ("PUT", "/1/indexes/courses/synonyms/s"), ("POST", "/1/indexes/courses/synonyms/batch"),
    ("POST", "/1/indexes/courses/synonyms/search"), ("POST", "/1/indexes/courses/facets/level/query"),
    ("POST", "/1/indexes/courses/operation"), ("POST", "/1/keys"), ("POST", "/1/dictionaries/stopwords/batch"),
    ("POST", "/1/dictionaries/plurals/search"), ("PUT", "/1/dictionaries/*/settings"), ("POST", "/1/events"),
    ("POST", "/1/indexes/*/recommendations"), ("POST", "/1/indexes/courses/related-products/recommend/rules/batch"),
    ("POST", "/1/security/sources/append"),
]  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    route=st.sampled_from(PATHS),
    body=st.dictionaries(st.sampled_from(NAMES), json_values, max_size=5)
    | st.lists(st.dictionaries(st.sampled_from(NAMES), json_values, max_size=4), max_size=2)
    | st.fixed_dictionaries(
        {"requests": st.lists(st.dictionaries(st.sampled_from(NAMES), json_values, max_size=4), max_size=2)}
    ),
)
def test_random_bodies_never_break_the_server(http: Http, route: tuple[str, str], body: Any) -> None:
    status, _ = http(*route, body)

    assert status < 500
