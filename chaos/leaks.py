"""Look through everything that was logged for what no log may hold: tokens, keys, learners' names and addresses."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from chaos.system import ROOT

SHORTEST = 12
"""Shorter words may stand in a log by chance."""
PERSONAL = {
    "an e-mail address": re.compile(rb"[\w.+-]+@[\w-]+\.[a-z][\w.-]+"),
    "a token": re.compile(rb"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*"),
}
"""Whose ever they are: those that hostile requests carry, true or forged, are no log's business either."""


def secrets_of(state: Path, endpoints: dict[str, Any], tokens: Iterable[str]) -> list[str]:
    """List what may stand in no log: what `secrets.json` and `endpoints.json` hold, the tokens, the learners' names."""
    kept = json.loads((state / "secrets.json").read_text("utf-8"))
    found = {*_texts(kept), *tokens, endpoints["algolia"]["admin_key"], endpoints["aws_keys"]["secret_access_key"]}
    with (ROOT / "fixtures" / "learners.csv").open(encoding="utf-8", newline="") as file:
        found |= {row["name"] for row in csv.DictReader(file) if " " in row["name"]}
    return sorted(secret for secret in found if len(secret) >= SHORTEST or " " in secret)


def found_in(folder: Path, secrets: Iterable[str]) -> list[str]:
    """Name the files that hold one of them, with the beginning of what they hold."""
    wanted = [(secret, secret.encode()) for secret in secrets]
    return [
        f"{path.relative_to(folder)} holds «{secret[:6]}…»"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for content in [path.read_bytes()]
        for secret, raw in wanted
        if raw in content
    ] + [
        f"{path.relative_to(folder)} holds {what}: «{found[0].decode()[:12]}…»"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for what, pattern in PERSONAL.items()
        if (found := pattern.search(path.read_bytes()))
    ]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
