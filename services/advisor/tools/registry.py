"""The registry: every tool, in the order in which clients see them."""

from __future__ import annotations

from collections.abc import Callable

from services.advisor.tools import course_tools, schemas
from services.advisor.tools.tool import Json, Parameter, Tool

_WORDS: Json = {"type": "string", "minLength": 1, "maxLength": 512}
KEYWORDS = Parameter(
    "keywords",
    "What to learn, as a person would write it (words, a question, an acronym). 1 to 512 characters.",
    _WORDS,
    required=True,
)
LIMIT = Parameter(
    "limit",
    "How many courses to answer at most, 1 to 100.",
    {"type": "integer", "minimum": 1, "maximum": 100, "default": 10},
)
LEVEL = Parameter(
    "level",
    "Only courses of this level.",
    {"type": "string", "enum": ["Introductory", "Intermediate", "Advanced"]},
)
LANGUAGE = Parameter(
    "language",
    "Only courses taught in this language, by its English name or its ISO 639 code, e.g. Spanish or es.",
    {"type": "string", "minLength": 1, "maxLength": 64},
)
EXCLUDE = Parameter(
    "exclude",
    "Topics not wanted, at most 20, e.g. statistics. No course answered names one, in any spelling, in its title, "
    "subjects or skills; a wide topic (programming) takes with it what it holds (Python). Repeat it or use commas.",
    {"type": "array", "maxItems": 20, "items": {"type": "string", "minLength": 1, "maxLength": 64}},
)
EXCLUDE_LEVELS = Parameter(
    "exclude_levels",
    "Levels not wanted. Repeat it or use commas.",
    {
        "type": "array",
        "maxItems": 3,
        "items": {"type": "string", "enum": ["Introductory", "Intermediate", "Advanced"]},
    },
)
EXCLUDE_LANGUAGES = Parameter(
    "exclude_languages",
    "Languages of teaching not wanted, by English names or ISO 639 codes, at most 20. Repeat it or use commas.",
    {"type": "array", "maxItems": 20, "items": {"type": "string", "minLength": 1, "maxLength": 64}},
)
EXCLUDE_COURSES = Parameter(
    "exclude_courses",
    "Keys of courses not wanted, such as those shown before, ORG+NUM, at most 100. Repeat it or use commas.",
    {"type": "array", "maxItems": 100, "items": {"type": "string", "minLength": 1, "maxLength": 255}},
)
STUDENT_ID = Parameter(
    "student_id",
    "The learner's id, which is their LMS username.",
    {"type": "string", "minLength": 1, "maxLength": 150},
    required=True,
    from_token=True,
)
QUERY = Parameter("query", "The search words, as a person would write them.", _WORDS, required=True)
COURSE_KEY = Parameter(
    "course_key",
    "The course's key, ORG+NUM, as another tool answered it.",
    {"type": "string", "minLength": 1, "maxLength": 200},
    required=True,
)
ID = Parameter(
    "id",
    "The id of a course, as search answered it.",
    {"type": "string", "minLength": 1, "maxLength": 200},
    required=True,
)


def build_tools(public_url: Callable[[], str]) -> dict[str, Tool]:
    """Build every tool by its name. `public_url` is the API's address as the world sees it, for citations."""
    tools = (
        Tool(
            "match_courses",
            "Find courses",
            "Find courses that match some words, ranked and explained. Put a level or a language into `level` and "
            "`language`, what is not wanted into `exclude`; `keywords` say only what to "
            "learn. With a learner's token, courses they took are left out.",
            (KEYWORDS, LIMIT, LEVEL, LANGUAGE, EXCLUDE, EXCLUDE_LEVELS, EXCLUDE_LANGUAGES, EXCLUDE_COURSES),
            schemas.MATCHES,
            course_tools.match_courses,
            operation_id="matchCourses",
            path="/coursematch",
        ),
        Tool(
            "recommend_courses",
            "Recommend next courses",
            "Recommend next courses for a learner from their history alone; never one they have taken. Needs the "
            "learner's token; `student_id` may be left out and is then the token's learner.",
            (STUDENT_ID, LIMIT, EXCLUDE, EXCLUDE_LEVELS, EXCLUDE_LANGUAGES, EXCLUDE_COURSES),
            schemas.RECOMMENDATIONS,
            course_tools.recommend_courses,
            needs_token=True,
            operation_id="recommendCourses",
            path="/recommendations",
        ),
        Tool(
            "get_enrollments",
            "List a learner's courses",
            "List the courses a learner is enrolled in, newest first. Needs the learner's token; `student_id` may be "
            "left out and is then the token's learner.",
            (STUDENT_ID,),
            schemas.ENROLLMENTS,
            course_tools.get_enrollments,
            needs_token=True,
            operation_id="listEnrollments",
            path="/enrollments",
        ),
        Tool(
            "explain_course",
            "Explain a course",
            "Describe one course by its key (what it teaches, its skills) with the evidence for it; with a learner's "
            "token also whether they took it.",
            (COURSE_KEY,),
            schemas.EXPLANATION,
            course_tools.explain_course,
        ),
        Tool(
            "read_course",
            "Read a course's record",
            "Read one course by its key: level, language, dates, skills, prerequisites and what it leads to; with a "
            "learner's token also what they have of each.",
            (COURSE_KEY,),
            schemas.RECORD,
            course_tools.read_course,
        ),
        Tool(
            "search",
            "Search the catalogue",
            "Search courses by words; answers the id, title and address of each, best first. Read one with fetch.",
            (QUERY,),
            schemas.SEARCH_RESULTS,
            course_tools.search_with(public_url),
            operation_id="searchCourses",
            path="/courses",
        ),
        Tool(
            "fetch",
            "Read one course",
            "Read one course that search found: its whole text, its address and what it teaches.",
            (ID,),
            schemas.DOCUMENT,
            course_tools.fetch_with(public_url),
        ),
    )
    return {tool.name: tool for tool in tools}
