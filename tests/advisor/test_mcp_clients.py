"""The MCP SDK's own client, unmodified, in both eras, over HTTP and over standard input and output."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from flask import Flask
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from evaluation.advisor.system import InProcessApi, token
from tests.advisor.conftest import served

MODES = ["auto", "legacy", "2026-07-28"]


def with_client(server: Any, mode: Any, use: Callable[[Client], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with Client(server, mode=mode) as client:
            return await use(client)

    return asyncio.run(run())


def signed_in(url: str, learner: str, mode: str, use: Callable[[Client], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        headers = {"Authorization": "Bearer " + token(learner)}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(f"{url}/mcp", http_client=http), mode=mode) as client,  # type: ignore[arg-type]  # a mode of MODES
        ):
            return await use(client)

    return asyncio.run(run())


@pytest.mark.parametrize("mode", MODES)
def test_lists_and_calls_over_http(advisor_url: str, mode: str) -> None:
    async def use(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools][:2] == ["match_courses", "recommend_courses"]
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
        found = await client.call_tool("match_courses", {"keywords": "photography", "limit": 2})
        assert not found.is_error
        assert found.structured_content is not None
        assert 1 <= len(found.structured_content["matches"]) <= 2
        searched = await client.call_tool("search", {"query": "statistics"})
        assert searched.structured_content is not None
        first = searched.structured_content["results"][0]
        fetched = await client.call_tool("fetch", {"id": first["id"]})
        assert fetched.structured_content is not None
        assert fetched.structured_content["title"] == first["title"]
        explained = await client.call_tool("explain_course", {"course_key": "HaldenX+ML201"})
        assert explained.structured_content is not None
        assert explained.structured_content["title"] == "Machine Learning Foundations"

    with_client(f"{advisor_url}/mcp", mode, use)


@pytest.mark.parametrize("mode", MODES)
def test_reads_a_learners_courses_with_their_token(advisor_url: str, mode: str) -> None:
    async def use(client: Client) -> None:
        own = await client.call_tool("get_enrollments", {})
        following = await client.call_tool("recommend_courses", {"limit": 3})
        assert own.structured_content is not None
        assert following.structured_content is not None
        taken = {course["course_key"] for course in own.structured_content["enrollments"]}
        recommended = {course["course_key"] for course in following.structured_content["recommendations"]}
        assert taken
        assert recommended
        assert not taken & recommended

    signed_in(advisor_url, "1", mode, use)


@pytest.mark.parametrize("mode", MODES)
def test_tells_the_client_what_went_wrong(advisor_url: str, mode: str) -> None:
    async def use(client: Client) -> None:
        wrong = await client.call_tool("match_courses", {"keywords": 7})
        assert wrong.is_error
        with pytest.raises(MCPError, match="Unknown tool"):
            await client.call_tool("drop_tables", {})
        with pytest.raises((MCPError, httpx2.HTTPError)):
            await client.call_tool("get_enrollments", {})

    with_client(f"{advisor_url}/mcp", mode, use)


@pytest.mark.parametrize("mode", MODES)
def test_works_over_standard_input_and_output(course_api: InProcessApi, mode: str) -> None:
    app = Flask("gate")

    @app.get("/<path:path>")
    def answer(path: str) -> Any:
        from flask import request

        return course_api.get("/" + path, request.args.to_dict(), request.headers.get("Authorization"))

    async def use(client: Client) -> None:
        assert len((await client.list_tools()).tools) == 8
        own = await client.call_tool("get_enrollments", {})
        assert own.structured_content is not None
        assert own.structured_content["enrollments"]

    with served(app) as url:
        environment = {"COURSEMATCH_API_URL": url, "COURSEMATCH_TOKEN": token("1"), "PATH": os.environ["PATH"]}
        command = ["-m", "services.advisor", "--stdio"]
        with_client(StdioServerParameters(command=sys.executable, args=command, env=environment), mode, use)
