"""What the program hands an engine, as plain Python values."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.runtime import rpc


def plain(value: Any) -> Any:
    """The same value without secret wrappers, and with an archive or asset as its path."""
    if rpc.is_rpc_secret(value):
        return plain(rpc.unwrap_rpc_secret(value))
    if isinstance(value, pulumi.FileArchive | pulumi.FileAsset):
        return value.path
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)  # protobuf has no whole numbers
    return value
