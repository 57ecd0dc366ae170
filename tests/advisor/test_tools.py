"""One registry of tools: what OpenAPI, MCP and Converse are told is the same, and what the tools answer is as told."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from evaluation.advisor.system import InProcessApi, token
from services.advisor.tools.course_api import ApiRefused
from services.advisor.tools.generate import TARGET, text_of
from services.advisor.tools.registry import build_tools
from services.advisor.tools.renderings import as_converse, as_mcp, as_openapi
from services.advisor.tools.tool import Asker, BadArguments, TokenNeeded, Tool
from tests.support.yaml_text import DOCUMENT

TOOLS = build_tools(lambda: "https://courses.example.org")
AMARA = Asker("Bearer " + token("1"), "1")


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    found: Any = node
    while "$ref" in found:
        path = found["$ref"].removeprefix("#/").split("/")
        found = DOCUMENT
        for part in path:
            found = found[part]
    return dict(found)


@pytest.mark.parametrize("tool", TOOLS.values(), ids=TOOLS)
def test_mcp_and_converse_are_told_the_same(tool: Tool) -> None:
    told = as_mcp(tool)
    (spec,) = (entry["toolSpec"] for entry in as_converse([tool])["tools"])

    assert (told["name"], told["description"], told["inputSchema"]) == (
        spec["name"],
        spec["description"],
        spec["inputSchema"]["json"],
    )
    assert told["annotations"]["readOnlyHint"] is True
    Draft202012Validator.check_schema(told["inputSchema"])
    Draft202012Validator.check_schema(told["outputSchema"])


@pytest.mark.parametrize("tool", [tool for tool in TOOLS.values() if tool.operation_id], ids=lambda tool: tool.name)
def test_openapi_is_told_the_same(tool: Tool) -> None:
    written = DOCUMENT["paths"][tool.path]["get"]
    rendered = as_openapi(tool)
    mcp_schema = as_mcp(tool)["inputSchema"]

    assert written["operationId"] == rendered["operationId"]
    parameters = [resolved(parameter) for parameter in written["parameters"]]
    for parameter, ours in zip(parameters, rendered["parameters"], strict=True):
        # A pattern says over again what trimming does; tools are told the rest.
        schema = without_pattern(parameter["schema"])
        assert (parameter["name"], parameter["in"], parameter["required"]) == (
            ours["name"],
            ours["in"],
            ours["required"],
        )
        assert (parameter["description"], schema) == (ours["description"], ours["schema"])
        assert mcp_schema["properties"][parameter["name"]] == ours["schema"] | {"description": ours["description"]}


def without_pattern(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    return {name: without_pattern(value) for name, value in schema.items() if name != "pattern"}


def test_the_tools_parameters_are_the_contract_s() -> None:
    assert TARGET.read_text("utf-8") == text_of(DOCUMENT), "run `python -m services.advisor.tools.generate`"


def test_excludes_as_the_api_does(course_api: InProcessApi) -> None:
    asked = {"keywords": "data science", "exclude": ["Python", "statistics"], "limit": 20}
    found = TOOLS["match_courses"].call(course_api, asked, Asker())
    assert found["matches"]
    assert found["query"]["excluded"] == ["Python", "statistics"]


def test_every_tool_of_the_issue_is_there_in_a_fixed_order() -> None:
    assert list(TOOLS) == [
        "match_courses",
        "recommend_courses",
        "get_enrollments",
        "explain_course",
        "read_course",
        "find_path",
        "search",
        "fetch",
    ]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("match_courses", {"keywords": "machine learning", "limit": 3, "level": None}),
        ("recommend_courses", {}),
        ("recommend_courses", {"student_id": "1", "limit": 2.0}),
        ("get_enrollments", {}),
        ("explain_course", {"course_key": "HaldenX+ML201"}),
        ("explain_course", {"course_key": "course-v1:HaldenX+ML201+2025_T3"}),
        ("read_course", {"course_key": "HaldenX+ML201"}),
        ("match_courses", {"keywords": "data", "exclude": ["python", "statistics"], "exclude_levels": "Advanced"}),
        ("find_path", {"goal": "HaldenX+ML201", "from": ["HaldenX+CS101"]}),
        ("search", {"query": "photography"}),
        ("fetch", {"id": "LarkspurX+PHO101"}),
    ],
)
def test_answers_are_of_the_shape_that_clients_are_told(
    course_api: InProcessApi, name: str, arguments: dict[str, Any]
) -> None:
    answer = TOOLS[name].call(course_api, arguments, AMARA)

    Draft202012Validator(TOOLS[name].output_schema).validate(answer)
    assert any(answer.values())


def test_explains_with_the_learners_own_history(course_api: InProcessApi) -> None:
    taken = TOOLS["explain_course"].call(course_api, {"course_key": "HaldenX+CS101"}, AMARA)
    other = TOOLS["explain_course"].call(course_api, {"course_key": "HaldenX+ML201"}, AMARA)
    unknown = TOOLS["explain_course"].call(course_api, {"course_key": "HaldenX+ML201"}, Asker())

    assert (taken["taken"], other["taken"], unknown["taken"]) == (True, False, None)
    assert "You completed its prerequisite" in other["explanation"]
    assert other["reasons"]


def test_search_results_can_be_cited_and_fetched(course_api: InProcessApi) -> None:
    results = TOOLS["search"].call(course_api, {"query": "statistics"}, Asker())["results"]

    assert results
    for result in results:
        assert result["url"].startswith("https://")
        document = TOOLS["fetch"].call(course_api, {"id": result["id"]}, Asker())
        assert (document["id"], document["url"]) == (result["id"], result["url"])


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("match_courses", {}, "'keywords' is missing"),
        ("match_courses", {"keywords": ""}, "'keywords' is empty"),
        ("match_courses", {"keywords": "x" * 10_000}, "has 10000 characters; shorten it to 512"),
        ("match_courses", {"keywords": 7}, "must be text"),
        ("match_courses", {"keywords": "x", "limit": "3"}, "whole number"),
        ("match_courses", {"keywords": "x", "limit": True}, "whole number"),
        ("match_courses", {"keywords": "x", "limit": 101}, "from 1 to 100"),
        ("match_courses", {"keywords": "x", "level": "Easy"}, "one of Introductory"),
        ("match_courses", {"keywords": "x", "colour": "red"}, "'colour' is not an argument"),
        ("fetch", ["LarkspurX+PHO101"], "must be an object"),
    ],
)
def test_refuses_arguments_with_how_to_mend_them(
    course_api: InProcessApi, name: str, arguments: Any, said: str
) -> None:
    with pytest.raises(BadArguments, match=said):
        TOOLS[name].call(course_api, arguments, AMARA)


def test_learner_tools_want_a_token_and_only_their_own_learner(course_api: InProcessApi) -> None:
    with pytest.raises(TokenNeeded):
        TOOLS["get_enrollments"].call(course_api, {}, Asker())
    with pytest.raises(ApiRefused) as refused:
        TOOLS["get_enrollments"].call(course_api, {"student_id": "2"}, AMARA)
    assert refused.value.status == 404


def test_staff_say_which_learner(course_api: InProcessApi) -> None:
    staff = Asker("Bearer " + token("service", staff=True), None, staff=True)

    assert TOOLS["get_enrollments"].call(course_api, {"student_id": "1"}, staff)["enrollments"]
    with pytest.raises(ApiRefused, match="say which learner"):
        TOOLS["get_enrollments"].call(course_api, {}, staff)


def test_says_that_a_course_is_not_there(course_api: InProcessApi) -> None:
    with pytest.raises(ApiRefused, match="no course of that key"):
        TOOLS["explain_course"].call(course_api, {"course_key": "NoX+404"}, Asker())
