"""The attribute criterion by the documentation's own words, written apart from the engine, in the plainest Python.

"Best matching attribute": of all attributes that match any query word, the first in `searchableAttributes`; "on an
ordered attribute, the match position breaks ties"; attributes in one group are equal and unordered.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.mock_algolia.engine import Index

WORDS = ["rocket", "notebook", "copper", "triangle", "note", "io", "ox", "dragon"]
ATTRIBUTES = ("title", "note", "about")
text = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
searchable_lists = st.sampled_from(
    [
        ["title", "note"],
        ["title", "unordered(note)"],
        ["unordered(title)", "note"],
        ["note", "title", "about"],
        ["title,note", "about"],
        ["unordered(about)", "title", "unordered(note)"],
    ]
)


def ranks(searchable: list[str]) -> dict[str, tuple[int, bool]]:
    """Give each attribute its rank, and whether position counts in it."""
    found = {}
    for rank, entry in enumerate(searchable):
        for name in entry.split(","):
            plain = name.removeprefix("unordered(").removesuffix(")")
            found[plain] = (rank, plain == name and "," not in entry)
    return found


def matches(asked: str, last: bool, word: str) -> bool:
    return word.startswith(asked) if last else word == asked


def best_place(record: dict[str, Any], query: list[str], searchable: list[str]) -> int | None:
    """Give the place by which a record is ranked; None: a word of the query is nowhere."""
    places: list[int] = []
    for at, asked in enumerate(query):
        own = [
            1000 * rank + (position if ordered else 0)
            for name, (rank, ordered) in ranks(searchable).items()
            for position, word in enumerate(record.get(name, "").split())
            if matches(asked, at == len(query) - 1, word)
        ]
        if not own:
            return None
        places += own
    return min(places)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    made=st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(ATTRIBUTES, text)), min_size=1, max_size=6),
    searchable=searchable_lists,
    query=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
    ranking=st.sampled_from([["attribute"], ["proximity", "attribute"], ["attribute", "proximity"]]),
)
@example(
    made=[
        {"title": "io copper triangle dragon", "note": "notebook rocket dragon notebook"},
        {"title": "ox io copper io", "note": "triangle notebook rocket"},
    ],
    searchable=["title", "unordered(note)"],
    query=["rocket", "notebook", "copper"],
    ranking=["proximity", "attribute"],
)
def test_goes_by_the_best_place_of_any_word(
    made: list[dict[str, Any]], searchable: list[str], query: list[str], ranking: list[str]
) -> None:
    records = [{"objectID": str(number), **record} for number, record in enumerate(made)]
    index = Index({"searchableAttributes": searchable, "ranking": ranking})
    index.apply(records)
    params = {"query": " ".join(query), "typoTolerance": False, "getRankingInfo": True, "hitsPerPage": 100}

    found = index.search(params, index_name="places")["hits"]

    places = {record["objectID"]: best_place(record, query, searchable) for record in records}
    assert {hit["objectID"]: hit["_rankingInfo"]["firstMatchedWord"] for hit in found} == {
        identity: place for identity, place in places.items() if place is not None
    }
    if ranking[0] == "attribute":
        told = [hit["_rankingInfo"]["firstMatchedWord"] for hit in found]
        assert told == sorted(told)
