"""What a person reads when the sandbox is ready: where to look first, lines to paste, and how to stop."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from rich.console import Console
from rich.text import Text

from sandbox.setup.as_typed import as_typed


def print_summary(
    console: Console, endpoints: Mapping[str, Any], keywords: str, state: Path, student_id: str | None
) -> None:
    """Print the page first, `curl` lines that work as they stand, and where the rest is told.

    `student_id`: a learner whose token can be had; None: there is none to show.
    """
    api = endpoints["api"]
    ask = f"{api}/coursematch?keywords={quote_plus(keywords)}"
    rows = [("page", f"{api}/"), ("ask", f"curl {shlex.quote(ask)}")]
    if student_id is not None:
        token = as_typed(f"$(python -m sandbox token {shlex.quote(student_id)})")
        mine = shlex.quote(f"{api}/recommendations?student_id={quote_plus(student_id)}")
        rows.append(("as learner", f'curl -H "Authorization: Bearer {token}" {mine}'))
    rows += [
        ("contract", f"{api}/openapi.yaml"),
        ("AWS", f"AWS_CONFIG_FILE={shlex.quote(str(state / 'run' / 'aws-config'))} aws --profile sandbox …"),
        ("the rest", f"{state / 'endpoints.json'}: Algolia, LMS, Postgres, gateway, and their keys"),
        ("Claude & co", as_typed("python -m sandbox mcp-config")),
        ("stop", as_typed("Ctrl-C, or `python -m sandbox down`; data is kept")),
    ]
    console.print()
    for name, text in rows:
        console.print(Text.assemble(("  " + name.ljust(12), "bold"), text), soft_wrap=True, highlight=False)
    console.print()
