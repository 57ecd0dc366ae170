"""The documented ranking as plain SQL over DuckDB: slow, obvious, and sharing no code with the engine.

Words are given already normalised. One table of tokens, one of records; every step of a search is one SELECT.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import duckdb
from rapidfuzz.distance import OSA

GAP = 9
STOP_WORDS = {"che", "each", "had", "heb"}  # those that the tests' letters may spell


@dataclass(frozen=True)
class Corpus:
    """Records of `title`, `tags` (a list of texts), `kind`, `n`, `_geoloc`; settings as the engine takes them."""

    records: list[dict[str, Any]]
    searchable: list[str]
    ranking: list[str]
    custom: list[str]


@dataclass(frozen=True)
class Asked:
    """A search in its parts."""

    words: list[str]
    prefixes: list[bool]
    optional: list[bool] = field(default_factory=list)
    typos: str = "true"
    exact: str = "attribute"
    min_proximity: int = 1
    distinct: int = 0
    attribute: str = "best"
    where: str = "true"
    boosts: str = "0"
    excluded: list[str] = field(default_factory=list)
    around: tuple[float, float] | None = None
    radius: float = math.inf
    precision: int = 10
    synonyms: list[tuple[str, str]] = field(default_factory=list)


def _budget(word: str, mode: str) -> int:
    return 0 if mode == "false" else 2 if len(word) >= 8 else 1 if len(word) >= 4 else 0


def connect(corpus: Corpus) -> duckdb.DuckDBPyConnection:
    """The corpus in tables `record` and `token`."""
    base = duckdb.connect()
    base.create_function("osa", lambda a, b: OSA.distance(a, b), ["VARCHAR", "VARCHAR"], "INTEGER")  # type: ignore[list-item] # type names are accepted
    base.execute("create table record (seq int, id varchar, kind varchar, n double)")
    base.execute("create table place_of (seq int, lat double, lng double)")
    base.execute("create table token (seq int, attr int, rank int, ordered bool, pos int, alone bool, word varchar)")
    attributes: list[tuple[str, int, bool]] = []
    for rank, entry in enumerate(corpus.searchable):
        group = entry.split(",")
        for name in group:
            plain = name.removeprefix("unordered(").removesuffix(")")
            attributes.append((plain, rank, len(group) == 1 and plain == name))
    for seq, record in enumerate(corpus.records):
        base.execute(
            "insert into record values (?, ?, ?, ?)", [seq, record["objectID"], record.get("kind"), record.get("n")]
        )
        located = record.get("_geoloc") or []
        for place in located if isinstance(located, list) else [located]:
            base.execute("insert into place_of values (?, ?, ?)", [seq, place["lat"], place["lng"]])
        for attr, (name, rank, ordered) in enumerate(attributes):
            value = record.get(name)
            position = 0
            for text in [value] if isinstance(value, str) else value or []:
                words = text.split()
                for word in words:
                    base.execute(
                        "insert into token values (?, ?, ?, ?, ?, ?, ?)",
                        [seq, attr, rank, ordered, position, len(words) == 1, word],
                    )
                    position += 1
                position += GAP - 1
    return base


SEARCH = """
create or replace table term as select distinct word from token;
create or replace table measured as
  select ask.nth, term.word, osa(ask.word, term.word) as full_distance, ask.word as asked, ask.budget,
    case when ask.prefix then
      list_min(list_transform(range(1, len(term.word) + 1), lambda n: osa(ask.word, term.word[1:n])))
      else 99 end as prefix_distance
  from ask, term;
create or replace table expansion as
  select nth, word,
    least(full_distance, prefix_distance)
      + (least(full_distance, prefix_distance) > 0 and asked[1] <> word[1])::int as typos,
    full_distance <= prefix_distance and full_distance = 0 as exact
  from measured where least(full_distance, prefix_distance) <= budget
  union all
  select ask.nth, synonym.target, 0, true from ask join synonym on synonym.source = ask.word;
