"""The versions of the deployed functions: made of what a function is now, and put behind the alias that is called."""

from __future__ import annotations

import time
from typing import Any

ALIAS = "live"
ACTIVE_SECONDS = 30


def published(client: Any, name: str) -> str:
    """Publish what a function is now, and wait until that version is active. `client` is boto3's of Lambda."""
    version: str = client.publish_version(FunctionName=name)["Version"]
    until = time.monotonic() + ACTIVE_SECONDS
    while time.monotonic() < until:
        told = client.get_function_configuration(FunctionName=name, Qualifier=version)
        if told.get("State", "Active") == "Active":
            break
        time.sleep(0.05)
    return version


def let_live(client: Any, name: str, version: str) -> None:
    """Let the alias that everybody calls point at a version."""
    client.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=version)
