"""The keys of the emulated AWS: made at every start, for the program, its functions and the owner of the sandbox."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

ACCOUNT = "000000000000"
"""The emulators' default account. An access key id of twelve digits names its account, for them and their Lambdas."""
REGION = "us-east-1"
PROFILE = "sandbox"
ANY_SECRET = "test"  # noqa: S105 - what emulators without our guard (LocalStack) take: anything


@dataclass(frozen=True)
class AwsKeys:
    """An access key: the id is public, the secret signs."""

    secret_access_key: str = field(repr=False)
    access_key_id: str = ACCOUNT


def child_environment(keys: AwsKeys, endpoint: str) -> dict[str, str]:
    """Say to AWS's client in a child process where AWS is, and who asks."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": keys.access_key_id,
        "AWS_SECRET_ACCESS_KEY": keys.secret_access_key,
    }


def new_keys() -> AwsKeys:
    """Make the keys of one start."""
    return AwsKeys(secrets.token_hex(20))


def cli_profile(keys: AwsKeys, endpoint: str) -> str:
    """Write a configuration file for AWS's own clients: `AWS_CONFIG_FILE=… aws --profile sandbox …`."""
    return (
        f"[profile {PROFILE}]\nregion = {REGION}\nendpoint_url = {endpoint}\n"
        f"aws_access_key_id = {keys.access_key_id}\naws_secret_access_key = {keys.secret_access_key}\n"
    )
