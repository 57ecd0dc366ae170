"""Read a file of JSON objects (an array, alone or inside an object, or JSON Lines) or CSV rows, each with its line."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.lms.files.problems import InvalidFile, Problem
from services.lms.files.text import read_text

__all__ = ["InvalidFile", "Problem", "Row", "read_rows"]

_SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class Row:
    """A row of a file: the line where it begins (from 1), its fields, and whether they are cells: text and no lists."""

    line: int
    fields: dict[str, Any]
    cells: bool = False


def read_rows(
    path: Path, *, csv_columns: frozenset[str] = frozenset(), problems: list[Problem] | None = None
) -> list[Row]:
    """Read every row of a file: JSON array (also inside an object), JSON Lines, or, where columns are given, CSV.

    The content decides, not the name; a .gz is unpacked. `csv_columns` are the columns that a CSV must have. Raises
    InvalidFile; where `problems` is given, it takes what does not hinder reading the rest, so that all is said at once.
    """
    text = read_text(path)
    start = text.lstrip()[:1]
    found: list[Problem] = []
    if start == "[":
        rows = list(_array_rows(text, text.index("["), found))
    elif start == "{":
        rows = _object_rows(path, text, found)
    elif csv_columns:
        rows = list(_csv_rows(path, text, csv_columns))
    else:
        rows = list(_line_rows(path, text))
    if found and (problems is None or not rows):
        raise InvalidFile(path, found)
    if problems is not None:
        problems += found
    if not rows:
        raise InvalidFile(path, [Problem(1, "", "no rows in this file; an empty catalogue would delete every course")])
    return rows


def _object_rows(path: Path, text: str, found: list[Problem]) -> list[Row]:
    """Read JSON Lines, one object that holds the array of rows, or one object that is the only row."""
    start = len(text) - len(text.lstrip())
    try:
        value, end = json.JSONDecoder(parse_constant=_no_constant).raw_decode(text, start)
    except (ValueError, RecursionError) as error:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) > 1 and all(line.lstrip().startswith("{") for line in lines[:2]):
            return list(_line_rows(path, text))
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise InvalidFile(path, [Problem(line, "", f"not JSON ({_reason(error)})")]) from error
    if text[end:].strip():
        return list(_line_rows(path, text))
    line = text.count("\n", 0, start) + 1
    if {"key", "student_id"} & value.keys():
        return [Row(line, value)]
    holding = [name for name, inner in value.items() if isinstance(inner, list) and _all_objects(inner)]
    if len(holding) == 1:
        return list(_array_rows(text, _place_of(text, start, holding[0]), found))
    if refused := _no_one_array(value, holding):
        raise InvalidFile(path, [Problem(line, *refused)])
    return [Row(line, value)]


def _no_one_array(value: dict[str, Any], holding: list[str]) -> tuple[str, str] | None:
    """Say why an object is no wrapping of an array of rows, and how to make it one: (field, message)."""
    if holding:
        several = f"is one of {len(holding)} arrays in this object ({', '.join(holding)}); keep only that to read"
        return holding[0], several
    for name, inner in value.items():
        if isinstance(inner, dict) and _all_objects([*inner.values()]):
            return name, f'an object of objects; write their values as an array: {{"{name}": [{{…}}, {{…}}]}}'
        if isinstance(inner, dict):
            for deeper, values in inner.items():
                if isinstance(values, list) and _all_objects(values):
                    out = f'{{"{deeper}": [{{…}}, {{…}}]}}'
                    return name, f"holds the array {deeper!r} one level down; take it out: {out}"
    return None


def _all_objects(values: list[Any]) -> bool:
    return bool(values) and all(isinstance(value, dict) for value in values)


def _place_of(text: str, start: int, wanted: str) -> int:
    """Find where the value of a member begins, in an object that is known to be right."""
    decoder = json.JSONDecoder()
    place = _skip(text, start + 1)
    while True:
        name, place = decoder.raw_decode(text, place)
        place = _skip(text, _skip(text, place) + 1)
        if name == wanted:
            return place
        _, place = decoder.raw_decode(text, place)
        place = _skip(text, _skip(text, place) + 1)


def _line_rows(path: Path, text: str) -> Iterator[Row]:
    problems = []
    rows = []
    # Only \n and \r\n end a line: splitlines() would also cut at U+2028 and the like, which JSON strings may hold.
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        try:
            value = json.loads(content, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            problems.append(Problem(line, "", f"not JSON ({_reason(error)}); write one JSON object a line"))
            continue
        if isinstance(value, dict):
            rows.append(Row(line, value))
        else:
            problems.append(Problem(line, "", f"{_brief(value)} is not a JSON object; write one object a line"))
    if problems:
        raise InvalidFile(path, problems)
    yield from rows


def _array_rows(text: str, start: int, found: list[Problem]) -> Iterator[Row]:
    """Read the array that begins at `start`; what does not hinder reading on is added to `found`."""
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    position = start + 1
    line, counted = text.count("\n", 0, position) + 1, position
    comma = False
    while True:
        position = _skip(text, position)
        line += text.count("\n", counted, position)
        counted = position
        if text[position : position + 1] == "]":
            if comma:
                found.append(Problem(line, "", "a comma before the closing ]; remove it"))
            break
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            found.append(Problem(line, "", f"not JSON ({_reason(error)}); what follows was not read"))
            return
        if isinstance(value, dict):
            yield Row(line, value)
        else:
            found.append(Problem(line, "", f"{_brief(value)} is not a JSON object; an array of objects is expected"))
        position = _skip(text, position)
        mark = text[position : position + 1]
        comma = mark == ","
        if comma:
            position += 1
            continue
        line += text.count("\n", counted, position)
        counted = position
        if mark == "]":
            break
        found.append(Problem(line, "", "not JSON (expected , or ] after an object); what follows was not read"))
        return
    if text[:start].strip() == "" and text[position + 1 :].strip():
        found.append(Problem(line, "", "there is text after the array's closing ]"))


def _csv_rows(path: Path, text: str, columns: frozenset[str]) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_delimiter(text))
    name = {",": "comma", ";": "semicolon", "\t": "tab"}[reader.dialect.delimiter]
    problems = []
    rows = []
    header: list[str] = []
    begins = 1
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [cell.strip() for cell in cells]
                missing = sorted(columns - set(header))
                if missing:
                    message = f"the header lacks {', '.join(missing)}; it names {', '.join(header)[:80]}"
                    if not columns & set(header):
                        message = f"neither JSON nor CSV: {message}"
                    raise InvalidFile(path, [Problem(line, missing[0], message)])
            elif len(cells) != len(header):
                message = f"{len(cells)} cells where the header has {len(header)}; quote a cell that holds a {name}"
                problems.append(Problem(line, "", message))
            else:
                rows.append(Row(line, dict(zip(header, cells, strict=True)), cells=True))
    except csv.Error as error:
        problems.append(Problem(begins, "", f"not CSV ({error})"))
    if problems:
        raise InvalidFile(path, problems)
    yield from rows


def _delimiter(text: str) -> str:
    """Tell what stands between the cells: spreadsheets write semicolons where a comma is the decimal sign."""
    header = text.lstrip().split("\n", 1)[0]
    return max((",", ";", "\t"), key=header.count)


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _reason(error: BaseException) -> str:
    return error.msg if isinstance(error, json.JSONDecodeError) else str(error) or "nested too deeply"


def _brief(value: object) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= 40 else shown[:39] + "…"
