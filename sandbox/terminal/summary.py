"""What a person reads when the sandbox is ready: addresses, and lines to paste."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from rich.console import Console
from rich.text import Text

from services.advisor.client_config import client_config


def print_summary(
    console: Console, endpoints: Mapping[str, Any], keywords: str, token: str | None, student_id: str
) -> None:
    """Print the URLs, and `curl` lines that work as they stand (the token is good for an hour)."""
    api = endpoints["api"]
    rows = [
        ("API", f"{api}/coursematch?keywords={quote_plus(keywords)}"),
        ("contract", f"{api}/openapi.yaml"),
        ("gateway", endpoints["gateway"]),
        ("AWS", f"{endpoints['aws']}   (AWS_CONFIG_FILE=<state>/run/aws-config aws --profile sandbox …)"),
        ("Algolia", f"{endpoints['algolia']['url']}   (application {endpoints['algolia']['app_id']})"),
        ("LMS", f"{endpoints['lms']}/api/courses/v1/courses/"),
        ("Postgres", _without_password(endpoints["postgres"])),
        ("chat", f"{api}/chat"),
        ("MCP", f"{api}/mcp"),
    ]
    console.print()
    for name, url in rows:
        console.print(Text.assemble(("  " + name.ljust(10), "bold"), url), soft_wrap=True, highlight=False)
    console.print()
    lines = [f"curl {shlex.quote(f'{api}/coursematch?keywords={quote_plus(keywords)}')}"]
    if token is not None:
        header = f"-H 'Authorization: Bearer {token}'"
        lines += [
            f"curl {header} {shlex.quote(f'{api}/recommendations?student_id={quote_plus(student_id)}')}",
            f"curl {header} {shlex.quote(f'{api}/enrollments?student_id={quote_plus(student_id)}')}",
        ]
    for line in lines:
        console.print(Text("  " + line), soft_wrap=True, highlight=False)
    console.print()
    console.print("  For Claude Desktop, Cursor and the like (docs/chatgpt.md):", highlight=False)
    for line in json.dumps(client_config(api), indent=2).splitlines():
        console.print(Text("  " + line), soft_wrap=True, highlight=False)
    console.print()


def _without_password(url: str) -> str:
    head, _, tail = url.rpartition("@")
    return f"{head.rsplit(':', 1)[0]}@{tail}   (password: endpoints.json)" if head else url
