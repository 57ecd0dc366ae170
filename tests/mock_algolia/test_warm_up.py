"""After the warm-up no search compiles anything: whoever asks first waits no longer than whoever asks second."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import psutil

from tests.support.ports import free_port
from tests.support.running_sandbox import eventually

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import importlib, json, pkgutil
from services.mock_algolia.engine import kernels
from services.mock_algolia.engine.index import Index
from services.mock_algolia.engine.kernels.compile import Loop
from services.mock_algolia.warm_up import warm_up

def compiled():
    names = [found.name for found in pkgutil.iter_modules(kernels.__path__)]
    modules = [importlib.import_module(f"{kernels.__name__}.{name}") for name in names]
    loops = {name: value for module in modules for name, value in vars(module).items() if isinstance(value, Loop)}
    return {name: len(loop.machine_code.signatures) for name, loop in loops.items()}

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


def test_on_a_new_machine_answers_at_once_and_compiles_beside_it(tmp_path: Path) -> None:
    port = free_port()
    kept = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "loops"), "ALGOLIA_ADMIN_KEY": KEY}
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "services.mock_algolia", "--port", str(port)], cwd=ROOT, env=kept, stdout=subprocess.PIPE
    ) as service:
        try:
            assert service.stdout is not None
            service.stdout.readline()  # it listens
            compiling = _compiler_of(service.pid)
            with _index(port) as index:
                task = index.post("/1/indexes/courses/batch", json={"requests": [ADDED]}).json()["taskID"]
                eventually(lambda: index.get(f"/1/indexes/courses/task/{task}").json()["status"] == "published")
                found = index.post("/1/indexes/courses/query", json={"query": "keping bees", "facets": ["*"]}).json()
                assert compiling.is_running(), "the answer waited for the compiler"
                compiling.wait(300)
                again = index.post("/1/indexes/courses/query", json={"query": "keping bees", "facets": ["*"]}).json()
            assert [hit["objectID"] for hit in found["hits"]] == ["OpenX+BEE1"]
            assert again["hits"] == found["hits"]
            assert not _compiles_ahead(kept), "what is kept whole is used"
            assert list((tmp_path / "loops").rglob("one_word.score_one_word_*.nbi"))
        finally:
            service.terminate()


def test_the_compiler_ends_in_order_while_the_service_lives() -> None:
    command = [sys.executable, "-m", "services.mock_algolia.warm_up", "--while-stdin-is-open"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as compiling:  # noqa: S603
        told = compiling.stderr.read() if compiling.stderr else b""  # its stdin stays open, as a service holds it
    assert (compiling.returncode, told) == (0, b""), "else the service takes its loops for uncompiled, and stays slow"


def test_the_compiler_ends_with_the_service(tmp_path: Path) -> None:
    kept = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "loops")}
    with subprocess.Popen(
        [sys.executable, "-m", "services.mock_algolia", "--port", "0"], cwd=ROOT, env=kept, stdout=subprocess.PIPE
    ) as service:
        assert service.stdout is not None
        service.stdout.readline()
        compiling = _compiler_of(service.pid)
        service.kill()
    psutil.wait_procs([compiling], timeout=30)
    assert not compiling.is_running()
    assert _compiles_ahead(kept), "a few loops were taken for all"


def test_compiles_anew_when_a_file_that_a_loop_reads_has_changed(tmp_path: Path) -> None:
    folder = tmp_path / "services" / "mock_algolia" / "engine" / "kernels"
    shutil.copytree(KERNELS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    layout = folder / "layout.py"
    before = _place_of_seven(tmp_path)
    layout.write_text(layout.read_text().replace("PLACE, POSITIONS,", "POSITIONS, PLACE,"))

    assert (before, _place_of_seven(tmp_path)) == (100 + 7, 0xFFFF + (7 & 100))


def _place_of_seven(root: Path) -> int:
    program = (
        "import numpy; from services.mock_algolia.engine.kernels.occurrences import place;"
        "print(place(numpy.array([[100, 0xFFFF, 1]]), 0, 7))"
    )
    env = {**os.environ, "PYTHONPATH": str(root), "NUMBA_CACHE_DIR": str(root / "loops")}
    done = subprocess.run([sys.executable, "-c", program], cwd=root, env=env, capture_output=True, check=True)  # noqa: S603 - the program above
    return int(done.stdout)


def _compiler_of(service: int) -> psutil.Process:
    """Wait for the process that compiles: it begins once numba is imported, beside the first answers."""
    eventually(lambda: psutil.Process(service).children() != [])
    (compiling,) = psutil.Process(service).children()
    return compiling


KEY = "admin-key-for-tests"
KERNELS = ROOT / "services" / "mock_algolia" / "engine" / "kernels"


def _compiles_ahead(env: dict[str, str]) -> bool:
    program = "import sys; from services.mock_algolia import warm_up; sys.exit(warm_up.could_be_compiled_ahead())"
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=env, check=False).returncode == 1  # noqa: S603


ADDED = {"action": "addObject", "body": {"objectID": "OpenX+BEE1", "title": "Keeping Bees"}}


def _index(port: int) -> httpx.Client:
    headers = {"X-Algolia-Application-Id": "mock", "X-Algolia-API-Key": KEY}
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False, timeout=30)
