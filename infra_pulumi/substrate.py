"""The only file that knows substrates: it turns a stack's configuration into two explicit providers.

Nothing else may ask where it runs. Default providers are switched off in every stack file, so a resource without
one of these two providers is an error and no ambient account or cluster can be touched by accident.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from infra_pulumi.components.function import Network
from infra_pulumi.platform_reference import PlatformReference
from infra_pulumi.stack_config import StackConfig

SUBSTRATES = ("embedded", "localstack", "aws")
PULUMI, HANDOVER, ARGOCD = WORKLOADS = ("pulumi", "handover", "argocd")
"""Who owns what runs in the cluster. In between, Pulumi knows it and deletes nothing (docs/operations.md)."""
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
ACCOUNT = re.compile(r"\d{12}")
EMULATED_SERVICES = (
    "apigateway", "cloudwatch", "iam", "kms", "lambda", "logs", "s3", "secretsmanager", "sqs", "ssm", "sts",
)  # fmt: skip
# An access key id of twelve digits names its account, for the emulators and the Lambdas they run.
EMULATED_ACCOUNT = "000000000000"
ANY_SECRET = "test"  # noqa: S105 - what an emulator without a guard takes; a real key must never reach one
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Substrate:
    """Where a stack runs: its two providers, and the base of a deployed REST API's URL."""

    name: str
    region: str
    aws: aws.Provider
    kubernetes: kubernetes.Provider | None
    """None when Argo CD owns the workloads."""
    workloads: str
    """One of WORKLOADS."""
    endpoint: str | None
    """The emulator's URL; None on AWS itself."""
    network: Network | None
    """What functions join to reach the database; None where they reach it anyway."""
    function_boundary: pulumi.Input[str] | None
    """The permissions boundary of functions' roles; None where nothing is bounded."""
    image_prefix: pulumi.Input[str]
    """What stands before an image's name."""

    def api_url(self, rest_api_id: pulumi.Input[str], stage: str) -> pulumi.Output[str]:
        """Give the base URL of a deployed stage, without a closing slash."""
        form = (
            f"{self.endpoint}/restapis/{{0}}/{stage}/_user_request_"
            if self.endpoint
            else f"https://{{0}}.execute-api.{self.region}.amazonaws.com/{stage}"
        )
        return pulumi.Output.from_input(rest_api_id).apply(form.format)


def from_stack(config: StackConfig) -> Substrate:
    """Build the substrate that the stack's configuration names. Raises ConfigRefused before anything is created."""
    name = config.one_of("substrate", SUBSTRATES)
    stack = pulumi.get_stack()
    if stack != name and not stack.startswith(f"{name}-"):
        raise config.refuse("substrate", f"is {name!r}, but the stack is called {stack!r}: names must begin alike")
    endpoint = _endpoint(config, name)
    where = region(config)
    if endpoint is not None:
        emulator = _emulator_provider(where, endpoint, config.optional_secret("awsSecretKey") or ANY_SECRET)
        prefix = config.text("imagePrefix", "coursematch-")
        cluster = _kubernetes_provider(config, name, None)
        return Substrate(name, where, emulator, cluster, _workloads(config), endpoint, None, None, prefix)
    in_account = account_provider(config)
    platform = PlatformReference(config.text("platformStack"))
    network = Network(platform.lambda_subnet_ids, platform.lambda_security_group_ids)
    cluster = _kubernetes_provider(config, name, platform)
    boundary = platform.function_boundary_arn
    owner = _workloads(config)
    return Substrate(name, where, in_account, cluster, owner, None, network, boundary, platform.image_prefix)


def _endpoint(config: StackConfig, name: str) -> str | None:
    if name == "aws":
        for key in ("awsEndpoint", "awsSecretKey"):
            if config.has(key):
                raise config.refuse(key, "must not be set: a stack on AWS talks to AWS, with the pipeline's own role")
        return None
    endpoint = config.text("awsEndpoint").rstrip("/")
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or parts.hostname not in LOOPBACK:
        raise config.refuse("awsEndpoint", f"is {endpoint!r}: write the emulator's URL on this machine")
    return endpoint


def region(config: StackConfig) -> str:
    """Give the AWS region of the stack. Raises ConfigRefused."""
    name = config.text("awsRegion", "us-east-1")
    if not REGION.fullmatch(name):
        raise config.refuse("awsRegion", f"is {name!r}: write a region such as eu-west-1")
    return name


def account(config: StackConfig) -> str:
    """Give the one AWS account that the stack may touch; there is no default. Raises ConfigRefused."""
    number = config.text("awsAccountId")
    if not ACCOUNT.fullmatch(number):
        raise config.refuse("awsAccountId", f"is {number!r}: write the 12 digits of the account to deploy into")
    return number


def account_provider(config: StackConfig) -> aws.Provider:
    """Give a provider that refuses every account but the stack's own."""
    return aws.Provider(
        "aws",
        region=region(config),
        allowed_account_ids=[account(config)],
        default_tags=aws.ProviderDefaultTagsArgs(tags={"project": "coursematch", "stack": pulumi.get_stack()}),
    )


def _emulator_provider(region: str, endpoint: str, secret_key: pulumi.Input[str]) -> aws.Provider:
    return aws.Provider(
        "aws",
        region=region,
        access_key=EMULATED_ACCOUNT,
        secret_key=secret_key,
        skip_credentials_validation=True,
        skip_metadata_api_check=True,
        skip_requesting_account_id=True,
        s3_use_path_style=True,
        endpoints=[aws.ProviderEndpointArgs(**{_argument(service): endpoint for service in EMULATED_SERVICES})],
    )


def _argument(service: str) -> str:
    return "lambda_" if service == "lambda" else service


def _workloads(config: StackConfig) -> str:
    return config.one_of("workloads", WORKLOADS, PULUMI)


def _kubernetes_provider(
    config: StackConfig, name: str, platform: PlatformReference | None
) -> kubernetes.Provider | None:
    owner = _workloads(config)
    if owner == ARGOCD:
        return None
    # While both know the workloads, what Argo CD left running is taken over, by force where the two differ.
    adopts = True if owner == HANDOVER else None
    if platform is not None:
        if config.has("kubeContext"):
            raise config.refuse("kubeContext", "must not be set: on AWS the cluster is the platform stack's")
        return kubernetes.Provider(
            "kubernetes", kubeconfig=platform.kubeconfig, upsert_existing_objects=adopts, enable_patch_force=adopts
        )
    if name == "embedded":  # the engine of this substrate hands the objects to the sandbox; there is no cluster
        return kubernetes.Provider("kubernetes", render_yaml_to_directory="never-written")
    context = config.text("kubeContext")
    if not context.startswith("kind-"):
        raise config.refuse("kubeContext", f"is {context!r}: this substrate deploys to kind clusters only")
    return kubernetes.Provider(
        "kubernetes", context=context, cluster=context, upsert_existing_objects=adopts, enable_patch_force=adopts
    )
