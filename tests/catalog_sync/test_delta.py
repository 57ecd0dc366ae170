"""The difference between the index and the catalogue: right, minimal, and nothing the second time."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from services.catalog_sync.delta import Delta, delta_between

ids = st.sampled_from([f"X+{number}" for number in range(8)])
hashes = st.dictionaries(ids, st.sampled_from("abc"))
indexed_hashes = st.dictionaries(ids, st.none() | st.sampled_from("abc"))


def applied(delta: Delta, indexed: Mapping[str, str | None], wanted: Mapping[str, str]) -> dict[str, str | None]:
    kept = {key: value for key, value in indexed.items() if key not in delta.deleted}
    return kept | {key: wanted[key] for key in delta.written}


@given(indexed_hashes, hashes)
def test_turns_the_index_into_the_catalogue(indexed: dict[str, str | None], wanted: dict[str, str]) -> None:
    assert applied(delta_between(indexed, wanted), indexed, wanted) == wanted


@given(indexed_hashes, hashes)
def test_writes_only_what_differs(indexed: dict[str, str | None], wanted: dict[str, str]) -> None:
    delta = delta_between(indexed, wanted)
    assert len(delta) == len(
        {key for key in indexed.keys() | wanted.keys() if indexed.get(key) != wanted.get(key)}
        | {key for key, value in indexed.items() if value is None}
    )
    assert delta.unchanged + len(delta.created) + len(delta.updated) == len(wanted)


@given(hashes)
def test_finds_nothing_to_do_the_second_time(wanted: dict[str, str]) -> None:
    assert len(delta_between(wanted, wanted)) == 0


@given(indexed_hashes, hashes)
def test_deletes_nothing_when_told_to_hold(indexed: dict[str, str | None], wanted: dict[str, str]) -> None:
    assert indexed.keys() <= applied(delta_between(indexed, wanted).without_deletions(), indexed, wanted).keys()
