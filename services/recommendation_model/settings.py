"""What the environment says: read once at start, checked, and passed on as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from services.index_writer.algolia_client import AlgoliaAccess
from services.telemetry.settings import NOT_RECORDED, BadTelemetrySetting, TelemetrySettings, telemetry_settings

LEAST_LEARNERS = 5
MEMORY_MB = 1_024


class BadSettings(ValueError):
    """The environment lacks something, or has something of another form; the message names the variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The environment of `recommendation_model` (docs/settings.md). One of `database_url` and `file` is there."""

    database_url: str = field(repr=False)
    file: Path | None
    algolia: AlgoliaAccess
    index_name: str
    least_learners: int
    memory_mb: int
    force: bool
    report_file: Path | None
    telemetry: TelemetrySettings = NOT_RECORDED


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read the settings. Raises BadSettings, which names every variable that is wrong."""
    problems: list[str] = []

    def text(name: str) -> str:
        return environment.get(name, "").strip()

    def required(name: str) -> str:
        if not text(name):
            problems.append(f"{name} is not set")
        return text(name)

    def number(name: str, default: int, least: int) -> int:
        told = text(name) or str(default)
        if not (told.isascii() and told.isdecimal() and len(told) < 10 and int(told) >= least):
            problems.append(f"{name} is a whole number from {least} on")
            return default
        return int(told)

    database_url, file = text("DATABASE_URL"), text("MODEL_ENROLLMENTS_FILE")
    if not database_url and not file:
        problems.append("neither DATABASE_URL nor MODEL_ENROLLMENTS_FILE is set: one says where enrollments are")
    if database_url and urlsplit(database_url).scheme not in ("postgres", "postgresql"):
        problems.append("DATABASE_URL is not a postgresql:// URL")
    app_id, key = required("ALGOLIA_APP_ID"), required("ALGOLIA_ADMIN_KEY")
    hosts = tuple(part.strip() for part in text("ALGOLIA_HOSTS").split(",") if part.strip())
    if any(urlsplit(host).scheme not in ("http", "https") or not urlsplit(host).hostname for host in hosts):
        problems.append("ALGOLIA_HOSTS is not a list of http(s) URLs")
    force = text("MODEL_FORCE") or "false"
    if force not in ("true", "false"):
        problems.append("MODEL_FORCE is true or false")
    least_learners = number("MODEL_LEAST_LEARNERS", LEAST_LEARNERS, 2)
    memory_mb = number("MODEL_MEMORY_MB", MEMORY_MB, 128)
    telemetry = NOT_RECORDED
    try:
        telemetry = telemetry_settings(environment)
    except BadTelemetrySetting as error:
        problems.append(str(error))
    if problems:
        raise BadSettings("; ".join(problems))
    report_file = text("MODEL_REPORT_FILE")
    return Settings(
        database_url=database_url,
        file=Path(file) if file else None,
        algolia=AlgoliaAccess(app_id, key, hosts),
        index_name=text("ALGOLIA_INDEX") or "courses",
        least_learners=least_learners,
        memory_mb=memory_mb,
        force=force == "true",
        report_file=Path(report_file) if report_file else None,
        telemetry=telemetry,
    )
