"""The index's settings as code: `catalog_sync` applies them where they differ, `coursematch` relies on them.

Every key is a documented setting of Algolia (https://www.algolia.com/doc/api-reference/settings-api-parameters/).
"""

from __future__ import annotations

from typing import Any, Literal

Mode = Literal["keywordSearch", "neuralSearch"]

SEARCHABLE_ATTRIBUTES = (
    "unordered(title)",
    "skills,subjects",
    "course_key,org",
    "unordered(short_description)",
    "unordered(full_description)",
)
"""From the strongest evidence to the weakest: what a course is called, what it teaches, who teaches it, says."""

FACETS = ("level", "language", "subjects", "skills", "org", "availability")
"""What people and explanations count and filter by."""

FILTERS = ("course_key", "course_run_id", "runs.course_run_id", "prerequisites")
"""What only code filters by (`NOT course_key:"…"` for courses already taken)."""


def index_settings(mode: Mode = "keywordSearch") -> dict[str, Any]:
    """Build the settings of the course index; `mode` asks for semantic search beside keywords where the plan has it."""
    return {
        "searchableAttributes": list(SEARCHABLE_ATTRIBUTES),
        "attributesForFaceting": [
            "level",
            "language",
            "searchable(subjects)",
            "searchable(skills)",
            "searchable(org)",
            "availability",
            *(f"filterOnly({name})" for name in FILTERS),
        ],
        # After Algolia's own criteria: what can be taken today, then what most people took.
        "customRanking": ["asc(availability_rank)", "desc(enrollment_count)"],
        # "course" and "courses" are one word in the languages whose plurals are dictionary entries.
        "ignorePlurals": ["en", "es", "fr", "pt", "de"],
        # English only: "ai" is a stop word in French, "war" in German. Other languages are asked for a query at a time.
        "removeStopWords": ["en"],
        "queryLanguages": ["en", "es", "fr", "de", "pt"],
        # A sentence rarely has all its words in one course: when nothing has them all, rank by how many it has.
        "removeWordsIfNoResults": "allOptional",
        # "ML" that matches "machine learning" is no worse than the words themselves.
        "alternativesAsExact": ["ignorePlurals", "singleWordSynonym", "multiWordsSynonym"],
        # C++, C# and F# are not C and F.
        "separatorsToIndex": "+#",
        "disableTypoToleranceOnAttributes": ["course_key"],
        "attributesToHighlight": ["title", "short_description", "skills", "subjects"],
        "attributesToSnippet": ["full_description:40"],
        "mode": mode,
    }
