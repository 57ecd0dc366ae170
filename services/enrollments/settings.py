"""The settings of the enrollments Lambda (`docs/settings.md`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.web_edge.settings import HistorySettings, IdentitySettings, history_settings, identity_settings


@dataclass(frozen=True)
class Settings:
    """Everything the Lambda is told from outside."""

    identity: IdentitySettings
    history: HistorySettings

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; raises `SettingMissing`, which names the one that is not right."""
        return cls(identity=identity_settings(environment), history=history_settings(environment))
