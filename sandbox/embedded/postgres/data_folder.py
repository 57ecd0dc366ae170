"""The folder of the database's data: made complete or not at all, and told new passwords.

A new cluster is made beside its place and renamed into it when complete: a start cut short leaves no half one behind.
"""

from __future__ import annotations

import shutil
import sys

from sandbox.embedded.postgres.programs import PostgresProblem, bundled_version, program
from sandbox.embedded.postgres.roles import ADMIN
from sandbox.processes.process_spec import ProcessSpec, base_environment
from sandbox.processes.supervision import Supervisor
from sandbox.setup.credentials import Credentials
from sandbox.setup.state import State, write_whole

INITDB = (
    "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
    "--no-instructions", "--no-sync", "-U", ADMIN,
)  # fmt: skip


async def make_cluster(supervisor: Supervisor, state: State, credentials: Credentials, user: str | None) -> None:
    """Make an empty cluster, complete or not at all. Raises `PostgresProblem`."""
    draft = state.root / "postgres.new"
    shutil.rmtree(draft, ignore_errors=True)  # it never held data: clusters are renamed before their first start
    draft.mkdir(mode=0o700)
    password_file = state.run / "postgres-password"
    write_whole(password_file, credentials.postgres_admin.value.encode(), mode=0o600)
    if user is not None:
        shutil.chown(draft, user)
        shutil.chown(password_file, user)
    argv = (program("initdb"), "-D", str(draft), f"--pwfile={password_file}", *INITDB)
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


async def renew_password(supervisor: Supervisor, state: State, credentials: Credentials, user: str | None) -> None:
    """Tell a kept cluster the administrator's new password, in single-user mode: no server listens meanwhile."""
    order = state.run / "renew.sql"
    write_whole(order, f"ALTER ROLE {ADMIN} PASSWORD '{credentials.postgres_admin.value}'\n".encode(), mode=0o600)
    if user is not None:
        shutil.chown(order, user)
    single = (program("postgres"), "--single", "-D", str(state.postgres), ADMIN)
    argv = (*READING_FROM, str(order), *single)
    try:
        code = await supervisor.run(ProcessSpec("renew", argv, env=base_environment(), cwd=state.root, user=user))
    finally:
        order.unlink(missing_ok=True)
    if code != 0:
        tail = supervisor.children["renew"].log_tail()
        raise PostgresProblem(f"The kept database did not take its new password:\n{tail}", "Its data is untouched.")


READING_FROM = (
    # Not by our interpreter where there is a shell: as root, the server's user may not be able to reach it.
    (
        sys.executable,
        "-c",
        "import subprocess as s, sys; sys.exit(s.run(sys.argv[2:], stdin=open(sys.argv[1])).returncode)",
    )
    if sys.platform == "win32"
    else ("/bin/sh", "-c", 'input=$1; shift; exec "$@" <"$input"', "sh")
)


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
    if found != bundled_version():
        raise PostgresProblem(
            f"{state.postgres} holds data of PostgreSQL {found}; this sandbox brings PostgreSQL {bundled_version()}.",
            "Nothing was touched. Use the checkout that wrote it, or start afresh: "
            f"`python -m sandbox up --fresh --state {state.root}`.",
        )
