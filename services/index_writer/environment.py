"""What the environment says to a job that fills an index, read once at start; all that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from services.index_writer.algolia_client import AlgoliaAccess
from services.telemetry.settings import NOT_RECORDED, BadTelemetrySetting, TelemetrySettings, telemetry_settings


class BadSettings(ValueError):
    """The environment lacks something, or has something of another form; the message names the variable."""


class Environment:
    """Reads variables by their form, and notes what is wrong with them until `check`."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        """Give a variable without the space around it; the default where it is empty or missing."""
        return self._variables.get(name, "").strip() or default

    def required(self, name: str) -> str:
        """Give a variable that must be there."""
        if not self.text(name):
            self.refuse(f"{name} is not set")
        return self.text(name)

    def url(self, name: str, *, required: bool = False) -> str:
        """Give an http(s) URL."""
        value = self.required(name) if required else self.text(name)
        if value and not _is_url(value):
            self.refuse(f"{name} is not an http(s) URL")
        return value

    def flag(self, name: str) -> bool:
        """Give what is `true` or `false`; false where nothing is said."""
        value = self.text(name, "false")
        if value not in ("true", "false"):
            self.refuse(f"{name} is true or false")
        return value == "true"

    def number(self, name: str, default: int, least: int) -> int:
        """Give a whole number."""
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdecimal() and len(value) < 10 and int(value) >= least):
            self.refuse(f"{name} is a whole number from {least} on")
            return default
        return int(value)

    def file(self, name: str) -> Path | None:
        """Give a file's path, if one is named."""
        return Path(self.text(name)) if self.text(name) else None

    def algolia(self) -> AlgoliaAccess:
        """Say where Algolia is, and who asks."""
        app_id, key = self.required("ALGOLIA_APP_ID"), self.required("ALGOLIA_ADMIN_KEY")
        hosts = tuple(part.strip() for part in self.text("ALGOLIA_HOSTS").split(",") if part.strip())
        if not all(map(_is_url, hosts)):
            self.refuse("ALGOLIA_HOSTS is not a list of http(s) URLs")
        return AlgoliaAccess(app_id, key, hosts)

    def index_name(self) -> str:
        """Name the index of courses."""
        return self.text("ALGOLIA_INDEX", "courses")

    def telemetry(self) -> TelemetrySettings:
        """Say where spans go."""
        try:
            return telemetry_settings(self._variables)
        except BadTelemetrySetting as error:
            self.refuse(str(error))
            return NOT_RECORDED

    def refuse(self, problem: str) -> None:
        """Note something that is wrong."""
        self._problems.append(problem)

    def check(self) -> None:
        """Raise BadSettings, which names every variable that is wrong, where one is."""
        if self._problems:
            raise BadSettings("; ".join(dict.fromkeys(self._problems)))


def _is_url(value: str) -> bool:
    return urlsplit(value).scheme in ("http", "https") and bool(urlsplit(value).hostname)
