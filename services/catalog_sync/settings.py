"""What the environment says: read once at start, checked, and passed on as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from services.catalog_sync.reading.service_account import ServiceAccount
from services.course_record.index_settings import Mode
from services.index_writer.algolia_client import AlgoliaAccess
from services.index_writer.environment import Environment
from services.telemetry.settings import NOT_RECORDED, TelemetrySettings


@dataclass(frozen=True, slots=True)
class Settings:
    """The environment of `catalog_sync` (docs/settings.md)."""

    lms_url: str
    discovery_url: str | None
    account: ServiceAccount | None
    algolia: AlgoliaAccess
    index_name: str
    mode: Mode
    report_file: Path | None
    allow_shrink: bool
    telemetry: TelemetrySettings = NOT_RECORDED


def settings_from(variables: Mapping[str, str]) -> Settings:
    """Read the settings. Raises BadSettings, which names every variable that is wrong."""
    environment = Environment(variables)
    mode = environment.text("ALGOLIA_MODE", "keywordSearch")
    if mode not in get_args(Mode):
        environment.refuse(f"ALGOLIA_MODE is one of {', '.join(get_args(Mode))}")
    client_id, client_secret = environment.text("LMS_CLIENT_ID"), environment.text("LMS_CLIENT_SECRET")
    if bool(client_id) != bool(client_secret):
        environment.refuse("LMS_CLIENT_ID and LMS_CLIENT_SECRET come together or not at all")
    settings = Settings(
        lms_url=environment.url("LMS_URL", required=True),
        discovery_url=environment.url("DISCOVERY_URL") or None,
        account=ServiceAccount(client_id, client_secret) if client_id else None,
        algolia=environment.algolia(),
        index_name=environment.index_name(),
        mode=cast(Mode, mode),
        report_file=environment.file("SYNC_REPORT_FILE"),
        allow_shrink=environment.flag("SYNC_ALLOW_SHRINK"),
        telemetry=environment.telemetry(),
    )
    environment.check()
    return settings
