"""A secret in Secrets Manager."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra_pulumi.naming import physical


@dataclass(frozen=True)
class SecretConfig:
    """What a secret holds (stored as one JSON object) and what it is for."""

    description: str
    values: Mapping[str, pulumi.Input[str]]


class Secret(pulumi.ComponentResource):
    """Creates a Secrets Manager secret and its version; `arn` is what a function is told.

    `version` is another one whenever the value is.
    """

    arn: pulumi.Output[str]
    version: pulumi.Output[str]

    def __init__(self, name: str, config: SecretConfig, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("coursematch:components:Secret", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        secret = aws.secretsmanager.Secret(
            name,
            name=physical(name, separator="/"),
            description=config.description,
            recovery_window_in_days=7,
            opts=child,
        )
        sealed: pulumi.Output[str] = pulumi.Output.secret(pulumi.Output.json_dumps(dict(config.values)))
        version = aws.secretsmanager.SecretVersion(
            name,
            secret_id=secret.arn,
            secret_string=sealed,
            opts=child,
        )
        # The version's, so that whoever uses the ARN waits until there is a value to read.
        self.arn = pulumi.Output.all(secret.arn, version.version_id).apply(lambda known: str(known[0]))
        self.version = version.version_id
        self.register_outputs({"arn": self.arn})
