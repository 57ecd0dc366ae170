"""The names of the system's database and its two roles, the same on every substrate that makes one."""

from __future__ import annotations

from dataclasses import dataclass

from infra_pulumi.secret_text import Secret
from sandbox.setup.credentials import Credentials

DATABASE = "coursematch"
OWNER = "coursematch_owner"
READER = "coursematch_reader"


@dataclass(frozen=True)
class DatabaseUrls:
    """How the two roles reach the database."""

    owner: Secret
    reader: Secret


def database_urls(credentials: Credentials, owner_address: str, reader_address: str | None = None) -> DatabaseUrls:
    """Give both roles' URLs; `reader_address` (host:port) where readers stand on another network than the owner."""

    def url(role: str, password: Secret, address: str) -> Secret:
        return Secret(f"postgresql://{role}:{password.value}@{address}/{DATABASE}")

    return DatabaseUrls(
        owner=url(OWNER, credentials.postgres_owner, owner_address),
        reader=url(READER, credentials.postgres_reader, reader_address or owner_address),
    )
