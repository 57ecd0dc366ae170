"""After the warm-up no search compiles anything: whoever asks first waits no longer than whoever asks second."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import importlib, json, pkgutil
from services.mock_algolia.engine import kernels
from services.mock_algolia.engine.index import Index
from services.mock_algolia.warm_up import warm_up

def compiled():
    names = [found.name for found in pkgutil.iter_modules(kernels.__path__)]
    modules = [importlib.import_module(f"{kernels.__name__}.{name}") for name in names]
    loops = {name: value for module in modules for name, value in vars(module).items() if hasattr(value, "signatures")}
    return {name: len(loop.signatures) for name, loop in loops.items()}

warm_up()
before = compiled()
settings = {
    "searchableAttributes": ["title", "unordered(text)", "skills"], "customRanking": ["desc(number)"],
    "attributesForFaceting": ["level", "searchable(subjects)", "filterOnly(key)"],
}
for size in (1, 3, 150, 900):
    index = Index(settings)
    records = [
        {"objectID": f"{n}", "title": f"Course {n % 7} of data {n}", "text": "learn python, slowly and well " * (n % 4),
         "level": "ab"[n % 2], "subjects": ["Art", "Data"], "skills": ["sql"], "key": f"X+{n}", "number": n,
         "_geoloc": {"lat": 1, "lng": n % 50}}
        for n in range(size)
    ]
    index.apply(records)
    for step in range(2):
        for search in (
            {"query": "python"}, {"query": "pythn"}, {"query": "data science cours"},
            {"query": "", "filters": "key:X+1"}, {"query": "", "filters": "key:NoX+1"},
            {"query": "data", "facets": ["*"], "filters": "number > 3 AND level:a"},
            {"query": "a b c d e f g h data course"}, {"query": "data", "optionalFilters": ["level:b"], "distinct": 1},
            {"query": '"of data" -python', "advancedSyntax": True},
            {"query": "data zebra", "removeWordsIfNoResults": "allOptional"},
            {"query": "course", "aroundLatLng": "1,2"}, {"query": "python data", "optionalWords": ["data"]},
        ):
            index.search(search, index_name="courses")
        index.search_facet_values("subjects", {"facetQuery": "da"})
        index.apply([{**records[0], "title": "Something New"}], ["2"])
    index.close()
print(json.dumps([before, compiled()]))
"""


def test_leaves_nothing_to_compile_to_those_who_search() -> None:
    done = subprocess.run(  # noqa: S603 - this interpreter, the program above
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )

    before, after = json.loads(done.stdout)
    assert after == before
    assert {"score_one_word", "score_several_words", "score_newest"} <= {
        name for name, times in before.items() if times
    }
