"""The files that a person gives are checked, kept whatever they are called, and counted."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from sandbox.setup.inputs import Inputs, InvalidInput, check_inputs, courses_in, keep_inputs, kept_inputs
from sandbox.setup.state import State

COURSES = b'{"key": "A+1", "title": "One"}\n{"key": "A+2", "title": "Two"}\n'


def test_calls_a_folder_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="this is a folder; name the file in it"):
        check_inputs(Inputs(tmp_path), Inputs())


@pytest.mark.parametrize("name", ["mine", "mine.JSONL", "mine.jsonl.gz"])
def test_keeps_and_counts_a_catalogue_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    given = tmp_path / name
    given.write_bytes(gzip.compress(COURSES) if name.endswith(".gz") else COURSES)
    state = State(tmp_path / "state")
    state.claim()
    kept = keep_inputs(state, Inputs(given))
    assert kept == kept_inputs(state)
    assert kept.catalog is not None
    assert kept.catalog.read_bytes() == given.read_bytes()
    assert courses_in(state) == 2
