"""As root, kept data is run by the user that it belongs to, whichever users the machine has got since."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from sandbox.embedded.postgres.programs import SERVICE_USERS, PostgresProblem, service_user

if sys.platform == "win32":
    pytest.skip("Windows has no root; on Linux or macOS this runs", allow_module_level=True)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder away: run the tests as root")


@as_root
def test_kept_data_is_run_by_its_owner(tmp_path: Path) -> None:
    try:
        usual = service_user()
    except PostgresProblem as problem:
        pytest.skip(f"this machine has no user for PostgreSQL ({problem}); with one this runs")
    other = next(name for name in ("daemon", *SERVICE_USERS) if name != usual)
    kept = tmp_path / "postgres"
    kept.mkdir()
    shutil.chown(kept, other)

    assert service_user(kept) == other
    assert service_user(tmp_path / "none yet") == usual
