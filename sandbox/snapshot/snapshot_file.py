"""The file of a snapshot: one gzipped JSON document. It has no members and no paths, so that none can lead anywhere.

A file may come from anybody: its size is bounded before and after unpacking, and its shape is checked before anything
is touched. What the values may be is left to the database and the index, which refuse what they cannot hold.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import write_whole

KIND, VERSION = "coursematch-snapshot", 1
PACKED_BYTES = 100 * 2**20
UNPACKED_BYTES = 400 * 2**20
TABLES = ("learners", "courses", "course_runs", "enrollments")
"""In the order in which they can be filled."""
INDEX_PARTS = ("settings", "synonyms", "rules", "records")

Rows = list[dict[str, Any]]


class NotASnapshot(SandboxProblem):
    """The file cannot be restored."""


@dataclass(frozen=True)
class Snapshot:
    """What a sandbox held at one moment (ISO time). `index` has the parts that INDEX_PARTS names."""

    taken_at: str
    tables: Mapping[str, Rows]
    index: Mapping[str, Any]


def write(path: Path, snapshot: Snapshot) -> int:
    """Write the file, whole or not at all, for its owner only; gives its size. Equal snapshots are equal files."""
    document = {"kind": KIND, "version": VERSION, **vars(snapshot)}
    packed = gzip.compress(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), mtime=0)
    write_whole(path, packed, mode=0o600)
    return len(packed)


def read(path: Path) -> Snapshot:
    """Read a file. Raises `NotASnapshot` for anything else than a whole snapshot of this version."""
    if not path.is_file():
        raise NotASnapshot(f"{path} is no file.", "Give the file that `python -m sandbox snapshot FILE` wrote.")
    if path.stat().st_size > PACKED_BYTES:
        raise NotASnapshot(f"{path} is larger than {PACKED_BYTES // 2**20} MB.", "No snapshot is.")
    try:
        document = json.loads(_unpacked(path.read_bytes()))
    except (ValueError, RecursionError, zlib.error) as error:
        raise NotASnapshot(f"{path} is not a snapshot: {error}.", "Was it sent as a text, or cut short?") from error
    return _checked(path, document)


def _unpacked(packed: bytes) -> bytes:
    """Unpack, and no more than is allowed. Raises ValueError."""
    unpacking = zlib.decompressobj(wbits=31)  # gzip's header and checksum
    content = unpacking.decompress(packed, UNPACKED_BYTES)
    if unpacking.unconsumed_tail:
        raise ValueError(f"it unpacks to more than {UNPACKED_BYTES // 2**20} MB")
    if not unpacking.eof or unpacking.unused_data:
        raise ValueError("it is cut short, or goes on after its end")
    return content


def _checked(path: Path, document: Any) -> Snapshot:
    if not isinstance(document, dict) or document.get("kind") != KIND:
        raise NotASnapshot(f"{path} is not a snapshot of a sandbox.", "Nothing was touched.")
    if document.get("version") != VERSION:
        raise NotASnapshot(
            f"{path} was written by another sandbox (version {document.get('version')}, this one reads {VERSION}).",
            "Nothing was touched. Take it again with this version.",
        )
    tables, index = document.get("tables"), document.get("index")
    if not isinstance(tables, dict) or set(tables) != set(TABLES) or not all(map(_are_rows, tables.values())):
        raise NotASnapshot(f"{path} does not hold the tables {', '.join(TABLES)}.", "Nothing was touched.")
    if not isinstance(index, dict) or set(index) != set(INDEX_PARTS) or not isinstance(index["settings"], dict):
        raise NotASnapshot(f"{path} does not hold the index's {', '.join(INDEX_PARTS)}.", "Nothing was touched.")
    if not all(_are_rows(index[part]) for part in INDEX_PARTS[1:]):
        raise NotASnapshot(f"{path} holds something else than records in its index.", "Nothing was touched.")
    return Snapshot(str(document.get("taken_at")), tables, index)


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)
