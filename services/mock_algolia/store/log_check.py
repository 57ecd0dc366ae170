"""A look at DuckDB's write-ahead log before DuckDB reads it.

DuckDB refuses an entry whose checksum is wrong, but takes a wrong beginning or a wrong length for the torn end that a
crash leaves, and goes on without all that follows. A torn end is fine, for it was never acknowledged; these are not.
"""

from __future__ import annotations

import struct
from pathlib import Path

_HEAD = b"\x64\x00\x62"
"""Field 100, entry type 98 (version): how the log begins."""
_END_OF_HEAD = b"\xff\xff"
_LONGEST_HEAD = 256
_LONGEST_ENTRY = 1 << 36


def whole_log(log: Path) -> bool:
    """Tell whether a log is intact up to a possibly torn end: each entry is its length, a checksum, and its bytes."""
    size = log.stat().st_size
    with log.open("rb") as file:
        head = file.read(_LONGEST_HEAD)
        if not head.startswith(_HEAD):
            return _HEAD.startswith(head)
        end = head.find(_END_OF_HEAD)
        if end < 0:
            return size < _LONGEST_HEAD
        place = end + len(_END_OF_HEAD)
        while place + 16 <= size:
            file.seek(place)
            (length,) = struct.unpack("<Q", file.read(8))
            if not 0 < length < _LONGEST_ENTRY:
                return False
            place += 16 + int(length)
    return True
