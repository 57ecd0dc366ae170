"""The database and its roles, and whether a server lets its administrator in."""

from __future__ import annotations

from sandbox.embedded.postgres.programs import PostgresProblem
from sandbox.setup.credentials import Credentials
from sandbox.setup.database import BROKEN, DATABASE, OWNER, READER, connected
from sandbox.setup.ports import LOOPBACK

ADMIN = "postgres"


def accepts(port: int, password: str) -> bool:
    """Tell whether the server takes connections. Raises `PostgresProblem` when it refuses the password."""
    import pg8000.native

    try:
        with connected(ADMIN, LOOPBACK, ADMIN, port, password, seconds=5):
            return True
    except pg8000.native.DatabaseError as error:
        if isinstance(error.args[0], dict) and error.args[0].get("C") in ("28P01", "28000"):
            raise PostgresProblem(
                f"The database on port {port} refuses the password of secrets.json.",
                "If secrets.json was replaced, remove it: the sandbox then makes new passwords and keeps the data.",
            ) from error
        return False
    except (pg8000.native.InterfaceError, *BROKEN):
        return False


def make_roles(port: int, credentials: Credentials) -> None:
    """Make database and roles by least privilege: the owner's tables may be read by the reader, by nobody else.

    Raises `PostgresProblem` when the server goes away meanwhile.
    """
    import pg8000.native

    password = credentials.postgres_admin.value
    try:
        with connected(ADMIN, LOOPBACK, ADMIN, port, password) as admin:
            for role, secret in ((OWNER, credentials.postgres_owner), (READER, credentials.postgres_reader)):
                verb = "ALTER" if admin.run("SELECT 1 FROM pg_roles WHERE rolname = :role", role=role) else "CREATE"
                admin.run(f"{verb} ROLE {role} LOGIN PASSWORD '{secret.value}'")
            if not admin.run("SELECT 1 FROM pg_database WHERE datname = :name", name=DATABASE):
                admin.run(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        with connected(ADMIN, LOOPBACK, DATABASE, port, password) as admin:
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
    except (pg8000.native.DatabaseError, pg8000.native.InterfaceError, *BROKEN) as error:
        raise PostgresProblem(
            f"The database went away while its roles were being made: {error}.", "Start again; nothing was lost."
        ) from error
