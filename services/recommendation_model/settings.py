"""What the environment says: read once at start, checked, and passed on as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from services.index_writer.algolia_client import AlgoliaAccess
from services.index_writer.environment import Environment
from services.telemetry.settings import NOT_RECORDED, TelemetrySettings

LEAST_LEARNERS = 5
MEMORY_MB = 1_024


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


def settings_from(variables: Mapping[str, str]) -> Settings:
    """Read the settings. Raises BadSettings, which names every variable that is wrong."""
    environment = Environment(variables)
    database_url, file = environment.text("DATABASE_URL"), environment.file("MODEL_ENROLLMENTS_FILE")
    if not database_url and file is None:
        environment.refuse("neither DATABASE_URL nor MODEL_ENROLLMENTS_FILE is set: one says where enrollments are")
    if database_url and urlsplit(database_url).scheme not in ("postgres", "postgresql"):
        environment.refuse("DATABASE_URL is not a postgresql:// URL")
    settings = Settings(
        database_url=database_url,
        file=file,
        algolia=environment.algolia(),
        index_name=environment.index_name(),
        least_learners=environment.number("MODEL_LEAST_LEARNERS", LEAST_LEARNERS, 2),
        memory_mb=environment.number("MODEL_MEMORY_MB", MEMORY_MB, 128),
        force=environment.flag("MODEL_FORCE"),
        report_file=environment.file("MODEL_REPORT_FILE"),
        telemetry=environment.telemetry(),
    )
    environment.check()
    return settings
