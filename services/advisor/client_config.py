"""What a desktop client's configuration says to start the MCP server of this repository."""

from __future__ import annotations

import sys
from pathlib import Path


def client_config(api_url: str) -> dict[str, object]:
    """Return the block that Claude Desktop and Cursor want (VS Code calls the outer key `servers`)."""
    environment = {"COURSEMATCH_API_URL": api_url, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    server = {"command": sys.executable, "args": ["-m", "services.advisor", "--stdio"], "env": environment}
    return {"mcpServers": {"coursematch": server}}
