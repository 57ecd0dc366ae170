"""The engines that our searches are measured beside, in this process: the first 20 records and the count."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson

FACETS = ["subject", "level", "language", "org"]


class Absent(Exception):
    """Say why a rival is not measured on this machine."""


def tantivy_searches(
    made: list[dict[str, Any]], folder: str
) -> tuple[Callable[[str], object], Callable[[str], object]]:
    """Index into tantivy; (count and the first 20 documents, the same with facet counts)."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in ("title", "skills", "description"):
        builder.add_text_field(name, stored=False)
    for name in FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("record", stored=True)
    schema = builder.build()
    index = tantivy.Index(schema, path=folder)
    writer = index.writer(heap_size=100_000_000, num_threads=2)
    for record in made:
        text = {name: record[name] for name in ("title", "description", *FACETS)}
        text["skills"] = " ".join(record["skills"])
        writer.add_document(tantivy.Document(**text, record=orjson.dumps(record)))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def one_word(word: str, last: bool) -> Any:
        distance = 2 if len(word) >= 8 else (1 if len(word) >= 4 else 0)
        return tantivy.Query.boolean_query(
            [
                (
                    tantivy.Occur.Should,
                    tantivy.Query.fuzzy_term_query(
                        schema, name, word, distance=distance, transposition_cost_one=True, prefix=last
                    ),
                )
                for name in ("title", "skills", "description")
            ]
        )

    wanted = {name: {"terms": {"field": name, "size": 100}} for name in FACETS}

    def parsed(text: str) -> Any:
        words = text.split()
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, one_word(word, at == len(words) - 1)) for at, word in enumerate(words)]
        )

    def search(text: str) -> object:
        found: Any = searcher.search(parsed(text), 20, count=True)
        return found.count, [searcher.doc(address)["record"] for _, address in found.hits]

    def faceted(text: str) -> object:
        query = parsed(text)
        found: Any = searcher.search(query, 20, count=True)
        facets = searcher.aggregate(query, wanted)
        return found.count, facets, [searcher.doc(address)["record"] for _, address in found.hits]

    return search, faceted


def sqlite_search(made: list[dict[str, Any]], folder: str) -> Callable[[str], object]:
    """Index into FTS5; the search returns count and the first 20 rows."""
    base = sqlite3.connect(f"{folder}/fts.db")
    base.execute("create virtual table f using fts5(title, skills, description, record unindexed, prefix='2 3')")
    base.executemany(
        "insert into f values (?, ?, ?, ?)",
        ((r["title"], " ".join(r["skills"]), r["description"], orjson.dumps(r).decode()) for r in made),
    )
    base.commit()

    def search(text: str) -> object:
        words = text.split()
        match = " ".join(f'"{word}"' for word in words) + "*"
        count = base.execute("select count(*) from f where f match ?", (match,)).fetchone()
        return count, base.execute("select record from f where f match ? order by rank limit 20", (match,)).fetchall()

    return search


def duckdb_search(made: list[dict[str, Any]]) -> Callable[[str], object]:
    """Index into DuckDB's full-text search, which is an extension. Raises Absent where it is not installed.

    It knows neither prefixes nor typos: the last word must be whole, so that it finds less than the others do.
    """
    import duckdb

    base = duckdb.connect()
    try:
        _load_fts(base)
    except duckdb.Error as error:
        raise Absent(f"DuckDB {duckdb.__version__} has no extension fts here") from error
    base.execute("create table f (id integer, title text, skills text, description text, record text)")
    rows = [
        (at, r["title"], " ".join(r["skills"]), r["description"], orjson.dumps(r).decode()) for at, r in enumerate(made)
    ]
    base.executemany("insert into f values (?, ?, ?, ?, ?)", rows)
    base.execute(
        "pragma create_fts_index('f', 'id', 'title', 'skills', 'description', stemmer='none', stopwords='none')"
    )
    ask = (
        "select count(*) over (), record from (select record, fts_main_f.match_bm25(id, ?, conjunctive := 1) as score "
        "from f) where score is not null order by score desc limit 20"
    )
    return lambda text: base.execute(ask, (text,)).fetchall()


def _load_fts(base: Any) -> None:
    """Load the extension that is installed, or the one that the wheel `duckdb-extension-fts` brought."""
    wheel = find_spec("duckdb_extension_fts")
    files = (
        [file for place in wheel.submodule_search_locations or () for file in Path(place).rglob("fts.*")]
        if wheel
        else []
    )
    base.execute(f"load '{files[0]}'" if files else "load fts")
