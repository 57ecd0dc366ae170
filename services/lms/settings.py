"""What the environment says, read once at the start (docs/settings.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.lms.loading import Sources
from services.telemetry.settings import NOT_RECORDED, BadTelemetrySetting, TelemetrySettings, telemetry_settings

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


class InvalidSettings(Exception):
    """A setting is missing or wrong; the message names it and how to mend it."""


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds."""

    requests: int
    seconds: int

    @classmethod
    def parse(cls, written: str) -> Rate:
        """Read a rate as Django REST framework writes it: `20/minute`, `5/s`, `1000/day`."""
        match = re.fullmatch(r"(\d+)/(s|m|h|d)[a-z]*", written.strip())
        if match is None or int(match[1]) < 1:
            raise InvalidSettings(f"throttle {written!r} is not a rate; write it as 20/minute")
        return cls(int(match[1]), {"s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]])


@dataclass(frozen=True)
class Settings:
    """The settings of every command; those that a command needs are checked by `require`."""

    database_url: str
    host: str
    port: int
    public_url: str
    allowed_hosts: str
    signing_key: str
    issuer: str
    audience: str
    client_id: str
    client_secret: str
    learner_password: str
    throttle: Rate | None
    reader_password: str
    sources: Sources
    telemetry: TelemetrySettings = NOT_RECORDED

    def require(self, *names: str) -> None:
        """Raise InvalidSettings if one of these environment variables is missing."""
        for name, attribute in _REQUIRED.items():
            if name in names and not getattr(self, attribute):
                raise InvalidSettings(f"{name} is not set; {_MEANING[name]}")


_REQUIRED = {"DATABASE_URL": "database_url", "IDENTITY_SIGNING_KEY": "signing_key"}
_MEANING = {
    "DATABASE_URL": "give the database, as postgresql://user:password@host:port/name",
    "IDENTITY_SIGNING_KEY": "give the key that signs access tokens (32 characters or more)",
}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings. Raises InvalidSettings for a value that cannot be understood."""
    port = environment.get("LMS_PORT") or "8083"
    if not port.isdecimal() or int(port) > 65535:
        raise InvalidSettings(f"LMS_PORT is {port!r}; write a port number")
    throttle = environment.get("LMS_THROTTLE")
    try:
        telemetry = telemetry_settings(environment)
    except BadTelemetrySetting as error:
        raise InvalidSettings(str(error)) from error
    return Settings(
        database_url=environment.get("DATABASE_URL", ""),
        host=environment.get("LMS_HOST") or "127.0.0.1",
        port=int(port),
        public_url=environment.get("LMS_PUBLIC_URL", "").rstrip("/"),
        allowed_hosts=environment.get("LMS_ALLOWED_HOSTS", ""),
        signing_key=environment.get("IDENTITY_SIGNING_KEY", ""),
        issuer=environment.get("IDENTITY_ISSUER") or "coursematch",
        audience=environment.get("IDENTITY_AUDIENCE") or "coursematch",
        client_id=environment.get("LMS_CLIENT_ID", ""),
        client_secret=environment.get("LMS_CLIENT_SECRET", ""),
        learner_password=environment.get("LMS_LEARNER_PASSWORD", ""),
        throttle=Rate.parse(throttle) if throttle else None,
        reader_password=environment.get("LMS_READER_PASSWORD", ""),
        sources=choose_sources(environment.get("LMS_CATALOG_FILE"), environment.get("LMS_ENROLLMENTS_FILE")),
        telemetry=telemetry,
    )


def choose_sources(catalogue: str | None, enrollments: str | None) -> Sources:
    """Choose the files to load: those given, or else the fixtures.

    The fixtures' enrollments speak of the fixtures' courses, so a catalogue given alone comes without enrollments; the
    fixtures' learners stay, with nothing behind them yet. Enrollments given bring their own learners.
    """
    return Sources(
        catalogue=Path(catalogue) if catalogue else FIXTURES / "courses.jsonl",
        enrollments=Path(enrollments) if enrollments else None if catalogue else FIXTURES / "enrollments.csv",
        learners=None if enrollments else FIXTURES / "learners.csv",
    )
