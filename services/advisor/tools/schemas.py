"""The shapes of what the tools answer (JSON Schema 2020-12), as MCP's `outputSchema` wants them."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
TEXT_OR_NULL: Json = {"type": ["string", "null"]}


def record(required: dict[str, Json], **optional: Json) -> Json:
    """Describe an object with these fields, open to more."""
    return {"type": "object", "properties": required | optional, "required": list(required)}


def listed(items: Json) -> Json:
    """Describe a list of such items."""
    return {"type": "array", "items": items}


REASON: Json = record({"kind": TEXT | {"description": "What kind of evidence this is."}})
COURSE: Json = record(
    {
        "course_id": TEXT | {"description": "The run to enrol in, course-v1:ORG+NUM+RUN."},
        "course_key": TEXT | {"description": "The course, ORG+NUM."},
        "title": TEXT,
        "description": TEXT,
        "level": TEXT_OR_NULL,
        "language": TEXT_OR_NULL,
        "url": TEXT_OR_NULL,
        "score": {"type": "number"},
        "explanation": TEXT | {"description": "Short sentences made only of the evidence in reasons."},
        "reasons": listed(REASON),
    }
)
FIT: Json = record({"fits": {"type": "boolean"}, "topic": TEXT_OR_NULL, "misses": listed(record({"condition": TEXT}))})
MATCH: Json = record(COURSE["properties"] | {"fit": FIT})
MATCHES: Json = record(
    {"matches": listed(MATCH), "query": record({"keywords": TEXT, "words": TEXT}), "missing_sources": listed(TEXT)}
)
RECOMMENDATIONS: Json = record(
    {"recommendations": listed(COURSE), "based_on": {"type": "integer"}, "missing_sources": listed(TEXT)}
)
ENROLLMENTS: Json = record(
    {
        "enrollments": listed(
            record(
                {
                    "course_id": TEXT,
                    "course_key": TEXT,
                    "title": TEXT_OR_NULL,
                    "description": TEXT_OR_NULL,
                    "mode": TEXT,
                    "enrolled_on": TEXT_OR_NULL,
                    "completed_on": TEXT_OR_NULL,
                }
            )
        )
    }
)
EXPLANATION: Json = record(
    {
        "course_key": TEXT,
        "course_id": TEXT,
        "title": TEXT,
        "organisation": TEXT,
        "description": TEXT,
        "skills": listed(TEXT),
        "url": TEXT_OR_NULL,
        "level": TEXT_OR_NULL,
        "language": TEXT_OR_NULL,
        "taken": {"type": ["boolean", "null"], "description": "Whether the learner took it; null without a token."},
        "explanation": TEXT_OR_NULL,
        "reasons": listed(REASON),
    }
)
SEARCH_RESULTS: Json = record({"results": listed(record({"id": TEXT, "title": TEXT, "url": TEXT}))})
DOCUMENT: Json = record(
    {
        "id": TEXT,
        "title": TEXT,
        "text": TEXT,
        "url": TEXT,
        "metadata": record({"course_run_id": TEXT, "organisation": TEXT}),
    }
)
RELATED: Json = record({"course_key": TEXT, "title": TEXT, "standing": TEXT_OR_NULL})
RECORD: Json = record(
    {
        "course_key": TEXT,
        "course_id": TEXT,
        "title": TEXT,
        "organisation": TEXT,
        "description": TEXT,
        "level": TEXT_OR_NULL,
        "language": TEXT_OR_NULL,
        "skills": listed(TEXT),
        "runs": listed(record({"course_id": TEXT, "start": TEXT_OR_NULL, "end": TEXT_OR_NULL})),
        "prerequisites": listed(RELATED),
        "leads_to": listed(RELATED),
        "standing": TEXT_OR_NULL,
    }
)
NAMED: Json = record({"course_key": TEXT, "title": TEXT, "level": TEXT_OR_NULL, "hours": {"type": ["integer", "null"]}})
REQUIREMENT: Json = record({"course_key": TEXT, "title": TEXT, "required_by": TEXT})
PATH: Json = record(
    {
        "goal": NAMED,
        "steps": listed(
            record({"course_key": TEXT, "title": TEXT, "level": TEXT_OR_NULL, "alternatives": listed(NAMED)})
        ),
        "known": listed(REQUIREMENT),
        "absent": listed(REQUIREMENT),
        "circular": listed(REQUIREMENT),
    }
)
