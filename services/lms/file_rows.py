"""Read a file of JSON objects (an array, or JSON Lines) or CSV rows, keeping the line each row stands on."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHOWN = 20
_SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one row: where, what, and how to mend it."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"line {self.line}" + (f", field {self.field!r}" if self.field else "")
        return f"{where}: {self.message}"


class InvalidFile(Exception):
    """A file that was refused, whole; `problems` holds every fault found in it, in order of line."""

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems
        shown = [f"  {problem}" for problem in problems[:SHOWN]]
        if len(problems) > SHOWN:
            shown.append(f"  … and {len(problems) - SHOWN} more")
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        super().__init__("\n".join([f"{path}: {count}; nothing was loaded", *shown]))


@dataclass(frozen=True)
class Row:
    """A row of a file: the line where it begins (from 1), and its fields."""

    line: int
    fields: dict[str, Any]


def read_rows(path: Path, *, csv_columns: frozenset[str] = frozenset()) -> list[Row]:
    """Read every row of a file: JSON array, JSON Lines, or (where columns are given) CSV with a header.

    The content decides, not the name: a file that begins with `[` is an array, with `{` JSON Lines.
    `csv_columns` are the columns that a CSV must have. Raises InvalidFile.
    """
    text = _text(path)
    start = text.lstrip()[:1]
    if start == "[":
        rows = list(_array_rows(path, text))
    elif start == "{" or not csv_columns:
        rows = list(_line_rows(path, text))
    else:
        rows = list(_csv_rows(path, text, csv_columns))
    if not rows:
        raise InvalidFile(path, [Problem(1, "", "no rows in this file; an empty catalogue would delete every course")])
    return rows


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise InvalidFile(
            path, [Problem(0, "", f"cannot be read ({reason}); check the path and its rights")]
        ) from error
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise InvalidFile(path, [Problem(line, "", message)]) from error


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
            problems.append(Problem(line, "", f"{_shown(value)} is not a JSON object; write one object a line"))
    if problems:
        raise InvalidFile(path, problems)
    yield from rows


def _array_rows(path: Path, text: str) -> Iterator[Row]:
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    position = text.index("[") + 1
    counted, line = 0, 1
    problems: list[Problem] = []
    first = True
    while True:
        position = _skip(text, position)
        line += text.count("\n", counted, position)
        counted = position
        if text[position : position + 1] == "]" and first:
            break
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            raise InvalidFile(path, [*problems, Problem(line, "", f"not JSON ({_reason(error)})")]) from error
        if isinstance(value, dict):
            yield Row(line, value)
        else:
            problems.append(Problem(line, "", f"{_shown(value)} is not a JSON object; an array of objects is expected"))
        first = False
        position = _skip(text, position)
        mark = text[position : position + 1]
        if mark == ",":
            position += 1
            continue
        line += text.count("\n", counted, position)
        counted = position
        if mark == "]":
            break
        raise InvalidFile(path, [*problems, Problem(line, "", "not JSON (expected , or ] after an object)")])
    if text[position + 1 :].strip():
        problems.append(Problem(line, "", "there is text after the array's closing ]"))
    if problems:
        raise InvalidFile(path, problems)


def _csv_rows(path: Path, text: str, columns: frozenset[str]) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
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
                    message = f"the header lacks {', '.join(missing)}; it names {', '.join(header)}"
                    raise InvalidFile(path, [Problem(line, missing[0], message)])
            elif len(cells) != len(header):
                message = f"{len(cells)} cells where the header has {len(header)}; quote a cell that holds a comma"
                problems.append(Problem(line, "", message))
            else:
                rows.append(Row(line, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        problems.append(Problem(begins, "", f"not CSV ({error})"))
    if problems:
        raise InvalidFile(path, problems)
    yield from rows


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _reason(error: BaseException) -> str:
    return error.msg if isinstance(error, json.JSONDecodeError) else str(error) or "nested too deeply"


def _shown(value: object) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= 40 else shown[:39] + "…"
