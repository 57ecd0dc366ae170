"""Run the search with popularity first, and write down what comes first."""

from __future__ import annotations

from lessons.room import Room
from lessons.solutions.writing import write_answers


def act(room: Room) -> None:
    """Search a copy whose ranking begins with popularity."""
    room.algolia("POST", "/1/indexes/courses/operation", {"operation": "copy", "destination": "lesson_03"})
    ranking = ["desc(enrollment_count)", "typo", "geo", "words", "filters", "proximity", "attribute", "exact", "custom"]
    room.algolia("PUT", "/1/indexes/lesson_03/settings", {"mode": "keywordSearch", "ranking": ranking})
    found = room.algolia("POST", "/1/indexes/lesson_03/query", {"query": "music", "hitsPerPage": 1})
    write_answers(room, first_by_popularity=found["hits"][0]["course_key"])
