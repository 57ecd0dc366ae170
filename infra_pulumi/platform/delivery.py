"""Delivery: where images go, and the role that a pipeline takes on without any stored key."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra_pulumi.naming import physical
from infra_pulumi.platform.deploy_rights import function_boundary, statements

ISSUERS = {
    "buildkite": "agent.buildkite.com",
    "github": "token.actions.githubusercontent.com",
}
AUDIENCE = "sts.amazonaws.com"


@dataclass(frozen=True)
class DeliveryConfig:
    """The images, the pipeline's issuer and subject (which pipeline, which branch), and the account it deploys to."""

    images: Sequence[str]
    issuer: str
    subject: str
    account: str
    region: str
    key_arn: pulumi.Input[str]


class Delivery(pulumi.ComponentResource):
    """Creates a registry for each image (tags never move, old ones go), the deploy role, and what bounds its roles.

    Outputs: `image_prefix`, `deploy_role_arn`, `function_boundary_arn`.
    """

    image_prefix: str
    deploy_role_arn: pulumi.Output[str]
    function_boundary_arn: pulumi.Output[str]

    def __init__(self, name: str, config: DeliveryConfig, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("coursematch:components:Delivery", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        for image in config.images:
            repository = aws.ecr.Repository(
                f"{name}-{image}",
                name=f"coursematch/{image}",
                image_tag_mutability="IMMUTABLE",
                image_scanning_configuration=aws.ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True),
                encryption_configurations=[
                    aws.ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=config.key_arn)
                ],
                opts=child,
            )
            aws.ecr.LifecyclePolicy(
                f"{name}-{image}", repository=repository.name, policy=json.dumps(KEEP_THIRTY), opts=child
            )
        issuer = ISSUERS[config.issuer]
        provider = aws.iam.OpenIdConnectProvider(name, url=f"https://{issuer}", client_id_lists=[AUDIENCE], opts=child)
        role = aws.iam.Role(
            name,
            name=physical("deploy"),
            description="What the pipeline may do: push images, and deploy the system",
            max_session_duration=3600,
            assume_role_policy=provider.arn.apply(lambda arn: json.dumps(_trust(arn, issuer, config.subject))),
            opts=child,
        )
        boundary = aws.iam.Policy(
            f"{name}-functions",
            name=physical("functions"),
            description="The most that a role made by the pipeline can ever do",
            policy=json.dumps(function_boundary(config.region, config.account)),
            opts=child,
        )
        aws.iam.RolePolicy(
            name,
            name="deploy",
            role=role.name,
            policy=boundary.arn.apply(lambda arn: json.dumps(_deploy(config, arn))),
            opts=child,
        )
        self.image_prefix = f"{config.account}.dkr.ecr.{config.region}.amazonaws.com/coursematch/"
        self.deploy_role_arn = role.arn
        self.function_boundary_arn = boundary.arn
        self.register_outputs({})


KEEP_THIRTY = {
    "rules": [
        {
            "rulePriority": 1,
            "description": "Thirty builds to go back to",
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 30},
            "action": {"type": "expire"},
        }
    ]
}


def _trust(provider_arn: str, issuer: str, subject: str) -> Mapping[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider_arn},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {f"{issuer}:aud": AUDIENCE},
            "StringLike": {f"{issuer}:sub": subject},
        },
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _deploy(config: DeliveryConfig, boundary: str) -> Mapping[str, Any]:
    here = f"{config.region}:{config.account}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                # ecr:GetAuthorizationToken knows no resource (Service Authorization Reference, Amazon ECR).
                "Sid": "LogInWildcardRequiredByEcr",
                "Effect": "Allow",
                "Action": ["ecr:GetAuthorizationToken"],
                "Resource": ["*"],
            },
            {
                "Sid": "PushImages",
                "Effect": "Allow",
                "Action": [
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:CompleteLayerUpload",
                    "ecr:DescribeImages",
                    "ecr:InitiateLayerUpload",
                    "ecr:PutImage",
                    "ecr:UploadLayerPart",
                ],
                "Resource": [f"arn:aws:ecr:{here}:repository/coursematch/*"],
            },
            *statements(boundary, config.region, config.account),
        ],
    }
