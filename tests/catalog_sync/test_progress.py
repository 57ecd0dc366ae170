"""Progress for a person at a terminal, silence everywhere else."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from services.catalog_sync.progress import progress_on


@pytest.mark.parametrize("terminal", [True, False])
def test_shows_steps_on_a_terminal_and_nothing_elsewhere(terminal: bool) -> None:
    out = io.StringIO()
    with progress_on(Console(file=out, force_terminal=terminal, width=100)) as step:
        tell = step("reading the LMS")
        tell(100, 248)
        tell(248, 248)
    assert ("reading the LMS" in out.getvalue()) == terminal
    assert ("248/248" in out.getvalue()) == terminal
