"""The course index behind its port: questions become Algolia's parameters, Algolia's answers become courses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any
from urllib.parse import quote

from services.course_record import CourseRecord
from services.course_record.languages import LANGUAGE_CODES, fold
from services.course_record.organisations import organisation_names
from services.course_record.related_record import SCHOOL, RelatedRecord, SchoolRecord, related_index
from services.coursematch.algolia_http import AlgoliaHttp, AlgoliaRefused, AlgoliaSlow, AlgoliaUnreachable
from services.coursematch.recommendation import Others
from services.coursematch.search_port import CatalogUnavailable, CourseQuery, Found, Hit

QUERY_BYTES = 512
"""Algolia cuts longer queries (https://support.algolia.com: "maximum query length")."""
OBJECTS_A_CALL = 1000
FACET_VALUES_MOST = 1000
"""Algolia's own limit to the values that it counts of one attribute."""
EXCLUDED_MOST = 200
"""Filters have a size limit; matching leaves out taken courses once more by itself."""

# Private-use characters, which no catalogue holds: tags that a title may hold would be taken for our own.
_PRE, _POST = "\ue000", "\ue001"
_WORD = f"{_PRE}[^{_PRE}{_POST}]*{_POST}\\w*"
_PHRASE = re.compile(f"{_WORD}(?: ?{_WORD})*")
_STOP_WORDS_OF = {english: code for english, code in LANGUAGE_CODES.items() if code != "vi"}
"""Algolia has stop words of all our languages but Vietnamese (its specification's `supportedLanguage`)."""
_RETRIEVED = [field.name for field in fields(CourseRecord) if field.name not in CourseRecord.ONLY_WHOLE]
_OF_TAKEN = ["title", "level", "language", "skills", "subjects"]
_HIGHLIGHTED = ["title", "skills", "subjects", "org", "course_key"]
_EVIDENCE = ("_highlightResult", "_snippetResult", "_rankingInfo")
_SNIPPETS = ["short_description:20", "full_description:20"]


class AlgoliaCourseSearch:
    """`CourseSearch` over an Algolia index of courses, and the one of related courses beside it.

    Remembers where the plan lacks semantic search, and asks no more.
    """

    def __init__(self, algolia: AlgoliaHttp, index: str) -> None:
        self._algolia = algolia
        self._index = index
        self._related = related_index(index)
        self._keyword_only = False
        self._semantic_seen = False

    def search(self, query: CourseQuery) -> Found:
        """Find the courses that answer one question; raises `CatalogUnavailable`."""
        return self.search_all([query])[0]

    def search_all(self, queries: Sequence[CourseQuery]) -> list[Found]:
        """Find the courses of several questions in one round trip; raises `CatalogUnavailable`."""
        if not queries:
            return []
        semantic = [query.semantic and not self._keyword_only for query in queries]
        try:
            answers = self._results(queries, semantic)
        except (AlgoliaRefused, AlgoliaSlow) as error:
            if not any(semantic) or not _says_no_semantic_search(error):
                raise _unavailable(error) from error
            if isinstance(error, AlgoliaRefused):
                self._keyword_only = True
            return self.search_all([replace(query, semantic=False) for query in queries])
        except AlgoliaUnreachable as error:
            raise _unavailable(error) from error
        read: tuple[dict[str, CourseRecord], dict[str, CourseRecord]] = ({}, {})  # of short records, and of whole ones
        found = [_found(query, answer, read[query.whole]) for query, answer in zip(queries, answers, strict=True)]
        self._semantic_seen = self._semantic_seen or any(one.semantic for one in found)
        # Without a hit there is no score to tell by: then the index is taken for what it was before.
        return [
            replace(one, semantic=asked and self._semantic_seen) if not one.hits else one
            for one, asked in zip(found, semantic, strict=True)
        ]

    def courses(self, course_keys: Sequence[str]) -> dict[str, CourseRecord]:
        """Read courses by key, those that the index holds; raises `CatalogUnavailable`."""
        try:
            return _by_key(self._objects([_object(self._index, key) for key in dict.fromkeys(course_keys)]))
        except (AlgoliaUnreachable, AlgoliaRefused) as error:
            raise _unavailable(error) from error

    def courses_and_others(
        self, course_keys: Sequence[str], related_to: Sequence[str]
    ) -> tuple[dict[str, CourseRecord], Others | None]:
        """Read courses, and what the model says of others, in one call; raises `CatalogUnavailable`."""
        keys, of = list(dict.fromkeys(course_keys)), list(dict.fromkeys(related_to))
        wanted = [_object(self._related, key) for key in (SCHOOL, *of)]
        # A learner may have taken hundreds, each with long texts that say nothing of what comes next.
        wanted += [_object(self._index, key, _OF_TAKEN) for key in keys]
        try:
            school, *found = self._objects(wanted)
        except AlgoliaUnreachable as error:
            raise _unavailable(error) from error
        except AlgoliaRefused:
            # One of the two indexes is missing, or the key may not read it: without the model there is still an answer.
            return self.courses(keys), None
        records = _by_key(found[len(of) :])
        if school is None:
            return records, None
        related = [RelatedRecord.from_json(document) for document in found[: len(of)] if document is not None]
        return records, Others(
            related={record.course_key: record for record in related}, school=SchoolRecord.from_json(school)
        )

    def check(self) -> None:
        """Ask the index for one course; raises `CatalogUnavailable`."""
        try:
            self._algolia.post(
                f"/1/indexes/{quote(self._index, safe='')}/query",
                {"query": "", "hitsPerPage": 1, "mode": "keywordSearch"},
            )
        except (AlgoliaUnreachable, AlgoliaRefused) as error:
            raise _unavailable(error) from error

    def _results(self, queries: Sequence[CourseQuery], semantic: Sequence[bool]) -> list[dict[str, Any]]:
        requests = [
            {"indexName": self._index, **search_parameters(query, semantic=used)}
            for query, used in zip(queries, semantic, strict=True)
        ]
        answer = self._algolia.post("/1/indexes/*/queries", {"requests": requests})
        results: list[dict[str, Any]] = answer["results"]
        return results

    def _objects(self, wanted: Sequence[Mapping[str, Any]]) -> list[dict[str, Any] | None]:
        """Read records, each as `_object` asks for it; None for those that are not there."""
        found: list[dict[str, Any] | None] = []
        for start in range(0, len(wanted), OBJECTS_A_CALL):
            requests = wanted[start : start + OBJECTS_A_CALL]
            found += self._algolia.post("/1/indexes/*/objects", {"requests": requests})["results"]
        return found


def _object(index: str, key: str, attributes: Sequence[str] | None = None) -> dict[str, Any]:
    asked: dict[str, Any] = {"indexName": index, "objectID": key}
    return asked if attributes is None else asked | {"attributesToRetrieve": attributes}


def search_parameters(query: CourseQuery, *, semantic: bool) -> dict[str, Any]:
    """Write a question as Algolia's search parameters, each a documented one.

    Semantic search is the index's own setting (`mode`), which a sync deploys where the plan has it: a question only
    ever takes it back.
    """
    parameters: dict[str, Any] = {
        "query": _cut(query.words),
        "hitsPerPage": query.limit,
        "attributesToRetrieve": ["*"] if query.whole else _RETRIEVED,
        "attributesToHighlight": _HIGHLIGHTED if query.explained else [],
        "attributesToSnippet": _SNIPPETS if query.explained else [],
        "restrictHighlightAndSnippetArrays": True,
        "highlightPreTag": _PRE,
        "highlightPostTag": _POST,
        "getRankingInfo": semantic or query.explained,
    }
    if query.written_in in _STOP_WORDS_OF:
        parameters["removeStopWords"] = [_STOP_WORDS_OF[query.written_in]]
    if not semantic:
        parameters["mode"] = "keywordSearch"
    filters = [f"NOT course_key:{_quoted(key)}" for key in query.without[:EXCLUDED_MOST]]
    filters += [f"NOT level:{_quoted(level)}" for level in query.without_levels]
    filters += [f"NOT language:{_quoted(language)}" for language in query.without_languages]
    filters += [f"NOT org:{_quoted(name)}" for name in _ways_of_writing(query.without_organisations)]
    filters += [f"level:{_quoted(query.level)}"] if query.level else []
    filters += [f"language:{_quoted(query.language)}"] if query.language else []
    filters += _any_of("org", _ways_of_writing(query.organisations))
    filters += _any_of("course_key", query.among)
    filters += _any_of("prerequisites", query.requiring)
    filters += _any_of("skills", query.skills)
    filters += _any_of("subjects", query.subjects)
    if filters:
        parameters["filters"] = " AND ".join(filters)
    if query.skills:
        parameters["sumOrFiltersScores"] = True
    facets = [*(["language"] if query.languages else []), *(["org"] if query.providers else [])]
    if facets:
        parameters |= {"facets": facets, "maxValuesPerFacet": FACET_VALUES_MOST}
    if query.any_words:
        parameters["optionalWords"] = list(query.any_words)
    return parameters


def _by_key(documents: Sequence[Mapping[str, Any] | None]) -> dict[str, CourseRecord]:
    records = (CourseRecord.from_json(document) for document in documents if document is not None)
    return {record.course_key: record for record in records}


def _ways_of_writing(organisations: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name for one in organisations for name in organisation_names(one)))


