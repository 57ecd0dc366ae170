"""The engine and the plain SQL agree on random corpora, settings and queries: hits, order, and every criterion."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.mock_algolia.engine import Index
from tests.mock_algolia.engine.sql_oracle import Asked, Corpus, search

WORDS = [
    "ab",
    "abc",
    "abcd",
    "abce",
    "abdc",
    "bacd",
    "abcdef",
    "ef",
    "efgh",
    "ehgf",
    "abcdefgh",
    "abcdefhg",
    "bbcdefgh",
    "abxdexgh",
    "cat",
    "cats",
    "data",
    "dates",
    "database",
    "databses",
    "machine",
    "machne",
    "x",
    "y",
]
text = st.lists(st.sampled_from(WORDS), min_size=0, max_size=6).map(" ".join)
places = st.sampled_from(
    [
        {"lat": 48.8566, "lng": 2.3522},
        {"lat": 45.764, "lng": 4.8357},
        {"lat": -33.9, "lng": 151.2},
        {"lat": 0, "lng": 180},
    ]
)
records = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "title": text,
            "tags": st.lists(text, max_size=3),
            "kind": st.sampled_from(["k1", "k2", "k3"]),
            "n": st.integers(0, 3),
            "_geoloc": st.one_of(places, st.lists(places, max_size=2)),
        },
    ),
    min_size=1,
    max_size=8,
)
CRITERIA = ["typo", "geo", "words", "filters", "proximity", "attribute", "exact", "custom"]
typed = st.one_of(st.sampled_from(WORDS), st.text("abcdefgh", min_size=1, max_size=9))
FILTERS = {  # the filter, the same in SQL, and what it adds to the filters criterion of every hit
    "": ("true", 0),
    "n > 1": ("n > 1", 0),
    "kind:k1 OR kind:k2": ("kind in ('k1', 'k2')", 1),
    "NOT kind:k1 AND n:0 TO 2": ("kind is distinct from 'k1' and n between 0 and 2", 1),
    "n != 2": ("n is distinct from 2", 0),
}
BOOSTS: dict[str, tuple[list[Any], str]] = {
    "none": ([], "0"),
    "a value": (["kind:k1"], "(kind is not distinct from 'k1')::int"),
    "scores": (
        ["kind:k1<score=2>", "kind:k2"],
        "2 * (kind is not distinct from 'k1')::int + (kind is not distinct from 'k2')::int",
    ),
    "either": (
        [["kind:k1<score=3>", "kind:-k2"]],
        "greatest(3 * (kind is not distinct from 'k1')::int, (kind is distinct from 'k2')::int)",
    ),
}
AROUND = [None, ((48.8566, 2.3522), None, 1), ((45.764, 4.8357), 500_000, 1), ((10.0, 170.0), None, 5_000_000)]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    made=records,
    searchable=st.sampled_from([["title", "tags"], ["tags", "unordered(title)"], ["title,tags"], ["unordered(tags)"]]),
    ranking=st.one_of(st.just(CRITERIA), st.permutations(CRITERIA), st.permutations([*CRITERIA, "desc(n)"])),
    custom=st.sampled_from([[], ["desc(n)"], ["asc(kind)", "desc(n)"]]),
    query=st.lists(typed, min_size=1, max_size=3),
    kind=st.sampled_from(["prefixLast", "prefixAll", "prefixNone"]),
    typos=st.sampled_from(["true", "false", "min", "strict"]),
    exact=st.sampled_from(["attribute", "word", "none"]),
    near=st.sampled_from([1, 3]),
    distinct=st.sampled_from([0, 1, 2]),
    filters=st.sampled_from(sorted(FILTERS)),
    optional=st.booleans(),
    synonym=st.sampled_from([None, ("cat", "data"), ("abc", "machine")]),
    split=st.integers(0, 8),
    attribute=st.sampled_from(["best", "minProximity", "sum"]),
    boosts=st.sampled_from(sorted(BOOSTS)),
    excluded=st.lists(st.sampled_from(WORDS), max_size=2),
    around=st.sampled_from(AROUND),
)
def test_the_engine_answers_as_the_sql_does(
    made: list[dict[str, Any]], searchable: list[str], ranking: list[str], custom: list[str], query: list[str],
    kind: str, typos: str, exact: str, near: int, distinct: int, filters: str, optional: bool,
    synonym: tuple[str, str] | None, split: int, attribute: str,
    boosts: str, excluded: list[str], around: tuple[tuple[float, float], int | None, int] | None,
) -> None:  # fmt: skip
    numbered = [{"objectID": f"r{at}", **record} for at, record in enumerate(made)]
    prefixes = [kind == "prefixAll" or (kind == "prefixLast" and at == len(query) - 1) for at in range(len(query))]
    wanted = search(
        Corpus(numbered, searchable, ranking, custom),
        Asked(
            query, prefixes, [optional and word == query[0] for word in query], typos, exact, near, distinct,
            attribute, FILTERS[filters][0], f"{BOOSTS[boosts][1]} + {FILTERS[filters][1]}", excluded,
            around[0] if around else None, (around and around[1]) or math.inf, max(around[2], 10) if around else 10,
            [synonym, synonym[::-1]] if synonym else [],
        ),
    )  # fmt: skip
    index = Index(
        {
            "searchableAttributes": searchable, "ranking": ranking, "customRanking": custom,
            "attributesForFaceting": ["kind"], "attributeForDistinct": "kind",
        },
        [{"objectID": "s", "type": "synonym", "synonyms": list(synonym)}] if synonym else [],
        [],
    )  # fmt: skip
    index.apply(numbered[:split], [])
    if split % 2:  # half the time through the postings, half through the newest slots
        index._corpus.index_postings()
        index._publish(index._corpus.snapshot())
    index.apply(numbered[split:], [])
    params = {
        "query": " ".join([*(f"-{word}" for word in excluded), *query]), "advancedSyntax": True,
        "queryType": kind, "typoTolerance": typos, "exactOnSingleWordQuery": exact,
        "minProximity": near, "distinct": distinct, "filters": filters, "getRankingInfo": True,
        "optionalWords": [query[0]] if optional else [], "facets": ["kind"], "hitsPerPage": 100,
        "attributeCriteriaComputedBy": attribute, "optionalFilters": BOOSTS[boosts][0],
    }  # fmt: skip
    if around:
        params |= {
            "aroundLatLng": f"{around[0][0]},{around[0][1]}", "aroundRadius": around[1] or "all",
            "aroundPrecision": around[2],
        }  # fmt: skip
    found = index.search(params, index_name="oracle")
    names = {
        "typos": "nbTypos", "words": "words", "proximity": "proximityDistance", "attribute": "firstMatchedWord",
        "exact": "nbExactWords", "filters": "filters",
    }  # fmt: skip
    assert [
        {
            "id": hit["objectID"],
            **{ours: hit["_rankingInfo"][theirs] for ours, theirs in names.items()},
            "kilometres": hit["_rankingInfo"].get("matchedGeoLocation", {"distance": 0})["distance"] // 1000,
        }
        for hit in found["hits"]
    ] == wanted
    groups = {hit.get("kind", hit["objectID"]) for hit in found["hits"]} if distinct else wanted
    assert found["nbHits"] == len(groups)
    if not distinct:
        counted: dict[str, int] = {}
        for hit in found["hits"]:
            if "kind" in hit:
                counted[hit["kind"]] = counted.get(hit["kind"], 0) + 1
        assert found["facets"].get("kind", {}) == counted