create or replace table occurrence as
  select token.seq, expansion.nth, attr, rank, ordered, pos, typos, exact, exact and alone as alone
  from token join expansion using (word)
  union all
  select one.seq, ask.nth, one.attr, one.rank, one.ordered, one.pos, 1, false, false
  from ask, token one, token two
  where ask.joins and length(ask.word) >= 4 and length(one.word) <= 12
    and one.seq = two.seq and one.attr = two.attr and two.pos = one.pos + 1 and one.word || two.word = ask.word
  union all
  select token.seq, ask.nth + half, attr, rank, ordered, pos, 1 - half, false, false
  from ask join ask as following on following.nth = ask.nth + 1, token, (values (0), (1)) halves(half)
  where ask.joins and token.word = ask.word || following.word;
create or replace table fewest as select seq, nth, min(typos) as typos from occurrence group by all;
create or replace table place as
  select occurrence.* from occurrence join fewest using (seq, nth, typos);
create or replace table matched as
  select seq, count(*) as words, sum(typos) as typos
  from fewest group by seq
  having count(*) filter (where not (select optional from ask where ask.nth = fewest.nth))
    = (select count(*) from ask where not optional);
create or replace table near as
  select pair.seq, sum(coalesce((
      select least(8, min(greatest(abs(a.pos - b.pos), $min_proximity)))
      from place a, place b
      where a.seq = pair.seq and b.seq = pair.seq and a.nth = pair.before and b.nth = pair.nth and a.attr = b.attr
    ), 8)) as proximity
  from (select seq, nth, lag(nth) over (partition by seq order by nth) as before from fewest) pair
  where before is not null group by pair.seq;
create or replace table close as
  select pair.seq, attr, sum(coalesce((
      select least(8, min(greatest(abs(a.pos - b.pos), $min_proximity)))
      from place a, place b
      where a.seq = pair.seq and b.seq = pair.seq and a.nth = pair.before and b.nth = pair.nth
        and a.attr = pair.attr and b.attr = pair.attr
    ), 8)) as proximity
  from (select seq, nth, attr, lag(nth) over (partition by seq, attr order by nth) as before
    from fewest join (select distinct seq, attr from place) using (seq)) pair
  where before is not null group by all;
create or replace table valued as
  select seq, nth, attr, rank * 1000 + case when ordered then least(pos, 999) else 0 end as value from place;
create or replace table attributed as
  select seq, case $attribute
    when 'best' then (select min(value) from valued where valued.seq = matched.seq)
    when 'minProximity' then (select value from valued left join close using (seq, attr) where valued.seq = matched.seq
      order by coalesce(close.proximity, 0), value limit 1)
    else (select sum(value) from (select min(value) as value from valued where valued.seq = matched.seq group by nth))
      + 1000000 * ((select count(*) from ask) - words) end as attribute
  from matched;
create or replace table scored as
  select matched.seq, record.id, record.kind, record.n, matched.words, matched.typos,
    coalesce(near.proximity, 0) as proximity,
    attributed.attribute,
    case when $exact = 'none' then 0
      when $exact = 'attribute' then (select count(distinct nth) from place where place.seq = matched.seq and alone)
      else (select count(distinct nth) from place where place.seq = matched.seq and exact) end as exact
  from matched join record using (seq) join attributed using (seq) left join near using (seq)