def _any_of(attribute: str, values: Sequence[str]) -> list[str]:
    return [f"({' OR '.join(f'{attribute}:{_quoted(value)}' for value in values)})"] if values else []


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _cut(words: str) -> str:
    return words.encode("utf-8", "replace")[:QUERY_BYTES].decode("utf-8", "ignore").strip()


def _found(query: CourseQuery, answer: Mapping[str, Any], records: dict[str, CourseRecord]) -> Found:
    """Read an answer. A course that several answers of one call hold is read once: `records` collects them by id."""
    understood = [item for item in answer.get("userData") or [] if isinstance(item, Mapping)]
    words = answer.get("parsedQuery") or answer.get("queryAfterRemoval") or answer.get("query") or query.words
    asked = frozenset(fold(word) for word in re.findall(r"\w+", query.words))
    hits = tuple(_hit(document, asked, records) for document in answer["hits"])
    return Found(
        hits=hits,
        words=re.sub(f"[{_PRE}{_POST}]|<[^>]*>", "", str(words)),
        level=next((item["level"] for item in understood if "level" in item), None),
        language=next((item["language"] for item in understood if "language" in item), None),
        semantic=any(hit.relevance is not None for hit in hits),
        languages=(answer.get("facets") or {}).get("language") or {},
        providers=tuple((answer.get("facets") or {}).get("org") or ()),
    )


