"""`python -m benchmarks algolia [--records …] [--queries N] [--repeat N] [--only engine|http]`: how fast searches are.

Invented course-like records and the queries of somebody typing (every prefix of the last word, one word in three
with a typo), with facets and the exact count. Rivals answer the same queries in the same process: tantivy
(BM25, fuzzy, prefix on the last word; no facets), SQLite FTS5 (BM25, prefix; knows no typos) and DuckDB's FTS where its
extension is installed. All take turns, query by query; of the repetitions each query's quietest counts, for every
rival alike. Between repetitions the engine forgets the words it has expanded. Then the same over HTTP, beside the
servers that this machine has (`benchmarks/search_over_http.py`).
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import psutil

from benchmarks import search_over_http
from benchmarks.search_rivals import FACETS, Absent, duckdb_search, sqlite_search, tantivy_searches
from infra_pulumi.checkout.version import add_version
from services.mock_algolia.engine import Index

SETTINGS: dict[str, Any] = {
    "searchableAttributes": ["title", "skills,subject", "org", "unordered(description)"],
    "attributesForFaceting": ["subject", "level", "language", "searchable(org)"],
    "customRanking": ["desc(enrollment_count)"],
}
TANTIVY = "tantivy BM25, fuzzy, count"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def vocabulary(size: int, seed: int = 7) -> list[str]:
    """Make words of syllables, short ones first, as frequent words are."""
    chance = random.Random(seed)  # noqa: S311 - invented data
    onsets = "b br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sc sh st t th tr v w z".split()  # noqa: SIM905 - reads better as words
    vowels = "a e i o u ai ea ie ou".split()  # noqa: SIM905 - reads better as words
    codas = ["", "", "", "n", "r", "s", "t", "l", "m", "nd", "st", "ck", "ng"]
    out: dict[str, None] = {}
    while len(out) < size:
        syllables = 1 + min(len(out) * 4 // size, 2) + (chance.random() < 0.3)
        out["".join(chance.choice(onsets) + chance.choice(vowels) + chance.choice(codas) for _ in range(syllables))] = (
            None
        )
    return list(out)


def records(count: int, seed: int = 11) -> list[dict[str, Any]]:
    """Make course-like records; word frequencies follow Zipf's law."""
    chance = random.Random(seed)  # noqa: S311 - invented data
    words = vocabulary(min(50_000, 4000 + count // 2))
    weights = [1 / (rank + 3) for rank in range(len(words))]
    total, cumulative = 0.0, []
    for weight in weights:
        total += weight
        cumulative.append(total)

    def some(number: int) -> list[str]:
        return chance.choices(words, cum_weights=cumulative, k=number)

    return [
        {
            "objectID": f"course-{at}",
            "title": " ".join(some(chance.randint(3, 8))).capitalize(),
            "description": " ".join(some(chance.randint(20, 50))),
            "skills": [" ".join(some(chance.randint(1, 2))) for _ in range(4)],
            "subject": f"Subject {chance.randint(1, 25)}",
            "level": chance.choice(["Introductory", "Intermediate", "Advanced"]),
            "language": chance.choice(["English", "English", "English", "Spanish", "French", "German"]),
            "org": f"Org {min(int(chance.paretovariate(0.7)), 300)}",
            "enrollment_count": chance.randint(0, 100_000),
        }
        for at in range(count)
    ]


def typing(made: list[dict[str, Any]], wanted: int, seed: int = 13) -> list[str]:
    """Make the texts of a search box as people type words of titles, one word in three mistyped."""
    chance = random.Random(seed)  # noqa: S311 - invented data
    out: list[str] = []
    while len(out) < wanted:
        words = chance.choice(made)["title"].lower().split()
        begin = chance.randrange(len(words))
        chosen = words[begin : begin + chance.randint(1, 3)]
        typed: list[str] = []
        for word in chosen:
            if len(word) > 4 and chance.random() < 1 / 3:
                at = chance.randrange(1, len(word))
                word = chance.choice(
                    [
                        word[:at] + word[at + 1 :],
                        word[:at] + chance.choice(LETTERS) + word[at + 1 :],
                        word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
                    ]
                )
            typed.append(word)
        last = typed[-1]
        out.extend(" ".join([*typed[:-1], last[:end]]) for end in range(min(2, len(last)), len(last) + 1))
    return out[:wanted]


def quantiles(seconds: list[float]) -> tuple[float, float]:
    """Give (p50, p99) in milliseconds."""
    ordered = sorted(seconds)
    return ordered[len(ordered) // 2] * 1000, ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000


def timed(
    searches: dict[str, Callable[[str], object]], queries: list[str], repeat: int, forget: Callable[[], None]
) -> dict[str, tuple[list[float], list[float]]]:
    """Measure (seconds, processor seconds) of each query by rival, the quietest of `repeat`; all take turns."""
    never = [float("inf")] * len(queries)
    out: dict[str, tuple[list[float], list[float]]] = {name: ([*never], [*never]) for name in searches}
    for query in queries[:20]:
        for search in searches.values():
            search(query)
    for _ in range(repeat):
        forget()
        for at, query in enumerate(queries):
            for name, search in searches.items():
                waited, worked = out[name]
                began, started = time.perf_counter(), time.thread_time()
                search(query)
                worked[at] = min(worked[at], time.thread_time() - started)
                waited[at] = min(waited[at], time.perf_counter() - began)
    return out


def parts(index: Index, queries: list[str]) -> Iterator[tuple[str, float]]:
    """Give the mean milliseconds of each part of a search."""
    spent: dict[str, list[float]] = {}
    for query in queries:
        for name, seconds in index.explain({"query": query, "facets": FACETS}):
            spent.setdefault(name, []).append(seconds * 1000)
    for name, values in spent.items():
        yield name, statistics.fmean(values)


def measure(count: int, wanted: int, repeat: int) -> None:
    """Measure one size: build, search beside the rivals, update."""
    made = records(count)
    gc.collect()
    process = psutil.Process()
    before = process.memory_info().rss
    began = time.perf_counter()
    index = Index(SETTINGS, [], [])
    for at in range(0, count, 1000):
        index.apply(made[at : at + 1000], [])
    built = time.perf_counter() - began
    gc.collect()
    memory = (process.memory_info().rss - before) / 1e6
    queries = typing(made, wanted)

    def ours(text: str) -> object:
        return orjson.dumps(index.search({"query": text, "facets": FACETS}, index_name="bench"))

    def plain(text: str) -> object:
        return index.search({"query": text, "attributesToHighlight": []}, index_name="bench")

    rivals: dict[str, Callable[[str], object]] = {
        "exact, facets, count, highlight, JSON": ours,
        "exact, count only": plain,
    }
    folder = TemporaryDirectory()
    (Path(folder.name) / "t").mkdir()
    rivals[TANTIVY], rivals["tantivy, the same with facets"] = tantivy_searches(made, f"{folder.name}/t")
    rivals["SQLite FTS5 BM25, no typos, count"] = sqlite_search(made, folder.name)
    absent: list[str] = []
    try:
        rivals["DuckDB FTS, whole words, count"] = duckdb_search(made)
    except Absent as reason:
        absent.append(str(reason))
    times = timed(rivals, queries, repeat, lambda: index.apply([], []))
    began = time.perf_counter()
    dumped = index.dump()
    saved = time.perf_counter() - began
    began = time.perf_counter()
    Index.load(dumped, SETTINGS, [], []).search({"query": "a"}, index_name="bench")
    reopened = time.perf_counter() - began
    updates: list[float] = []
    for at in range(30):
        record = {**made[(at * 37) % count], "title": f"Fresh zzyzx{at} words"}
        began = time.perf_counter()
        index.apply([record], [])
        found = index.search({"query": f"zzyzx{at}"}, index_name="bench")
        updates.append(time.perf_counter() - began)
        if found["nbHits"] < 1:
            raise RuntimeError("an update was not visible")
    folder.cleanup()
    base, base_worked = (quantiles(measured)[0] for measured in times[TANTIVY])
    print(f"\n{count:,} records, {len(queries)} queries, quietest of {repeat}: indexed in {built:.1f} s, "
          f"memory {memory:.0f} MB, dump {len(dumped) / 1e6:.0f} MB in {saved:.2f} s, reopened in {reopened:.2f} s, "
          f"one update visible in p50/p99 {quantiles(updates)[0]:.1f}/{quantiles(updates)[1]:.1f} ms")  # fmt: skip
    print(
        f"  {'milliseconds; ratio of p50 to tantivy':38}{'p50':>8}{'p99':>8}{'ratio':>8}"
        f"{'processor p50':>14}{'p99':>8}{'ratio':>8}"
    )
    for name, (waited, worked) in times.items():
        (p50, p99), (cpu50, cpu99) = quantiles(waited), quantiles(worked)
        print(f"  {name:38}{p50:8.2f}{p99:8.2f}{p50 / base:8.2f}{cpu50:14.2f}{cpu99:8.2f}{cpu50 / base_worked:8.2f}")
    for reason in absent:
        print(f"  not measured: {reason}")
    print("  parts, mean ms: " + ", ".join(f"{name} {spent:.2f}" for name, spent in parts(index, queries[:300])))


def main() -> None:
    """Measure each size asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_version(parser)
    parser.add_argument("--records", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--queries", type=int, default=600)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", choices=["engine", "http"], help="measure the engine alone, or servers alone")
    asked = parser.parse_args()
    for count in asked.records:
        if asked.only != "http":
            measure(count, asked.queries, asked.repeat)
        if asked.only != "engine":
            made = records(count)
            for line in search_over_http.measure(made, typing(made, asked.queries), SETTINGS, asked.repeat):
                print(line)


if __name__ == "__main__":
    main()
