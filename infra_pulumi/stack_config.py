"""Stack configuration, read strictly: a bad value is refused before anything is created, by key and file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pulumi

from infra_pulumi.checkout.yaml_text import read_yaml
from infra_pulumi.refusal import ProgramRefused


class ConfigRefused(ProgramRefused):
    """A stack's configuration cannot be used; the message names the key, the file and what to write."""

    def __init__(self, key: str, problem: str) -> None:
        stack = pulumi.get_stack()
        super().__init__(f"{pulumi.get_project()}:{key} in Pulumi.{stack}.yaml {problem}")
        self.key = key


def stack_settings(project_folder: Path, stack: str) -> dict[str, str]:
    """Read the settings in a stack's file, as Pulumi would give them to the program."""
    document = read_yaml(project_folder / f"Pulumi.{stack}.yaml")
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in document["config"].items()}


class StackConfig:
    """The configuration of the running stack; every reader raises ConfigRefused on a missing or unfit value."""

    def value(self, key: str) -> str | None:
        """Read a setting as it is written; None when the key is absent."""
        return pulumi.Config().get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """Read a string; `default` when the key is absent (None: it must be there)."""
        value = self.value(key)
        if value is None:
            if default is None:
                raise ConfigRefused(key, "is missing: it has no default")
            return default
        return value

    def one_of(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        """Read one of `choices`."""
        value = self.text(key, default)
        if value not in choices:
            raise ConfigRefused(key, f"is {value!r}: write one of {', '.join(choices)}")
        return value

    def number(self, key: str, default: int, least: int = 0) -> int:
        """Read a whole number of at least `least`."""
        value = self.value(key)
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
        """Read a list of strings, written as JSON or as a YAML list; empty when the key is absent."""
        value = self.value(key)
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
        """Read a secret that must be there."""
        if self.value(key) is None:
            raise ConfigRefused(key, f"is missing: set it with `pulumi config set --secret {key}`, which asks for it")
        return pulumi.Config().require_secret(key)

    def optional_secret(self, key: str) -> pulumi.Output[str] | None:
        """Read a secret; None when the key is absent."""
        return self.secret(key) if self.has(key) else None

    def refuse(self, key: str, problem: str) -> ConfigRefused:
        """Give the error that says what is wrong with `key`, for callers with a rule of their own."""
        return ConfigRefused(key, problem)

    def has(self, key: str) -> bool:
        """Tell whether the stack's file (or the command line) sets `key`."""
        return self.value(key) is not None
