"""The catalogue as a map: the index's courses, where they lie by meaning, and what a search lights up."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import quote

import httpx

from sandbox.setup import loopback_http
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import State, read_json

MOST_COURSES = 1000
"""As many as a page of the index gives: those that most people take."""
NEIGHBOURS = 30
AT_ONCE = 50
ANSWER_SECONDS = 30
TOLD = [
    "course_key", "title", "org", "short_description", "level", "language", "subjects", "prerequisites",
    "enrollment_count", "url", "content_hash",
]  # fmt: skip

Json = dict[str, Any]


class NoIndex(SandboxProblem):
    """The index is not there to be asked."""


class Catalogue:
    """One sandbox's index, asked with its search key. The map is made once for what the index holds."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._made: tuple[Any, Json] | None = None
        self._making = threading.Lock()

    def map(self) -> Json:
        """Give every course with its place. Raises `NoIndex`."""
        with self._making:
            found = self._query({"query": "", "hitsPerPage": MOST_COURSES, "attributesToRetrieve": TOLD})
            courses = sorted(found["hits"], key=lambda course: str(course["objectID"]))
            by_meaning = self._by_meaning(courses)
            holds = by_meaning, [(course["objectID"], course.get("content_hash")) for course in courses]
            if self._made is None or self._made[0] != holds:
                self._made = (holds, self._laid_out(courses, found["nbHits"], by_meaning))
            return self._made[1]

    def search(self, asked: Json) -> Json:
        """Give what a search finds: each course's place in the list, and how each leg of the search scores it."""
        words = str(asked.get("words", ""))[:512]
        found = self._query(
            {"query": words, "hitsPerPage": 20, "getRankingInfo": True, "attributesToRetrieve": ["title"]}
        )
        return {
            "hits": [
                {
                    "key": hit["objectID"],
                    "words": hit["_rankingInfo"].get("keywordScore"),
                    "meaning": hit["_rankingInfo"].get("semanticScore"),
                    "both": hit["_rankingInfo"].get("neuralScore"),
                }
                for hit in found["hits"]
            ]
        }

    def _laid_out(self, courses: list[Json], count: int, by_meaning: bool) -> Json:
        from sandbox.console.course_map import places  # numpy, which the front door needs for nothing else

        at = {course["objectID"]: index for index, course in enumerate(courses)}
        alike = [
            {at[hit["objectID"]]: hit["_score"] / 100 for hit in hits if hit["objectID"] in at}
            for hits in self._neighbours(list(at))
        ]
        shown = [
            {
                "key": course["objectID"], "title": course["title"], "about": course.get("short_description") or "",
                "level": course.get("level"), "language": course.get("language"),
                "subjects": course.get("subjects") or [], "after": course.get("prerequisites") or [],
                "taken": course.get("enrollment_count") or 0, "url": course.get("url"),
                "x": round(x, 4), "y": round(y, 4),
            }
            for course, (x, y) in zip(courses, places(alike), strict=True)
        ]  # fmt: skip
        return {"courses": shown, "all": count, "by": "meaning" if by_meaning else "words"}

    def _by_meaning(self, courses: list[Json]) -> bool:
        """Tell whether the index answers by meaning (yet): only then does it score it."""
        if not courses:
            return False
        hits = self._query({"query": courses[0]["title"], "hitsPerPage": 1, "getRankingInfo": True})["hits"]
        return any("semanticScore" in hit["_rankingInfo"] for hit in hits)

    def _neighbours(self, keys: list[str]) -> list[list[Json]]:
        """Ask what is alike, course by course (Algolia Recommend, "looking-similar")."""
        index = self._index()["index"]
        found: list[list[Json]] = []
        for begin in range(0, len(keys), AT_ONCE):
            requests = [
                {
                    "indexName": index, "model": "looking-similar", "objectID": key, "threshold": 0,
                    "maxRecommendations": NEIGHBOURS, "queryParameters": {"attributesToRetrieve": ["objectID"]},
                }
                for key in keys[begin : begin + AT_ONCE]
            ]  # fmt: skip
            answer = self._post("/1/indexes/*/recommendations", {"requests": requests})
            found += [result["hits"] for result in answer["results"]]
        return found

    def _query(self, asked: Json) -> Json:
        return self._post(f"/1/indexes/{quote(self._index()['index'])}/query", {**asked, "analytics": False})

    def _index(self) -> Json:
        found = read_json(self._state.endpoints_file)
        if found is None:
            raise NoIndex("The sandbox is still starting, or does not run.", "Try again in a moment.")
        index: Json = found["algolia"]
        return index

    def _post(self, path: str, asked: Json) -> Json:
        index = self._index()
        headers = {"X-Algolia-Application-Id": index["app_id"], "X-Algolia-API-Key": index["search_key"]}
        try:
            with loopback_http.client(ANSWER_SECONDS) as http:
                response = http.post(f"{index['url']}{path}", json=asked, headers=headers)
                response.raise_for_status()
                answer: Json = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise NoIndex("The search index does not answer.", "System shows what runs.") from error
        return answer