"""

CRITERIA = {
    "typo": "typos", "words": "-words", "proximity": "proximity", "attribute": "attribute", "exact": "-exact",
    "geo": "coalesce(floor(metres / $precision), 0)", "filters": "-filters",
}  # fmt: skip


HAVERSINE = """(
  select min(2 * 6371000 * asin(sqrt(
    pow(sin(radians(lat - $lat) / 2), 2) + cos(radians($lat)) * cos(radians(lat)) * pow(sin(radians(lng - $lng) / 2), 2)
  ))) from place_of where place_of.seq = scored.seq)"""


def _order(corpus: Corpus, ranking: list[str]) -> str:
    keys: list[str] = []
    for name in ranking:
        entries = corpus.custom if name == "custom" else [name]
        for entry in entries:
            if entry in CRITERIA:
                keys.append(CRITERIA[entry])
            else:
                attribute = entry[entry.index("(") + 1 : -1]
                keys.append(f"{attribute} {'desc' if entry.startswith('desc') else 'asc'} nulls last")
    return ", ".join([*keys, "seq"])


def search(corpus: Corpus, asked: Asked) -> list[dict[str, Any]]:
    """The hits in order, each with its id and what every criterion saw (distances in whole kilometres)."""
    with connect(corpus) as base:
        base.execute("create table ask (nth int, word varchar, prefix bool, optional bool, budget int, joins bool)")
        base.execute("create table synonym (source varchar, target varchar)")
        base.executemany("insert into synonym values ('', ''), (?, ?)", asked.synonyms or [("", "")])
        for at, word in enumerate(asked.words):
            optional = bool(asked.optional and asked.optional[at])
            base.execute(
                "insert into ask values (?, ?, ?, ?, ?, ?)",
                [at, word, asked.prefixes[at], optional, _budget(word, asked.typos), asked.typos != "false"],
            )
        exact = asked.exact if len(asked.words) == 1 else "word"
        if len(asked.words) == 1 and exact == "word" and (len(asked.words[0]) < 3 or asked.words[0] in STOP_WORDS):
            exact = "none"
        for statement in SEARCH.split(";"):
            given = {"min_proximity": asked.min_proximity, "exact": exact, "attribute": asked.attribute}
            used = {name: value for name, value in given.items() if f"${name}" in statement}
            base.execute(statement, used)
        ranking = list(corpus.ranking)
        metres = "null"
        if asked.around:
            metres = HAVERSINE.replace("$lat", str(asked.around[0])).replace("$lng", str(asked.around[1]))
        kept = f"select *, {asked.boosts} as filters, {metres} as metres from scored where {asked.where}"  # noqa: S608 - our own tests' text
        for word in asked.excluded:
            kept += f" and seq not in (select seq from token where word = '{word}')"  # noqa: S608 - our own tests' text
        if asked.around:
            kept = f"select * from ({kept}) where metres <= {asked.radius if asked.radius < math.inf else 1e9}"  # noqa: S608 - our own tests' text
        if asked.typos in ("min", "strict"):
            ranking = ["typo", *(name for name in ranking if name != "typo")]
            levels = f"select distinct typos from ({kept}) order by typos limit {1 if asked.typos == 'min' else 2}"  # noqa: S608 - our own tests' text
            kept = f"select * from ({kept}) where typos in ({levels})"  # noqa: S608 - our own tests' text
        order = _order(corpus, ranking).replace("$precision", str(asked.precision))
        if asked.distinct:
            numbered = (  # each group stands where its best hit does
                f"select *, row_number() over (partition by kind order by {order}) as place, "  # noqa: S608 - our own tests' text
                f"row_number() over (order by {order}) as standing from ({kept})"
            )
            leader = "if(kind is null, standing, min(standing) over (partition by kind)) as leader"
            led = f"select *, {leader} from ({numbered})"  # noqa: S608 - our own tests' text
            kept = f"select * from ({led}) where kind is null or place <= {asked.distinct}"  # noqa: S608 - our own tests' text
            order = "leader, standing"
        shown = "id, typos, words, proximity, attribute, exact, filters, coalesce(floor(metres / 1000), 0)::bigint"
        rows = base.execute(f"select {shown} from ({kept}) order by {order}")  # noqa: S608 - our own tests' text
        names = ["id", "typos", "words", "proximity", "attribute", "exact", "filters", "kilometres"]
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
