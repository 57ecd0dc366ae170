"""`endpoints.json`: where everything is, and the keys to it, for its owner only (0600); the same on every substrate."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from infra_pulumi.secret_text import Secret
from sandbox.setup.aws_keys import AwsKeys
from sandbox.setup.credentials import ALGOLIA_APP_ID, Credentials
from sandbox.setup.ports import LOOPBACK, Ports
from sandbox.setup.state import State, write_json

ALGOLIA_INDEX = "courses"


def endpoints(
    ports: Ports, credentials: Credentials, aws_keys: AwsKeys, postgres: Secret | None, gateway: str
) -> dict[str, Any]:
    """Give what `endpoints.json` says (docs/formats.md), its keys in the clear; empty: not there yet."""
    return {
        "api": local_url(ports.front_door),
        "gateway": gateway,
        "aws": local_url(ports.aws),
        "aws_keys": asdict(aws_keys),
        "algolia": {
            "url": local_url(ports.algolia),
            "app_id": ALGOLIA_APP_ID,
            "admin_key": credentials.algolia_admin_key.value,
            "search_key": credentials.algolia_search_key.value,
            "index": ALGOLIA_INDEX,
        },
        "lms": local_url(ports.lms),
        "postgres": postgres.value if postgres else "",
    }


def write_endpoints(state: State, found: dict[str, Any]) -> None:
    """Keep them in the state folder, readable for nobody else."""
    write_json(state.endpoints_file, found, mode=0o600)


def local_url(port: int) -> str:
    """Give the URL of a port of this machine."""
    return f"http://{LOOPBACK}:{port}"
