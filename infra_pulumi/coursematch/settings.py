"""Everything a stack may say about the system, read and checked before anything is created."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import pulumi

from infra_pulumi.stack_config import StackConfig

ALGOLIA = ("mock", "saas")
ALGOLIA_MODES = ("keywordSearch", "neuralSearch")
LMS = ("stand-in", "openedx")
ADVISOR_MODELS = ("offline", "bedrock", "openai")
ENROLLMENT_SOURCES = ("postgres", "openedx")
PORTS = {"http": 80, "https": 443}
LMS_PORT = 8083
ALGOLIA_PORT = 8082


@dataclass(frozen=True)
class AdvisorSettings:
    """Which model the adviser talks with, the key for it if it needs one, and the world's view of the API."""

    model: str
    model_id: str
    model_arns: list[str]
    """On Bedrock: what the adviser may invoke."""
    model_url: str
    model_key: pulumi.Output[str] | None
    public_url: str
    origins: list[str]


@dataclass(frozen=True)
class TelemetrySettings:
    """Where spans go (empty: nowhere), which share of traces, and whether they may tell what was asked and by whom."""

    endpoint: str
    port: int
    environment: dict[str, str]
    """What every service is told."""
    wait_ms: int
    """How long a function waits for its spans to be taken: its process stands still once it has answered."""


@dataclass(frozen=True)
class Settings:
    """The values of one stack; secrets are secret Outputs."""

    algolia: str
    algolia_app_id: str
    algolia_index: str
    algolia_hosts: str
    """What the Lambdas call; empty: Algolia's own hosts."""
    algolia_mode: str
    algolia_admin_key: pulumi.Output[str]
    algolia_search_key: pulumi.Output[str]
    database_url: pulumi.Output[str]
    model_database_url: pulumi.Output[str]
    """The same database for the job that reads enrollments, where the cluster reaches it at another address."""
    identity_signing_key: pulumi.Output[str]
    identity_issuer: str
    identity_audience: str
    enrollment_source: str
    lms: str
    lms_url: str
    """A real Open edX's base URL; with the stand-in, empty."""
    lms_public_url: str
    lms_client_id: str
    lms_client_secret: pulumi.Output[str]
    lms_learner_password: pulumi.Output[str] | None
    lms_database_url: pulumi.Output[str] | None
    lms_files: dict[str, str]
    lms_node_port: int | None
    algolia_node_port: int | None
    external_networks: list[str]
    image_tag: str
    advisor: AdvisorSettings
    telemetry: TelemetrySettings
    sync_schedule: str
    sync_memory_mb: int
    """MiB of the sync's pod, which holds the catalogue once."""
    model_schedule: str
    model_memory_mb: int
    """MiB of the pod that learns from enrollments."""
    model_least_learners: int
    """A count of fewer learners never leaves that pod."""
    mock_algolia_memory_mb: int
    """MiB of the stand-in for Algolia, which holds its index."""
    memory_mb: int
    """MB of each Lambda."""
    reserved_concurrency: int
    requests_per_second: int
    log_retention_days: int
    alarm_topics: list[str]


