"""Stack configuration, read strictly: a bad value is refused before anything is created, by key and file."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pulumi


class ConfigRefused(Exception):
    """A stack's configuration cannot be used; the message names the key, the file and what to write."""

    def __init__(self, key: str, problem: str) -> None:
        stack = pulumi.get_stack()
        super().__init__(f"{pulumi.get_project()}:{key} in Pulumi.{stack}.yaml {problem}")
        self.key = key


class StackConfig:
    """The configuration of the running stack; every reader raises ConfigRefused on a missing or unfit value."""

    def __init__(self) -> None:
        self._config = pulumi.Config()

    def text(self, key: str, default: str | None = None) -> str:
        """A non-empty string; `default` when the key is absent (None: it must be there)."""
        value = self._config.get(key)
        if value is None:
            if default is None:
                raise ConfigRefused(key, "is missing: it has no default")
            return default
        return value

    def one_of(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        """One of `choices`."""
        value = self.text(key, default)
        if value not in choices:
            raise ConfigRefused(key, f"is {value!r}: write one of {', '.join(choices)}")
        return value

    def number(self, key: str, default: int, least: int = 0) -> int:
        """A whole number of at least `least`."""
        value = self._config.get(key)
        if value is None:
            return default
        try:
            number = int(value)
        except ValueError:
            raise ConfigRefused(key, f"is {value!r}: write a whole number") from None
        if number < least:
            raise ConfigRefused(key, f"is {number}: write {least} or more")
        return number

    def texts(self, key: str) -> list[str]:
        """A list of strings, written as JSON or as a YAML list; empty when the key is absent."""
        value = self._config.get(key)
        if value is None:
            return []
        try:
            items = json.loads(value)
        except ValueError:
            raise ConfigRefused(key, "is not a list") from None
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise ConfigRefused(key, "is not a list of strings")
        return items

    def secret(self, key: str) -> pulumi.Output[str]:
        """A secret string that must be there."""
        if self._config.get(key) is None:
            raise ConfigRefused(key, f"is missing: set it with `pulumi config set --secret {key}`")
        return self._config.require_secret(key)

    def optional_secret(self, key: str) -> pulumi.Output[str] | None:
        """A secret string, or None when the key is absent."""
        return self._config.get_secret(key) if self._config.get(key) is not None else None

    def refuse(self, key: str, problem: str) -> ConfigRefused:
        """The error that says what is wrong with `key`, for callers with a rule of their own."""
        return ConfigRefused(key, problem)

    def has(self, key: str) -> bool:
        """Whether the stack's file (or the command line) sets `key`."""
        return self._config.get(key) is not None
