"""`python -m services.advisor --stdio`: the tools as an MCP server for Claude Desktop, Cursor, VS Code and the like.

`COURSEMATCH_API_URL` is the running API (the sandbox's http://127.0.0.1:8080 if unset); `COURSEMATCH_TOKEN` a learner's
token, for the learner's tools. `--config` prints the JSON block that such clients want.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import os
import sys
from collections.abc import Sequence

from services import VERSION
from services.advisor.client_config import client_config
from services.advisor.mcp.server import McpServer
from services.advisor.mcp.stdio import serve
from services.advisor.tools.course_api import HttpCourseApi
from services.advisor.tools.registry import build_tools
from services.advisor.tools.tool import Asker

DEFAULT_API = "http://127.0.0.1:8080"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve over standard input and output until the client ends, or print the configuration."""
    parser = argparse.ArgumentParser(prog="python -m services.advisor", description=__doc__)
    parser.add_argument("--version", action="version", version=f"coursematch {VERSION}")
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--stdio", action="store_true", help="speak MCP on standard input and output")
    chosen.add_argument("--config", action="store_true", help="print the JSON block for a desktop client")
    options = parser.parse_args(arguments)
    api_url = (os.environ.get("COURSEMATCH_API_URL") or DEFAULT_API).rstrip("/")
    if options.config:
        print(json.dumps(client_config(api_url), indent=2))
        return 0
    token = os.environ.get("COURSEMATCH_TOKEN", "").strip()
    server = McpServer(build_tools(lambda: api_url), HttpCourseApi(lambda: api_url))
    serve(server, _asker(token), sys.stdin.buffer, sys.stdout.buffer)
    return 0


def _asker(token: str) -> Asker:
    """Read whom the token speaks for. Not verified here, where there is no key: the API does that on each call."""
    if not token:
        return Asker()
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        learner, staff = str(claims["sub"]), claims.get("administrator") is True
    except (IndexError, KeyError, TypeError, ValueError, binascii.Error):
        return Asker(f"Bearer {token}")
    return Asker(f"Bearer {token}", None if staff else learner, staff)


if __name__ == "__main__":
    sys.exit(main())
