"""The specifications: one YAML file a feature, one case a behaviour, read the same way by the tests and the README."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import yaml_text

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """Records, settings and a search, and what must come back. `expect` holds the remaining keys of the table."""

    feature: str
    name: str
    why: str
    settings: dict[str, Any]
    records: list[dict[str, Any]]
    synonyms: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    params: dict[str, Any]
    expect: dict[str, Any]
    engine_only: bool


@dataclass(frozen=True)
class Feature:
    """A file: its feature, `supported`, `different` or `refused`, a note for the README, a source, its cases."""

    name: str
    status: str
    source: str
    note: str
    cases: tuple[Case, ...]


def features() -> list[Feature]:
    """Every specification, by file name."""
    return [_feature(yaml_text.read(path)) for path in sorted(FOLDER.glob("*.yaml"))]


def _feature(table: dict[str, Any]) -> Feature:
    cases = []
    for row in table["cases"]:
        known = {"name", "why", "settings", "records", "synonyms", "rules", "params"}
        cases.append(
            Case(
                table["feature"],
                row["name"],
                row["why"],
                row.get("settings", table.get("settings", {})),
                row.get("records", table.get("records", [])),
                row.get("synonyms", []),
                row.get("rules", []),
                row.get("params", {}),
                {key: value for key, value in row.items() if key not in known},
                table.get("only") == "engine",
            )
        )
    return Feature(table["feature"], table["status"], table["source"], table.get("note", ""), tuple(cases))
