"""The text of a file: unpacked if it is a .gz, decoded, or refused by its format's name with the way to convert it."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from pathlib import Path

from services.lms.files.problems import InvalidFile, Problem

MOST_BYTES = 2_000_000_000
"""Of an unpacked file: a few kilobytes of .gz can hold more than a machine has."""
_AS_CSV = "open it there and save it as CSV (UTF-8), with the columns that docs/formats.md names"
_UNPACK = "unpack it, and name the file that was in it"
_FORMATS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an Excel workbook of the old form (.xls)", _AS_CSV),
    (b"PAR1", "a Parquet file", 'write it as JSON Lines, for example with DuckDB: COPY (FROM "it") TO "it.jsonl"'),
    (b"SQLite format 3\x00", "an SQLite database", "export the table as CSV or JSON Lines"),
    (b"%PDF", "a PDF document", "ask for the data it was made of, as CSV or JSON"),
    (b"BZh", "a .bz2 archive", _UNPACK),
    (b"\xfd7zXZ\x00", "an .xz archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a .zst archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a .7z archive", _UNPACK),
    (b"Rar!", "a .rar archive", _UNPACK),
)


def read_text(path: Path) -> str:
    """Read a file whole. Raises InvalidFile for what cannot be read, is no text, or is text of another format."""
    content = _bytes(path)
    if content.startswith(b"\x1f\x8b"):
        content = _unpacked(path, content)
    for begin, name, way in _FORMATS:
        if content.startswith(begin):
            raise _refused(path, name, way)
    if content.startswith(b"PK\x03\x04"):
        raise _refused(path, *_kind_of_zip(content))
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise InvalidFile(path, [Problem(line, "", message)]) from error
    if text.lstrip().startswith("<"):
        raise _refused(
            path, "an HTML or XML page", "look at what it says; export the data as CSV, a JSON array or JSON Lines"
        )
    return text


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise InvalidFile(path, [Problem(0, "", "this is a folder; name the file in it")])
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unreadable"
        message = f"cannot be read ({reason}); check the path and its rights"
        raise InvalidFile(path, [Problem(0, "", message)]) from error


def _unpacked(path: Path, content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            unpacked = packed.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidFile(path, [Problem(0, "", f"not a whole .gz file ({error}); pack or fetch it again")]) from error
    if len(unpacked) > MOST_BYTES:
        raise InvalidFile(path, [Problem(0, "", f"more than {MOST_BYTES:,} bytes when unpacked; divide it")])
    return unpacked


def _kind_of_zip(content: bytes) -> tuple[str, str]:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except zipfile.BadZipFile:
        names = []
    if any(name.startswith("xl/") for name in names):
        return "an Excel workbook (.xlsx)", _AS_CSV
    if "content.xml" in names:
        return "an OpenDocument file (.ods)", _AS_CSV
    return "a .zip archive", _UNPACK


def _refused(path: Path, name: str, way: str) -> InvalidFile:
    return InvalidFile(path, [Problem(0, "", f"this is {name}, which is not read here: {way}")])
