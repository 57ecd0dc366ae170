"""The settings of the coursematch Lambda (`docs/settings.md`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.web_edge.settings import (
    HistorySettings,
    IdentitySettings,
    history_settings,
    identity_settings,
    required,
)


@dataclass(frozen=True)
class AlgoliaSettings:
    """Which index to search. `hosts` are base URLs; empty: the application's documented hosts."""

    app_id: str
    index: str
    hosts: tuple[str, ...]
    secret_id: str


@dataclass(frozen=True)
class Settings:
    """Everything the Lambda is told from outside."""

    algolia: AlgoliaSettings
    identity: IdentitySettings
    history: HistorySettings

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; raises `SettingMissing`, which names the one that is not right."""
        hosts = environment.get("ALGOLIA_HOSTS", "").split(",")
        algolia = AlgoliaSettings(
            app_id=required(environment, "ALGOLIA_APP_ID"),
            index=environment.get("ALGOLIA_INDEX") or "courses",
            hosts=tuple(host.strip().rstrip("/") for host in hosts if host.strip()),
            secret_id=required(environment, "ALGOLIA_SECRET"),
        )
        return cls(algolia=algolia, identity=identity_settings(environment), history=history_settings(environment))
