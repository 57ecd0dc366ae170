"""Vectors that outlive their process: found again, bounded, never believed where another may have written them."""

from __future__ import annotations

import logging
import os
import sqlite3
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from services.mock_algolia.engine.index import Index
from services.mock_algolia.engine.semantic.kept_vectors import KeptVectors
from services.mock_algolia.engine.semantic.models import load_embedder

WIDTH = 4
SETTINGS = {"searchableAttributes": ["title"], "mode": "neuralSearch"}
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such owners and modes; runs on Linux, macOS")


def row(number: int) -> npt.NDArray[np.float32]:
    return np.full(WIDTH, number, np.float32)


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


def numbers_kept(kept: KeptVectors, among: int = 30) -> list[int]:
    """List the numbers whose vectors are found, each as it was kept."""
    found = kept.find([key(number) for number in range(among)])
    assert all((found[one] == row(int.from_bytes(one, "big"))).all() for one in found)
    return sorted(int.from_bytes(one, "big") for one in found)


class CountingEmbedder:
    """Keeps its vectors in a folder, and tells which texts it was asked for."""

    name = "counting"
    width = WIDTH

    def __init__(self, folder: Path) -> None:
        self.kept = KeptVectors(folder, self.name, self.width)
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.asked += texts
        rows = np.array([[len(text), 1, 2, 3] for text in texts], np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    def knows(self, word: str) -> bool:
        return True


def titles_embedded(folder: Path) -> list[str]:
    """Fill an index as a new process would; give the texts that it had to embed."""
    embedder = CountingEmbedder(folder)
    index = Index(SETTINGS, embedder=embedder)
    index.apply([{"objectID": str(at), "title": title} for at, title in enumerate(("Bees", "Roses"))])
    asked = list(embedder.asked)
    assert index.search({"query": "bees"}, index_name="any")["nbHits"] >= 1
    return asked


def test_a_record_is_embedded_once_for_all_processes(tmp_path: Path) -> None:
    assert titles_embedded(tmp_path) == ["Bees", "Roses"]
    assert titles_embedded(tmp_path) == []


def test_keeps_records_and_no_questions(tmp_path: Path) -> None:
    titles_embedded(tmp_path)
    with closing(sqlite3.connect(CountingEmbedder(tmp_path).kept.file)) as database:
        assert database.execute("SELECT count(*) FROM vectors").fetchone() == (2,)


def test_gives_what_the_models_gave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    embedder = load_embedder()
    assert embedder is not None, "the group `semantic` is part of `test`: its models must load"
    index = Index(SETTINGS, embedder=embedder)
    index.apply([{"objectID": "1", "title": "Keeping bees"}])
    (made,) = index.vectors().values()

    another = load_embedder()
    again = Index(SETTINGS, embedder=another)
    again.apply([{"objectID": "2", "title": "Keeping bees"}])

    assert [(one == made).all() for one in again.vectors().values()] == [True]
    assert another is not None
    assert another._models is None  # type: ignore[attr-defined] # they were not even loaded


def test_keeps_the_newest_when_there_are_too_many(tmp_path: Path) -> None:
    kept = KeptVectors(tmp_path, "models", WIDTH, most=10)
    for begin in (0, 8, 16):
        kept.keep({key(number): row(number) for number in range(begin, begin + 8)})
    assert numbers_kept(kept) == list(range(14, 24))
    kept.keep({key(number): row(number) for number in range(30)})
    assert numbers_kept(kept) == list(range(20, 30))


def test_the_vectors_of_other_models_are_others(tmp_path: Path) -> None:
    KeptVectors(tmp_path, "models", WIDTH).keep({key(1): row(1)})
    assert numbers_kept(KeptVectors(tmp_path, "newer models", WIDTH)) == []
    assert numbers_kept(KeptVectors(tmp_path, "models", WIDTH + 1)) == []
    assert numbers_kept(KeptVectors(tmp_path, "models", WIDTH)) == [1]


def test_a_damaged_row_is_not_there(tmp_path: Path) -> None:
    kept = KeptVectors(tmp_path, "models", WIDTH)
    kept.keep({key(number): row(number) for number in (1, 2, 3)})
    with closing(sqlite3.connect(kept.file)) as database, database:
        database.execute("UPDATE vectors SET vector = ? WHERE rowid = 1", [row(9).tobytes()])
        database.execute("UPDATE vectors SET vector = 'text' WHERE rowid = 2")
    assert numbers_kept(kept) == [3]


@pytest.mark.parametrize("damage", ["another file", "cut short", "bytes within"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: str) -> None:
    kept = KeptVectors(tmp_path, "models", WIDTH)
    kept.keep({key(number): row(number) for number in range(30)})
    whole = kept.file.read_bytes()
    kept.file.write_bytes(
        {"another file": b"not a database" * 1000, "cut short": whole[:5000],
         "bytes within": whole[:100] + b"\xff" * (len(whole) - 100)}[damage]
    )  # fmt: skip

    assert numbers_kept(kept) == []
    kept.keep({key(1): row(1)})
    kept.keep({key(1): row(1)})
    assert numbers_kept(kept) == [1]


@posix
@pytest.mark.parametrize("mode", [0o777, 0o775, 0o702])
def test_believes_no_folder_that_others_may_write(tmp_path: Path, mode: int) -> None:
    kept = KeptVectors(tmp_path, "models", WIDTH)
    kept.keep({key(1): row(1)})
    kept.file.parent.chmod(mode)
    assert numbers_kept(kept) == []
    kept.file.parent.chmod(0o700)
    assert numbers_kept(kept) == [1]


@posix
def test_believes_no_folder_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptVectors(tmp_path, "models", WIDTH)
    kept.keep({key(1): row(1)})
    another = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: another)
    assert numbers_kept(kept) == []


@posix
def test_shows_its_folder_to_its_user_only(tmp_path: Path) -> None:
    kept = KeptVectors(tmp_path, "models", WIDTH)
    kept.keep({key(1): row(1)})
    assert kept.file.parent.stat().st_mode & 0o077 == 0


def test_where_nothing_can_be_kept_vectors_are_made(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("a file stands where the folder should be")
    with caplog.at_level(logging.INFO, "mock_algolia.vectors"):
        assert titles_embedded(tmp_path / "file") == ["Bees", "Roses"]
    assert "vectors_not_kept" in caplog.text


def test_processes_may_write_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        for number in range(30):
            pool.submit(lambda number: KeptVectors(tmp_path, "models", WIDTH).keep({key(number): row(number)}), number)
    assert numbers_kept(KeptVectors(tmp_path, "models", WIDTH)) == list(range(30))
