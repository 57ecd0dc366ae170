"""The registry: every tool, in the order in which clients see them."""

from __future__ import annotations

from collections.abc import Callable

from services.advisor.tools import course_tools, schemas
from services.advisor.tools.contract import parameters
from services.advisor.tools.tool import Parameter, Tool

STUDENT = frozenset({"student_id"})
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
            "Find courses to learn something, ranked, each with reasons and with how it fits. `keywords` say only what "
            "to learn, in the person's own language; put a level, a language of teaching, an organisation and what "
            "is not wanted into their own parameters, and keys shown before into `exclude_courses` when asked for "
            "more. A match whose `fit.fits` is false is a near miss: call it that, with what it misses. With a "
            "learner's token, courses they took are left out.",
            parameters("matchCourses"),
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
            parameters("recommendCourses", from_token=STUDENT),
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
            parameters("listEnrollments", from_token=STUDENT),
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
            parameters("readCourse"),
            schemas.EXPLANATION,
            course_tools.explain_course,
        ),
        Tool(
            "read_course",
            "Read a course's record",
            "Read one course by its key: level, language, dates, skills, prerequisites and what it leads to; with a "
            "learner's token also what they have of each.",
            parameters("readCourse"),
            schemas.RECORD,
            course_tools.read_course,
        ),
        Tool(
            "find_path",
            "Find the way to a course",
            'Find what to take, in order, to reach a course: for "how do I get to X?" and "what do I need before X?". '
            "`goal` is a key that another tool answered, or words; `from` are keys of courses known. Keep the order of "
            "`steps`; say what is in `absent` or `circular`. With a learner's token, completed courses are left out.",
            parameters("findPath"),
            schemas.PATH,
            course_tools.find_path,
            operation_id="findPath",
            path="/paths",
        ),
        Tool(
            "search",
            "Search the catalogue",
            "Search courses by words; answers the id, title and address of each, best first. Read one with fetch.",
            parameters("searchCourses"),
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