def _hit(document: Mapping[str, Any], asked: frozenset[str], records: dict[str, CourseRecord]) -> Hit:
    identity = document["objectID"]
    if identity not in records:
        records[identity] = CourseRecord.from_json(document)
    if document.keys().isdisjoint(_EVIDENCE):
        return Hit(record=records[identity])
    parts = {**(document.get("_highlightResult") or {}), **(document.get("_snippetResult") or {})}
    matched = {field: words for field, part in parts.items() if (words := _matched_words(part))}
    ranking = document.get("_rankingInfo") or {}
    if ranking.get("nbTypos"):
        # Found by a correction: a word that was not asked for is no evidence, and must not be told as if it were.
        matched = {field: kept for field, words in matched.items() if (kept := _as_asked(words, asked))}
    return Hit(
        record=records[identity],
        matched=matched,
        by_meaning=float(ranking.get("semanticScore") or 0) > 0,
        relevance=ranking.get("neuralScore"),
    )


def _matched_words(part: Any) -> tuple[str, ...]:
    texts = [item["value"] for item in (part if isinstance(part, list) else [part]) if "value" in item]
    # Words that stand side by side are one phrase; a prefix is marked up to where it was typed: its word goes on.
    words = (
        "".join(found[0].split(_PRE)).replace(_POST, "").strip() for text in texts for found in _PHRASE.finditer(text)
    )
    return tuple({word.casefold(): word for word in words if word}.values())


def _as_asked(phrases: Sequence[str], asked: frozenset[str]) -> tuple[str, ...]:
    """Keep the phrases whose words were typed so, or begin with what was typed."""
    return tuple(
        phrase
        for phrase in phrases
        if all(any(fold(word).startswith(typed) for typed in asked) for word in re.findall(r"\w+", phrase))
    )


def _says_no_semantic_search(error: AlgoliaRefused | AlgoliaSlow) -> bool:
    if isinstance(error, AlgoliaSlow):
        return True  # the semantic leg is the slow one: by words alone there may be an answer
    message = str(error).casefold()
    return error.status in {400, 402, 403} and ("neural" in message or "mode" in message)


def _unavailable(error: AlgoliaRefused | AlgoliaUnreachable) -> CatalogUnavailable:
    if isinstance(error, AlgoliaUnreachable):
        return CatalogUnavailable(f"The course index does not answer: {error}.")
    if error.status == 404:
        return CatalogUnavailable("The course index has not been filled yet; the next sync does it.")
    return CatalogUnavailable(f"The course index refused the question with status {error.status}: {error}")
