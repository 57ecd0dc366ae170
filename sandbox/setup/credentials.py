"""The sandbox's own secrets: made once, kept in `secrets.json` (0600), never printed except where a person asks."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from infra_pulumi.secret_text import Secret, revealed
from sandbox.setup.state import State, read_json, write_json

ALGOLIA_APP_ID = "SANDBOX"
IDENTITY_ISSUER = "coursematch-lms"
IDENTITY_AUDIENCE = "coursematch"
LMS_CLIENT_ID = "coursematch-services"


@dataclass(frozen=True)
class Credentials:
    """Every secret of one sandbox. Hexadecimal throughout, so that they stand in URLs as they are."""

    postgres_admin: Secret
    postgres_owner: Secret
    postgres_reader: Secret
    algolia_admin_key: Secret
    algolia_search_key: Secret
    identity_signing_key: Secret
    lms_client_secret: Secret
    lms_learner_password: Secret
    control_key: Secret


def load_credentials(state: State) -> tuple[Credentials, bool]:
    """Read the secrets, or make them; the second value is True when any is new (databases must then be told).

    A missing, cut-short or older file is completed: data never becomes unreadable because a secret was lost.
    """
    kept = read_json(state.secrets_file) or {}
    names = [field.name for field in fields(Credentials)]
    values = {name: _valid(kept, name) or secrets.token_hex(16 if "algolia" in name else 24) for name in names}
    fresh = any(values[name] != kept.get(name) for name in names)
    credentials = Credentials(**{name: Secret(value) for name, value in values.items()})
    if fresh:
        write_json(state.secrets_file, revealed(vars(credentials)), mode=0o600)
    elif state.secrets_file.stat().st_mode & 0o077:
        state.secrets_file.chmod(0o600)
    return credentials, fresh


def _valid(kept: Mapping[str, Any], name: str) -> str | None:
    value = kept.get(name)
    return value if isinstance(value, str) and len(value) >= 16 else None