def read(config: StackConfig) -> Settings:
    """Read the stack's settings. Raises ConfigRefused, naming the key and the file."""
    algolia = config.one_of("algolia", ALGOLIA, "mock")
    lms = config.one_of("lms", LMS, "stand-in")
    source = config.one_of("enrollmentSource", ENROLLMENT_SOURCES, "postgres")
    if algolia == "mock" and not config.has("algoliaHosts"):
        raise config.refuse("algoliaHosts", "is missing: with `algolia: mock` say where the Lambdas reach it")
    tag = config.text("imageTag")
    if tag == "latest":
        raise config.refuse("imageTag", "is 'latest': name one build, so that a rollback has something to go back to")
    throttle = config.text("lmsThrottle", "")
    files = {
        "LMS_CATALOG_FILE": config.text("catalogFile", ""),
        "LMS_ENROLLMENTS_FILE": config.text("enrollmentsFile", ""),
    }
    return Settings(
        algolia=algolia,
        algolia_app_id=config.text("algoliaAppId", "COURSEMATCH") if algolia == "mock" else config.text("algoliaAppId"),
        algolia_index=config.text("algoliaIndex", "courses"),
        algolia_hosts=config.text("algoliaHosts", ""),
        # The mock can search by meaning; of an Algolia plan one has to know.
        algolia_mode=config.one_of("algoliaMode", ALGOLIA_MODES, ALGOLIA_MODES[algolia == "mock"]),
        algolia_admin_key=config.secret("algoliaAdminKey"),
        algolia_search_key=config.secret("algoliaSearchKey"),
        database_url=config.secret("databaseUrl"),
        model_database_url=config.optional_secret("modelDatabaseUrl") or config.secret("databaseUrl"),
        identity_signing_key=config.secret("identitySigningKey"),
        identity_issuer=config.text("identityIssuer", "coursematch-lms"),
        identity_audience=config.text("identityAudience", "coursematch"),
        enrollment_source=source,
        lms=lms,
        lms_url=config.text("openedxUrl") if "openedx" in (lms, source) else "",
        lms_public_url=config.text("lmsPublicUrl", f"http://lms:{LMS_PORT}"),
        lms_client_id=config.text("lmsClientId", "coursematch-services"),
        lms_client_secret=config.secret("lmsClientSecret"),
        lms_learner_password=config.optional_secret("lmsLearnerPassword"),
        lms_database_url=config.secret("lmsDatabaseUrl") if lms == "stand-in" else None,
        lms_files={name: value for name, value in (files | {"LMS_THROTTLE": throttle}).items() if value},
        lms_node_port=config.number("lmsNodePort", 0) or None,
        algolia_node_port=config.number("algoliaNodePort", 0) or None,
        external_networks=config.texts("externalNetworks"),
        image_tag=tag,
        advisor=_advisor(config),
        telemetry=_telemetry(config),
        sync_schedule=config.text("syncSchedule", "0 * * * *"),
        sync_memory_mb=config.number("syncMemoryMb", 512, least=256),
        model_schedule=config.text("modelSchedule", "15 3 * * *"),
        model_memory_mb=config.number("modelMemoryMb", 1536, least=256),
        model_least_learners=config.number("modelLeastLearners", 5, least=2),
        mock_algolia_memory_mb=config.number("mockAlgoliaMemoryMb", 1024, least=256),
        memory_mb=config.number("memoryMb", 512, least=128),
        reserved_concurrency=config.number("reservedConcurrency", 10, least=1),
        requests_per_second=config.number("requestsPerSecond", 50, least=1),
        log_retention_days=config.number("logRetentionDays", 30, least=1),
        alarm_topics=config.texts("alarmTopicArns"),
    )


def _telemetry(config: StackConfig) -> TelemetrySettings:
    endpoint = config.text("otlpEndpoint", "")
    parts = urlsplit(endpoint)
    if endpoint and (parts.scheme not in PORTS or not parts.hostname):
        raise config.refuse("otlpEndpoint", f"is {endpoint!r}: write a collector's URL, like http://10.0.0.4:4318")
    percent = config.number("tracesSampledPercent", 100)
    if percent > 100:
        raise config.refuse("tracesSampledPercent", f"is {percent}: write a number from 0 to 100")
    told = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_TRACES_SAMPLER_ARG": "" if percent == 100 else str(percent / 100),
        "TRACE_QUESTIONS": "true" if config.one_of("traceQuestions", ("true", "false"), "false") == "true" else "",
    }
    return TelemetrySettings(
        endpoint=endpoint,
        port=parts.port or PORTS.get(parts.scheme, 0),
        environment={name: value for name, value in told.items() if value and endpoint},
        wait_ms=config.number("traceWaitMs", 200) if endpoint else 0,
    )


def _advisor(config: StackConfig) -> AdvisorSettings:
    model = config.one_of("advisorModel", ADVISOR_MODELS, "offline")
    arns = config.texts("advisorModelArns")
    if model == "bedrock" and not arns:
        raise config.refuse("advisorModelArns", "is missing: list the ARNs that the adviser may invoke")
    return AdvisorSettings(
        model=model,
        model_id="" if model == "offline" else config.text("advisorModelId"),
        model_arns=arns if model == "bedrock" else [],
        model_url=config.text("advisorModelUrl") if model == "openai" else "",
        model_key=config.optional_secret("advisorModelKey") if model == "openai" else None,
        public_url=config.text("advisorPublicUrl", ""),
        origins=config.texts("advisorOrigins"),
    )
