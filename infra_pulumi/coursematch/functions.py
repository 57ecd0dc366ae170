"""The system's Lambda functions: their secrets, and what each is told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pulumi

from infra_pulumi.components.function import Function, FunctionConfig, Network
from infra_pulumi.components.secret import Secret, SecretConfig
from infra_pulumi.coursematch.settings import Settings
from infra_pulumi.refusal import ProgramRefused

ROOT = Path(__file__).resolve().parents[2]


class ZipMissing(ProgramRefused):
    """A function's zip has not been built; the message says how to build it."""


def declare(
    names: list[str],
    settings: Settings,
    network: Network | None,
    boundary: pulumi.Input[str] | None,
    opts: pulumi.ResourceOptions,
) -> dict[str, Function]:
    """Create the functions `names`, and the secrets that they read. Raises ZipMissing before creating anything."""
    zips = {name: _zip(name) for name in names}
    secrets = _secrets(settings, opts)
    search = {
        "ALGOLIA_APP_ID": settings.algolia_app_id,
        "ALGOLIA_INDEX": settings.algolia_index,
        "ALGOLIA_HOSTS": settings.algolia_hosts,
    }
    identity = {"IDENTITY_ISSUER": settings.identity_issuer, "IDENTITY_AUDIENCE": settings.identity_audience}
    history = {"ENROLLMENT_SOURCE": settings.enrollment_source, "OPENEDX_URL": settings.lms_url}
    history_secrets = {"DATABASE_SECRET", "OPENEDX_SECRET"} & set(secrets)
    needs: Mapping[str, tuple[dict[str, str], set[str]]] = {
        "coursematch": (search | identity | history, {"ALGOLIA_SECRET", "IDENTITY_SECRET"} | history_secrets),
        "enrollments": (identity | history, {"IDENTITY_SECRET"} | history_secrets),
        "advisor": (identity | _advisor(settings), {"IDENTITY_SECRET", "ADVISOR_MODEL_SECRET"} & set(secrets)),
    }
    functions = {}
    for name in names:
        environment, secret_names = needs[name]
        readable = {variable: secrets[variable].arn for variable in sorted(secret_names)}
        # A function reads its secrets when it starts, and one that is warm has started: another value must make another
        # version of it, as it makes new pods.
        versions = pulumi.Output.all(*(secrets[variable].version for variable in readable)).apply(",".join)
        told = {variable: value for variable, value in (environment | _telemetry(settings)).items() if value}
        functions[name] = Function(
            name,
            FunctionConfig(
                zip=zips[name],
                handler=f"services.{name}.lambda_handler.handler",
                environment={**told, **readable, "SECRET_VERSIONS": versions},
                readable_secrets=list(readable.values()),
                invokable_models=settings.advisor.model_arns if name == "advisor" else (),
                timeout_seconds=28 if name == "advisor" else 15,
                memory_mb=settings.memory_mb,
                reserved_concurrency=settings.reserved_concurrency,
                log_retention_days=settings.log_retention_days,
                alarm_topics=settings.alarm_topics,
                network=network,
                boundary=boundary,
            ),
            opts,
        )
    return functions


def _telemetry(settings: Settings) -> dict[str, str]:
    wait = settings.telemetry.wait_ms
    return settings.telemetry.environment | ({"TRACE_WAIT_MS": str(wait)} if wait else {})


def _advisor(settings: Settings) -> dict[str, str]:
    advisor = settings.advisor
    return {
        "ADVISOR_MODEL": advisor.model,
        "ADVISOR_MODEL_ID": advisor.model_id,
        "ADVISOR_MODEL_URL": advisor.model_url,
        "ADVISOR_PUBLIC_URL": advisor.public_url,
        "ADVISOR_ORIGINS": ",".join(advisor.origins),
    }


def _secrets(settings: Settings, opts: pulumi.ResourceOptions) -> dict[str, Secret]:
    """Give the secrets by the environment variable that names them to a function."""
    openedx: dict[str, pulumi.Input[str]] = {
        "client_id": settings.lms_client_id,
        "client_secret": settings.lms_client_secret,
    }
    described: dict[str, tuple[str, SecretConfig]] = {
        "ALGOLIA_SECRET": (
            "algolia-search",
            SecretConfig("Algolia's search-only key", {"search_key": settings.algolia_search_key}),
        ),
        "DATABASE_SECRET": (
            "database-reader",
            SecretConfig("The database, for reading only", {"url": settings.database_url}),
        ),
        "IDENTITY_SECRET": (
            "identity",
            SecretConfig("The key that signs learners' tokens", {"signing_key": settings.identity_signing_key}),
        ),
        "OPENEDX_SECRET": ("openedx-client", SecretConfig("The OAuth client at Open edX", openedx)),
    }
    del described["DATABASE_SECRET" if settings.enrollment_source == "openedx" else "OPENEDX_SECRET"]
    if settings.advisor.model_key is not None:
        key = SecretConfig("The key of the adviser's language model", {"api_key": settings.advisor.model_key})
        described["ADVISOR_MODEL_SECRET"] = ("advisor-model", key)
    return {variable: Secret(name, config, opts) for variable, (name, config) in described.items()}


def _zip(name: str) -> Path:
    path = ROOT / "build" / "lambda" / f"{name}.zip"
    if not path.is_file():
        raise ZipMissing(f"build/lambda/{name}.zip is missing: `nox -s package` builds it")
    return path
