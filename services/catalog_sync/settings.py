"""What the environment says: read once at start, checked, and passed on as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args
from urllib.parse import urlsplit

from services.catalog_sync.reading.service_account import ServiceAccount
from services.course_record.index_settings import Mode
from services.index_writer.algolia_client import AlgoliaAccess
from services.telemetry.settings import NOT_RECORDED, BadTelemetrySetting, TelemetrySettings, telemetry_settings


class BadSettings(ValueError):
    """The environment lacks something, or has something of another form; the message names the variable."""


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


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read the settings. Raises BadSettings, which names every variable that is wrong."""
    problems: list[str] = []

    def required(name: str) -> str:
        value = environment.get(name, "").strip()
        if not value:
            problems.append(f"{name} is not set")
        return value

    def url(name: str, value: str) -> str:
        if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname):
            problems.append(f"{name} is not an http(s) URL")
        return value

    lms_url = url("LMS_URL", required("LMS_URL"))
    discovery_url = url("DISCOVERY_URL", environment.get("DISCOVERY_URL", "").strip()) or None
    app_id, key = required("ALGOLIA_APP_ID"), required("ALGOLIA_ADMIN_KEY")
    hosts = tuple(part.strip() for part in environment.get("ALGOLIA_HOSTS", "").split(",") if part.strip())
    for host in hosts:
        url("ALGOLIA_HOSTS", host)
    mode = environment.get("ALGOLIA_MODE", "").strip() or "keywordSearch"
    if mode not in get_args(Mode):
        problems.append(f"ALGOLIA_MODE is one of {', '.join(get_args(Mode))}")
    client_id = environment.get("LMS_CLIENT_ID", "").strip()
    client_secret = environment.get("LMS_CLIENT_SECRET", "").strip()
    if bool(client_id) != bool(client_secret):
        problems.append("LMS_CLIENT_ID and LMS_CLIENT_SECRET come together or not at all")
    report_file = environment.get("SYNC_REPORT_FILE", "").strip()
    allow_shrink = environment.get("SYNC_ALLOW_SHRINK", "").strip() or "false"
    if allow_shrink not in ("true", "false"):
        problems.append("SYNC_ALLOW_SHRINK is true or false")
    telemetry = NOT_RECORDED
    try:
        telemetry = telemetry_settings(environment)
    except BadTelemetrySetting as error:
        problems.append(str(error))
    if problems:
        raise BadSettings("; ".join(problems))
    return Settings(
        lms_url=lms_url,
        discovery_url=discovery_url,
        account=ServiceAccount(client_id, client_secret) if client_id else None,
        algolia=AlgoliaAccess(app_id, key, hosts),
        index_name=environment.get("ALGOLIA_INDEX", "").strip() or "courses",
        mode=cast(Mode, mode),
        report_file=Path(report_file) if report_file else None,
        allow_shrink=allow_shrink == "true",
        telemetry=telemetry,
    )
