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

from infra_pulumi.stack_config import StackConfig

SUBSTRATES = ("embedded", "localstack", "aws")
WORKLOADS = ("pulumi", "argocd")
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
ACCOUNT = re.compile(r"\d{12}")
EMULATED_SERVICES = (
    "apigateway", "cloudwatch", "iam", "kms", "lambda", "logs", "s3", "secretsmanager", "sqs", "ssm", "sts",
)  # fmt: skip
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Substrate:
    """Where a stack runs: its two providers, and the base of a deployed REST API's URL."""

    name: str
    region: str
    aws: aws.Provider
    kubernetes: kubernetes.Provider | None
    """None when Argo CD owns the workloads."""
    endpoint: str | None
    """The emulator's URL; None on AWS itself."""

    def api_url(self, rest_api_id: pulumi.Input[str], stage: str) -> pulumi.Output[str]:
        """The base URL of a deployed stage, without a closing slash."""
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
    region = config.text("awsRegion", "us-east-1")
    if not REGION.fullmatch(region):
        raise config.refuse("awsRegion", f"is {region!r}: write a region such as eu-west-1")
    endpoint = _endpoint(config, name)
    provider = _account_provider(config, region) if endpoint is None else _emulator_provider(region, endpoint)
    return Substrate(name, region, provider, _kubernetes_provider(config, name), endpoint)


def _endpoint(config: StackConfig, name: str) -> str | None:
    if name == "aws":
        if config.has("awsEndpoint"):
            raise config.refuse("awsEndpoint", "must not be set: a stack on AWS talks to AWS")
        return None
    endpoint = config.text("awsEndpoint").rstrip("/")
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or parts.hostname not in LOOPBACK:
        raise config.refuse("awsEndpoint", f"is {endpoint!r}: write the emulator's URL on this machine")
    return endpoint


def _account_provider(config: StackConfig, region: str) -> aws.Provider:
    account = config.text("awsAccountId")
    if not ACCOUNT.fullmatch(account):
        raise config.refuse("awsAccountId", f"is {account!r}: write the 12 digits of the account to deploy into")
    return aws.Provider(
        "aws",
        region=region,
        allowed_account_ids=[account],
        default_tags=aws.ProviderDefaultTagsArgs(tags={"project": "coursematch", "stack": pulumi.get_stack()}),
    )


def _emulator_provider(region: str, endpoint: str) -> aws.Provider:
    return aws.Provider(
        "aws",
        region=region,
        access_key="test",
        secret_key="test",  # noqa: S106 - emulators take any; a real one must never reach them
        skip_credentials_validation=True,
        skip_metadata_api_check=True,
        skip_requesting_account_id=True,
        s3_use_path_style=True,
        endpoints=[aws.ProviderEndpointArgs(**{_argument(service): endpoint for service in EMULATED_SERVICES})],
    )


def _argument(service: str) -> str:
    return "lambda_" if service == "lambda" else service


def _kubernetes_provider(config: StackConfig, name: str) -> kubernetes.Provider | None:
    if config.one_of("workloads", WORKLOADS, "pulumi") == "argocd":
        return None
    if name == "embedded":  # the engine of this substrate hands the objects to the sandbox; there is no cluster
        return kubernetes.Provider("kubernetes", render_yaml_to_directory="never-written")
    if name == "localstack":
        context = config.text("kubeContext")
        if not context.startswith("kind-"):
            raise config.refuse("kubeContext", f"is {context!r}: this substrate deploys to kind clusters only")
        return kubernetes.Provider("kubernetes", context=context, cluster=context)
    if config.has("kubeContext"):
        raise config.refuse("kubeContext", "must not be set: on AWS the cluster is the platform stack's")
    platform = pulumi.StackReference(config.text("platformStack"))
    return kubernetes.Provider("kubernetes", kubeconfig=platform.require_output("kubeconfig"))
