"""The data folder: what may be opened, what is refused, and why. Nothing is changed before it is known to be ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from services.mock_algolia.store.log_check import whole_log
from services.mock_algolia.store.schema import FORMAT, TABLES

DATABASE = "algolia.duckdb"
_UNFINISHED = "creating.duckdb"
_OURS = {DATABASE, DATABASE + ".wal", _UNFINISHED, _UNFINISHED + ".wal"}
_HARMLESS = {"lost+found", ".DS_Store", ".gitkeep"}
"""What file systems and people leave in folders that are otherwise empty."""
_SIDE_FOLDERS = {".tmp", DATABASE + ".tmp", _UNFINISHED + ".tmp", "snapshots"}


class FolderRefused(Exception):
    """The data folder cannot be used as it is; the message says what to do. Nothing in it was changed."""


_open_here: set[Path] = set()
_guard = threading.Lock()


class DataFolder:
    """A folder that this process, and only this one, has open."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.snapshots = self.path / "snapshots"

    def claim(self) -> None:
        """Make sure that nobody else in this process has the folder open, and that it is ours or empty.

        Makes the database if there is none. Raises FolderRefused for a foreign folder and one already open here.
        """
        with _guard:
            if self.path in _open_here:
                raise FolderRefused(f"{self.path} is already open in this process; close that mock first.")
            try:
                self._refuse_foreign()
            except OSError as error:
                raise FolderRefused(f"{self.path} cannot be read: {error}") from error
            if not (self.path / DATABASE).exists():
                self._create(self.path / DATABASE)
            _open_here.add(self.path)

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the database for reading only, so that a damaged one is found before anything is changed.

        Raises FolderRefused for a database that is not ours, is newer, in use, or turns out damaged inside the block.
        """
        database = self.path / DATABASE
        self._check_log()
        with self._open(database, read_only=True) as connection:
            self._check(connection, database)
            try:
                yield connection
            except (duckdb.Error, ValueError, KeyError) as error:
                raise FolderRefused(
                    f"{database} is damaged; nothing was changed. Restore it from a copy, or name a new folder with "
                    f"--data. ({str(error).splitlines()[0]})"
                ) from error

    def writing(self) -> duckdb.DuckDBPyConnection:
        """Open the database for writing; only one process can."""
        return self._open(self.path / DATABASE, read_only=False)

    def release(self) -> None:
        """Let another mock open the folder."""
        with _guard:
            _open_here.discard(self.path)

    def _refuse_foreign(self) -> None:
        if not self.path.exists():
            return
        if not self.path.is_dir():
            raise FolderRefused(f"{self.path} is a file; --data needs a folder.")
        strangers = sorted(p.name for p in self.path.iterdir() if p.name not in _OURS | _SIDE_FOLDERS | _HARMLESS)
        if strangers:
            shown = ", ".join(strangers[:3]) + (" …" if len(strangers) > 3 else "")
            raise FolderRefused(
                f"{self.path} is not a mock_algolia data folder (it holds {shown}); nothing was changed. "
                "Name an empty or new folder with --data."
            )

    def _create(self, database: Path) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            unfinished = self.path / _UNFINISHED
            for leftover in (unfinished, self.path / (_UNFINISHED + ".wal")):
                leftover.unlink(missing_ok=True)
            if (self.path / (DATABASE + ".wal")).exists():
                raise FolderRefused(
                    f"{self.path} holds {DATABASE}.wal but not {DATABASE}: part of it was removed; nothing was "
                    "changed. Restore the file, or name a new folder with --data."
                )
            with duckdb.connect(str(unfinished)) as connection:
                connection.execute(TABLES)
                connection.execute("INSERT INTO meta VALUES ('product', 'mock_algolia'), ('last_task', '0')")
                connection.execute("INSERT INTO meta VALUES ('format', ?)", [str(FORMAT)])
            unfinished.rename(database)
        except (OSError, duckdb.Error) as error:
            raise FolderRefused(f"{self.path} cannot be written: {error}") from error

    def _check_log(self) -> None:
        log = self.path / (DATABASE + ".wal")
        if log.exists() and not whole_log(log):
            raise FolderRefused(
                f"{log} is damaged, so the newest changes cannot be read; nothing was changed. Restore it from a copy, "
                "remove it to go on without those changes, or name a new folder with --data."
            )

    def _check(self, connection: duckdb.DuckDBPyConnection, database: Path) -> None:
        try:
            meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
            for table in ("indexes", "records", "synonyms", "rules", "documents", "events"):
                connection.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608 - names from the line above
        except duckdb.Error as error:
            raise FolderRefused(
                f"{database} is a database, but not one of mock_algolia, or it is damaged; nothing was changed."
            ) from error
        if meta.get("product") != "mock_algolia":
            raise FolderRefused(f"{database} belongs to another program; nothing was changed.")
        if meta.get("format") != str(FORMAT):
            raise FolderRefused(
                f"{database} has format {meta.get('format')}, this version reads {FORMAT}; nothing was changed."
            )

    def _open(self, database: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
        try:
            return duckdb.connect(str(database), read_only=read_only)
        except duckdb.Error as error:
            reason = str(error).partition("\n")[0]
            if "lock" in str(error).lower():
                raise FolderRefused(
                    f"{self.path} is in use by another process (one folder, one server). {reason}"
                ) from error
            raise FolderRefused(
                f"{database} cannot be opened: it is damaged or not a mock_algolia database. Nothing was changed; "
                f"restore it from a copy, or name a new folder with --data. ({reason})"
            ) from error
