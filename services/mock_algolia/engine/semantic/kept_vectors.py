"""Vectors of records, kept in the user's cache folder: what one process has made, no other makes again.

A row says for itself whether it is whole (a digest over all of it); a file that cannot be read is made anew. The file
is used only where nobody but this user can have written it: who writes vectors decides what searches find.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from services.mock_algolia.engine.semantic.own_folder import PRIVATE, is_ours_alone

if TYPE_CHECKING:
    from sqlite3 import Connection

log = logging.getLogger("mock_algolia.vectors")

MOST = 10_000
"""Vectors kept, some 45 MB; the oldest go first."""
WAIT_SECONDS = 1.0  # for another process that writes
AT_ONCE = 500  # keys in a question: older SQLites take 999 values
_TABLE = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL, whole BLOB NOT NULL)"
_BOUND = "DELETE FROM vectors WHERE rowid <= (SELECT max(rowid) FROM vectors) - ?"  # a replaced row is a new one

Row = npt.NDArray[np.float32]


class KeptVectors:
    """Keeps vectors of `width` numbers by their texts' digests; `models` says what made them. Thread-safe.

    It is a cache: what it cannot keep or find is made, and nothing is raised.
    """

    def __init__(self, folder: Path, models: str, width: int, most: int = MOST) -> None:
        self.file = folder / "vectors" / "vectors.sqlite"
        self._models, self._width, self._most = models.encode(), width, most

    def find(self, digests: Sequence[bytes]) -> dict[bytes, Row]:
        """Give the vectors that are kept, by the digests of their texts."""
        wanted = {self._key(digest): digest for digest in digests}
        found: dict[bytes, Row] = {}

        def read(database: Connection) -> None:
            for keys in _parts(list(wanted)):
                marks = ",".join("?" * len(keys))
                question = f"SELECT key, vector, whole FROM vectors WHERE key IN ({marks})"  # noqa: S608 - marks only
                for key, vector, whole in database.execute(question, keys):
                    if isinstance(vector, bytes) and len(vector) == 4 * self._width and whole == _whole(key, vector):
                        found[wanted[key]] = np.frombuffer(vector, "<f4").astype(np.float32)

        if wanted and self.file.is_file():
            self._use(read)
        return found

    def keep(self, made: Mapping[bytes, Row]) -> None:
        """Keep vectors for other processes, by the digests of their texts."""
        rows = []
        for digest, row in list(made.items())[-self._most :]:
            key, vector = self._key(digest), np.asarray(row, "<f4").tobytes()
            rows.append((key, vector, _whole(key, vector)))

        def write(database: Connection) -> None:
            with database:
                database.execute(_TABLE)
                database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
                database.execute(_BOUND, [self._most])

        self._use(write)

    def _use(self, do: Callable[[Connection], None]) -> None:
        """Do something with the file; what goes wrong is logged, and a damaged file removed."""
        import sqlite3

        try:
            self.file.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            if is_ours_alone(self.file.parent):
                with closing(sqlite3.connect(self.file, timeout=WAIT_SECONDS)) as database:
                    database.execute("PRAGMA synchronous = OFF")  # what a power cut damages is made again
                    do(database)
        except (sqlite3.OperationalError, OSError) as error:  # another process writes, or nothing may be written
            log.info("vectors_not_kept", extra={"file": str(self.file), "error": str(error)})
        except sqlite3.DatabaseError as error:
            log.warning("kept_vectors_refused", extra={"file": str(self.file), "error": str(error)})
            with suppress(OSError):
                self.file.unlink()

    def _key(self, digest: bytes) -> bytes:
        return hashlib.blake2b(digest + self._models, digest_size=16).digest()


def _whole(key: bytes, vector: bytes) -> bytes:
    return hashlib.blake2b(key + vector, digest_size=8).digest()


def _parts(keys: list[bytes]) -> Iterator[list[bytes]]:
    return (keys[at : at + AT_ONCE] for at in range(0, len(keys), AT_ONCE))
