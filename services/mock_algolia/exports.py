"""Files as Algolia's own tools write them: records, settings, rules and synonyms of an index, read and written.

`algolia objects browse` writes a record a line; `algolia rules browse` and `algolia synonyms browse` an item a line;
`algolia settings get` one object; `algolia indices config export` and the dashboard one object that holds all three.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import orjson

Body = dict[str, Any]
Kind = Literal["records", "settings", "rules", "synonyms", "configuration"]
PARTS = ("settings", "rules", "synonyms")
_NAMED = re.compile(r"(?P<index>.+)[.](?P<kind>settings|rules|synonyms)")
_CONFIGURATION = re.compile(r"export-(?P<index>.+)-[A-Za-z0-9]+-\d+")
"""What `algolia indices config export` calls its file: index, application, time."""
_ENDINGS = (".json", ".ndjson", ".jsonl", ".csv")
_SHOWN_ONLY = ("_highlightResult", "_metadata")
"""What a search among rules or synonyms adds to them, and an older export may hold."""


class BadExport(Exception):
    """Refuse a file; the message names it and says what would do."""


@dataclass(frozen=True)
class Export:
    """What files say about one index. None: they say nothing of it."""

    index: str
    records: Sequence[Body] = ()
    settings: Body | None = None
    rules: Sequence[Body] | None = None
    synonyms: Sequence[Body] | None = None


def read_exports(sources: Iterable[str | Path]) -> list[Export]:
    """Read files, folders of such, and `INDEX=FILE`; what concerns one index comes together. Raises BadExport."""
    found: dict[str, Export] = {}
    for source in sources:
        for index, path in _files(str(source)):
            export = read_export(path, index)
            before = found.get(export.index, Export(export.index))
            found[export.index] = replace(
                before,
                records=[*before.records, *export.records],
                **{part: value for part in PARTS if (value := getattr(export, part)) is not None},
            )
    return list(found.values())


def read_export(path: Path, index: str | None = None) -> Export:
    """Read one file; its name says whose and what it is, unless `index` says whose. Raises BadExport."""
    named, kind = _by_name(path)
    name = index or named
    try:
        values = _values(path)
    except (OSError, UnicodeDecodeError, orjson.JSONDecodeError, csv.Error) as error:
        raise BadExport(f"{path} cannot be read: {error}") from error
    if kind == "records" and len(values) == 1 and _is_configuration(values[0]):
        kind = "configuration"
    if kind == "configuration":
        (whole,) = values if len(values) == 1 and isinstance(values[0], Mapping) else ({},)
        if not _is_configuration(whole):
            raise BadExport(f"{path} holds no configuration: expected an object with settings, rules or synonyms")
        items: dict[str, Any] = {
            part: _items(path, whole[part]) for part in ("rules", "synonyms") if whole.get(part) is not None
        }
        return Export(name, settings=whole.get("settings"), **items)
    if kind == "settings":
        if len(values) != 1 or not isinstance(values[0], dict):
            raise BadExport(f"{path} holds no settings: expected one JSON object")
        return Export(name, settings=values[0])
    items_or_records: Any = _items(path, values)
    return Export(name, **{kind: items_or_records})


def write_exports(folder: Path, export: Export) -> list[Path]:
    """Write what an index holds as Algolia's tools would; the files can be read again, here and there."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        f"{export.index}.ndjson": lines(export.records),
        f"{export.index}.settings.json": orjson.dumps(export.settings or {}, option=orjson.OPT_INDENT_2),
        f"{export.index}.rules.ndjson": lines(export.rules or ()),
        f"{export.index}.synonyms.ndjson": lines(export.synonyms or ()),
    }
    for name, content in files.items():
        if "/" in name or "\\" in name:
            raise BadExport(f"{name} is no name of a file: give the index another name, or read it over HTTP")
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def lines(values: Iterable[Mapping[str, Any]]) -> bytes:
    """Write JSON values, one a line."""
    return b"".join(orjson.dumps(value) + b"\n" for value in values)


def _files(source: str) -> list[tuple[str | None, Path]]:
    path, index = Path(source), None
    if not path.exists() and "=" in source:
        index, _, rest = source.partition("=")
        path = Path(rest)
    if path.is_dir():
        if index:
            raise BadExport(f"{source}: a folder names its indexes by its files; give a file to {index}")
        files = sorted(file for file in path.iterdir() if file.suffix in _ENDINGS)
        if not files:
            raise BadExport(f"{path} holds no file that ends in {', '.join(_ENDINGS)}")
        return [(None, file) for file in files]
    if not path.exists():
        raise BadExport(f"{path} does not exist")
    if path.suffix not in _ENDINGS:
        raise BadExport(f"{path}: expected a file that ends in {', '.join(_ENDINGS)}")
    return [(index, path)]


def _by_name(path: Path) -> tuple[str, Kind]:
    if match := _NAMED.fullmatch(path.stem):
        kinds: dict[str, Kind] = {"settings": "settings", "rules": "rules", "synonyms": "synonyms"}
        return match["index"], kinds[match["kind"]]
    if match := _CONFIGURATION.fullmatch(path.stem):
        return match["index"], "configuration"
    return path.stem, "records"


def _values(path: Path) -> list[Any]:
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8-sig") as rows:
            return list(csv.DictReader(rows))
    text = path.read_bytes().removeprefix(b"\xef\xbb\xbf").strip()
    if text.startswith(b"["):
        return list(orjson.loads(text))
    try:
        return [orjson.loads(text)] if text else []
    except orjson.JSONDecodeError:
        return [orjson.loads(line) for line in text.splitlines() if line.strip()]


def _is_configuration(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and "objectID" not in value
        and bool(value)
        and value.keys() <= {*PARTS, "version"}
        and all(isinstance(value.get(part), kind) for part, kind in _SHAPES.items() if value.get(part) is not None)
    )


_SHAPES: dict[str, type] = {"settings": dict, "rules": list, "synonyms": list}


def _items(path: Path, values: Any) -> list[Body]:
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise BadExport(f"{path}: expected JSON objects, one a line or in an array")
    return [{name: value for name, value in item.items() if name not in _SHOWN_ONLY} for item in values]
