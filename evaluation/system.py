"""The system under measurement, on its real path: records in an Algolia index, asked through matching."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from evaluation.ranking import Ranking
from services.catalog_sync.sync import wanted_configuration
from services.course_record import CourseRecord
from services.course_record.index_settings import Mode
from services.coursematch.algolia_http import AlgoliaHttp
from services.coursematch.course_search import AlgoliaCourseSearch
from services.coursematch.matching import Matching
from services.coursematch.recommendation import Others
from services.coursematch.search_port import CatalogUnavailable, CourseQuery, CourseSearch, Found
from services.index_writer.algolia_client import AlgoliaAccess, algolia_client
from services.index_writer.course_index import AlgoliaIndex, Configuration, chunks_of
from services.index_writer.patience import Patience
from services.learner_history import LearnerHistory
from services.mock_algolia import AlgoliaMock
from services.recommendation_model.run_report import RunReport
from services.recommendation_model.training import Options, Source, train

INDEX = "courses"
FIRST_ANSWER_SECONDS = 120.0
BATCH_RECORDS = 1_000
BATCH_BYTES = 8_000_000
LEAST_LEARNERS = 2
"""As in the sandbox: invented learners have nothing to hide, and the fixtures are few."""
QUERY_CHARACTERS = 512
"""What the API takes as `keywords`; a longer question is cut there."""

Progress = Callable[[int, int], None]


@contextmanager
def deployed(
    records: Sequence[CourseRecord],
    mode: Mode,
    progress: Progress,
    kept: Path | None = None,
    enrollments: Source | None = None,
) -> Iterator[CourseSearch]:
    """Start an Algolia mock of our own, put settings, synonyms, rules and records into it, and yield a search over it.

    `progress` is told records sent, and all records. With `kept`, the index is made once, in a folder under it that is
    named after its contents, and used again: embedding a catalogue takes longer than asking it. From `enrollments` the
    model of related courses is made and published beside it, as the job does.
    """
    wanted = wanted_configuration(mode)
    parts = list(chunks_of((record.to_json() for record in records), BATCH_RECORDS, BATCH_BYTES))
    folder = kept / f"index-{_digest(wanted, parts)}" if kept else None
    whole = folder / "whole" if folder else None
    with AlgoliaMock(folder / "data" if folder else None) as algolia:
        if whole is None or not whole.exists():
            access = AlgoliaAccess(algolia.app_id, algolia.admin_key, (algolia.url,))
            client, _ = algolia_client(access, Patience())
            index = AlgoliaIndex(client)
            index.set_settings(INDEX, wanted.settings)
            index.replace_synonyms(INDEX, wanted.synonyms)
            index.replace_rules(INDEX, wanted.rules)
            sent = 0
            for part in parts:
                index.batch(INDEX, part, ())
                sent += len(part)
                progress(sent, len(records))
            if enrollments is not None:
                train(
                    enrollments,
                    index,
                    Options(index_name=INDEX, least_learners=LEAST_LEARNERS),
                    RunReport("evaluation", ""),
                )
            if whole:
                whole.touch()
        http = AlgoliaHttp(algolia.app_id, lambda: algolia.search_key, [algolia.url], time.monotonic, Random(0))  # noqa: S311  one host
        search = AlgoliaCourseSearch(http, INDEX)
        _wait_for_the_first_answer(search)
        yield search


def _wait_for_the_first_answer(search: CourseSearch) -> None:
    """Ask until there is an answer: on a new machine the stand-in compiles its loops for longer than requests wait."""
    give_up = time.monotonic() + FIRST_ANSWER_SECONDS
    while True:
        try:
            search.search(CourseQuery(words="warm up", limit=1, semantic=True, explained=True))
            return
        except CatalogUnavailable:
            if time.monotonic() > give_up:
                raise


def _digest(wanted: Configuration, parts: Sequence[Any]) -> str:
    contents = json.dumps([wanted.settings, wanted.synonyms, wanted.rules, parts], sort_keys=True, default=str)
    return hashlib.sha256(contents.encode()).hexdigest()[:16]


def connected(url: str, app_id: str, search_key: str, index: str) -> tuple[CourseSearch, MeaningOnly]:
    """Search an index that is served already (a sandbox's, say): as the Lambda does, and by meaning alone."""
    http = AlgoliaHttp(app_id, lambda: search_key, [url], time.monotonic, Random(0))  # noqa: S311  one host, no secret
    return AlgoliaCourseSearch(http, index), MeaningOnly(http, index)


class MeaningOnly:
    """The semantic leg by itself: the order of `semanticScore` among what a neural search finds."""

    name = "meaning only"

    def __init__(self, http: AlgoliaHttp, index: str) -> None:
        self._http = http
        self._path = f"/1/indexes/{index}/query"

    def search(self, text: str, limit: int) -> Ranking:
        """Rank courses by how near their texts are to the question."""
        body = {
            "query": text, "mode": "neuralSearch", "hitsPerPage": 1000, "getRankingInfo": True,
            "enableRules": False, "attributesToRetrieve": ["objectID"], "attributesToHighlight": [],
        }  # fmt: skip
        hits = self._http.post(self._path, body)["hits"]
        near = sorted(hits, key=lambda hit: -float(hit["_rankingInfo"].get("semanticScore") or 0))
        return [str(hit["objectID"]) for hit in near[:limit]]


class Coursematch:
    """`/coursematch` and `/recommendations`, without the HTTP around them.

    `said` is what the answers to each text said of each course.
    """

    def __init__(self, name: str, search: CourseSearch, history: LearnerHistory) -> None:
        self.name = name
        self.said: dict[str, dict[str, str]] = {}
        self._matching = Matching(search, history)

    def search(self, text: str, limit: int) -> Ranking:
        """Rank courses as `GET /coursematch?keywords=…` does for somebody without a history."""
        found = self._matching.match(text[:QUERY_CHARACTERS], limit)
        self.said[text] = {
            course.record.course_key: f"{course.score:.2f} {course.explanation}" for course in found.courses
        }
        return [course.record.course_key for course in found.courses]

    def recommend(self, learner: str, limit: int) -> Ranking:
        """Rank courses as `GET /recommendations` does."""
        return [course.record.course_key for course in self._matching.recommend(learner, limit).courses]


class KeywordsOnly:
    """A course index whose plan lacks semantic search: the same questions, by words alone."""

    def __init__(self, search: CourseSearch) -> None:
        self._search = search

    def search(self, query: CourseQuery) -> Found:
        """Ask without the semantic leg."""
        return self._search.search(replace(query, semantic=False))

    def search_all(self, queries: Sequence[CourseQuery]) -> list[Found]:
        """Ask all without the semantic leg."""
        return self._search.search_all([replace(query, semantic=False) for query in queries])

    def courses(self, course_keys: Sequence[str]) -> dict[str, CourseRecord]:
        """Read courses by key."""
        return self._search.courses(course_keys)

    def courses_and_others(
        self, course_keys: Sequence[str], related_to: Sequence[str]
    ) -> tuple[dict[str, CourseRecord], Others | None]:
        """Read courses by key, and what the model says of others."""
        return self._search.courses_and_others(course_keys, related_to)

    def check(self) -> None:
        """Ask the index for a sign of life."""
        self._search.check()
