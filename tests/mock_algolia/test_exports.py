"""Files as Algolia's own tools write them go in, are used, and come out as they were."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mock_algolia import AlgoliaMock
from services.mock_algolia.exports import BadExport, Export, lines, read_export, read_exports, write_exports

RECORDS = [{"objectID": "1", "name": "Boot", "color": "red"}, {"objectID": "2", "name": "Shoe", "color": "blue"}]
SETTINGS = {  # as `algolia settings get` and the dashboard print them, defaults and read-only fields included
    "minWordSizefor1Typo": 4, "minWordSizefor2Typos": 8, "hitsPerPage": 20, "maxValuesPerFacet": 100, "version": 2,
    "searchableAttributes": ["name"], "attributesForFaceting": ["color"], "numericAttributesToIndex": None,
    "attributesToRetrieve": None, "unretrievableAttributes": None, "optionalWords": None,
    "attributesToSnippet": None, "attributesToHighlight": None, "paginationLimitedTo": 1000,
    "attributeForDistinct": None, "exactOnSingleWordQuery": "attribute", "separatorsToIndex": "",
    "ranking": ["typo", "geo", "words", "filters", "proximity", "attribute", "exact", "custom"],
    "customRanking": ["desc(likes)"], "removeWordsIfNoResults": "none", "queryType": "prefixLast",
    "highlightPreTag": "<em>", "highlightPostTag": "</em>", "snippetEllipsisText": "",
    "alternativesAsExact": ["ignorePlurals", "singleWordSynonym"],
}  # fmt: skip
RULES = [
    {
        "objectID": "qr-1", "description": "Red first", "enabled": True, "tags": ["visual-editor"], "scope": "default",
        "conditions": [{"anchoring": "contains", "pattern": "boot", "alternatives": False}],
        "consequence": {"params": {"optionalFilters": ["color:red"]}, "filterPromotes": True},
        "_metadata": {"lastUpdate": 1700000000},
    }
]  # fmt: skip
SYNONYMS = [{"objectID": "syn-1", "type": "synonym", "synonyms": ["boot", "footwear"]}]


def without_notes(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in item.items() if name != "_metadata"} for item in items]


def test_a_folder_fills_an_index_with_all_it_had(algolia: AlgoliaMock, tmp_path: Path) -> None:
    (tmp_path / "products.ndjson").write_bytes(lines(RECORDS))
    (tmp_path / "products.settings.json").write_text(json.dumps(SETTINGS))
    (tmp_path / "products.rules.ndjson").write_bytes(lines(RULES))
    (tmp_path / "products.synonyms.json").write_text(json.dumps(SYNONYMS))

    algolia.seed_from(tmp_path)

    found = algolia.export("products", tmp_path / "out")
    records, kept, rules, synonyms = (read_export(path) for path in found)
    assert records.records == RECORDS
    assert rules.rules == without_notes(RULES)
    assert synonyms.synonyms == SYNONYMS
    assert kept.settings is not None
    assert {name: kept.settings.get(name) for name in SETTINGS if name != "version"} == {
        name: value for name, value in SETTINGS.items() if name != "version"
    }


@pytest.mark.parametrize("name", ["export-products-APPID1234-1700000000.json", "products.json"])
def test_a_configuration_export_is_known_by_its_name_or_its_content(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(json.dumps({"settings": SETTINGS, "rules": RULES, "synonyms": SYNONYMS}))

    (found,) = read_exports([path])

    assert found == Export("products", [], SETTINGS, without_notes(RULES), SYNONYMS)


def test_a_record_with_settings_of_its_own_is_a_record(tmp_path: Path) -> None:
    path = tmp_path / "devices.json"
    path.write_text('[{"objectID": "1", "settings": {"volume": 3}}]')

    assert read_export(path).records == [{"objectID": "1", "settings": {"volume": 3}}]


def test_an_index_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "dump.ndjson").write_bytes(lines(RECORDS))

    assert [found.index for found in read_exports([f"products={tmp_path / 'dump.ndjson'}"])] == ["products"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("products.ndjson", b'{"a": 1}\n{"a": \n', "cannot be read"),
        ("products.ndjson", b"\xff\xfe", "cannot be read"),
        ("products.json", b"[1, 2]", "expected JSON objects"),
        ("products.settings.json", b"[]", "holds no settings"),
        ("export-products-APPID-17.json", b'{"a": 1}', "holds no configuration"),
        ("products.xlsx", b"", "ends in .json, .ndjson, .jsonl, .csv"),
    ],
)
def test_says_which_file_is_wrong_and_how(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(BadExport, match=told) as refused:
        read_exports([tmp_path / name])

    assert name in str(refused.value)


@pytest.mark.parametrize("missing", ["nothing.ndjson", "index=nothing.ndjson"])
def test_says_that_a_file_is_missing(missing: str) -> None:
    with pytest.raises(BadExport, match="does not exist"):
        read_exports([missing])


def test_refuses_what_algolia_would_and_fills_nothing(algolia: AlgoliaMock, tmp_path: Path) -> None:
    (tmp_path / "products.ndjson").write_bytes(lines(RECORDS))
    (tmp_path / "products.rules.json").write_text('[{"objectID": "r", "conditions": "wrong", "consequence": {}}]')

    with pytest.raises(BadExport, match=r"products: conditions must be an array \(in `\[0\]`\)"):
        algolia.seed_from(tmp_path)

    assert algolia.requests == []
    algolia.seed_from(f"products={tmp_path / 'products.ndjson'}")


texts = st.text(st.characters(codec="utf-8"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=50, deadline=None)
@given(records=st.lists(st.dictionaries(st.text("abc", min_size=1), json_values, max_size=4), max_size=5))
def test_whatever_a_record_holds_comes_back(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]]
) -> None:
    numbered = [{**record, "objectID": str(number)} for number, record in enumerate(records)]
    folder = tmp_path_factory.mktemp("written")

    write_exports(folder, Export("any", numbered, {}, [], []))

    assert read_export(folder / "any.ndjson").records == numbered
