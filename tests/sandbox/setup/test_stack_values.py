"""What the program is told: every secret of the sandbox goes there as one."""

from __future__ import annotations

from pathlib import Path

from infra_pulumi.secret_text import Secret
from sandbox.setup.credentials import load_credentials
from sandbox.setup.database import database_urls
from sandbox.setup.stack_values import stack_values
from sandbox.setup.state import State


def test_marks_everything_that_holds_a_secret(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    state.claim()
    credentials, _ = load_credentials(state)
    secrets = [secret.value for secret in vars(credentials).values()]

    values = stack_values(credentials, database_urls(credentials, "127.0.0.1:1"), "http://127.0.0.1:2")

    marked = {key: value.value for key, value in values.items() if isinstance(value, Secret)}
    assert {"databaseUrl", "lmsDatabaseUrl", "identitySigningKey"} <= marked.keys()
    for key, value in values.items():
        text = value.value if isinstance(value, Secret) else value
        assert (key in marked) == any(secret in text for secret in secrets), key
