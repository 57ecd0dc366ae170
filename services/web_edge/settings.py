"""Reading settings from the environment: what every service's own `settings.py` is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class SettingMissing(Exception):
    """A setting is not there or has a value that it cannot have; the message names it."""


@dataclass(frozen=True)
class IdentitySettings:
    """Where the tokens' signing key is, and which tokens are ours."""

    secret_id: str
    issuer: str
    audience: str


@dataclass(frozen=True)
class HistorySettings:
    """Which source of enrollments to read, and where its credentials are."""

    source: str
    database_secret_id: str
    openedx_url: str
    openedx_secret_id: str


def identity_settings(environment: Mapping[str, str]) -> IdentitySettings:
    """Read `IDENTITY_SECRET`, `IDENTITY_ISSUER` and `IDENTITY_AUDIENCE`; raises `SettingMissing`."""
    return IdentitySettings(
        secret_id=required(environment, "IDENTITY_SECRET"),
        issuer=required(environment, "IDENTITY_ISSUER"),
        audience=required(environment, "IDENTITY_AUDIENCE"),
    )


def history_settings(environment: Mapping[str, str]) -> HistorySettings:
    """Read `ENROLLMENT_SOURCE` and what that source needs; raises `SettingMissing`."""
    source = environment.get("ENROLLMENT_SOURCE") or "postgres"
    if source not in {"postgres", "openedx"}:
        raise SettingMissing(f"ENROLLMENT_SOURCE is {source!r}; it must be postgres or openedx.")
    is_postgres = source == "postgres"
    return HistorySettings(
        source=source,
        database_secret_id=required(environment, "DATABASE_SECRET") if is_postgres else "",
        openedx_url="" if is_postgres else required(environment, "OPENEDX_URL"),
        openedx_secret_id="" if is_postgres else required(environment, "OPENEDX_SECRET"),
    )


def base_path(environment: Mapping[str, str]) -> str:
    """Read `API_BASE_PATH`, which a custom domain's mapping puts before every path; empty where there is none."""
    return environment.get("API_BASE_PATH", "").strip()


def required(environment: Mapping[str, str], name: str) -> str:
    """Read a setting that has to be there; raises `SettingMissing`."""
    value = environment.get(name, "").strip()
    if not value:
        raise SettingMissing(f"The setting {name} is not set; see docs/settings.md.")
    return value
