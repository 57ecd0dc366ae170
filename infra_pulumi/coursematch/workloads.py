"""What runs in Kubernetes: the sync and the training on their schedules, and the stand-ins where asked for."""

from __future__ import annotations

import pulumi
import pulumi_kubernetes as kubernetes

from infra_pulumi.components.network_policy import Peers
from infra_pulumi.components.pod import PodConfig
from infra_pulumi.components.secret import Secret, SecretConfig
from infra_pulumi.components.task import Task, TaskConfig
from infra_pulumi.components.web_service import WebService, WebServiceConfig
from infra_pulumi.coursematch.settings import ALGOLIA_PORT, LMS_PORT, Settings

NAMESPACE = "coursematch"
HTTPS = 443
POSTGRES = 5432
ALGOLIA_DATA = "/data"
COUNTING_SHARE = 3
"""One part in so many of the model's pod is for counting; solving for it needs the rest."""
ROOMS = MOCK_ALGOLIA, LMS, CATALOG_SYNC, MODEL = "mock-algolia", "lms", "catalog-sync", "recommendation-model"


def declare(
    settings: Settings, image_prefix: pulumi.Input[str], cluster: kubernetes.Provider, *, lets_go: bool = False
) -> None:
    """Create the namespace and the workloads; with `lets_go`, whoever no longer declares them leaves them running."""
    namespace = kubernetes.core.v1.Namespace(
        NAMESPACE,
        metadata=kubernetes.meta.v1.ObjectMetaArgs(
            name=NAMESPACE,
            # `enforce` stops pods only; `warn` says it to whoever applies the Deployment or Job that makes them.
            labels={f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn", "audit")},
        ),
        opts=pulumi.ResourceOptions(provider=cluster, retain_on_delete=lets_go),
    )
    opts = pulumi.ResourceOptions(providers=[cluster], depends_on=[namespace], retain_on_delete=lets_go)
    prefix = pulumi.Output.from_input(image_prefix)
    images = {room: pulumi.Output.concat(prefix, room, ":", settings.image_tag) for room in ROOMS}
    before: list[pulumi.Resource] = []
    if settings.algolia == "mock":
        before.append(_mock_algolia(settings, images[MOCK_ALGOLIA], opts))
    if settings.lms == "stand-in":
        before.append(load := _load(settings, images[LMS], opts))
        before.append(
            _lms(settings, images[LMS], pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[load])))
        )
    after = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=before))
    _sync(settings, images[CATALOG_SYNC], after)
    if settings.enrollment_source == "postgres":
        _model(settings, images[MODEL], after)


def secrets(settings: Settings) -> dict[str, dict[str, pulumi.Input[str]]]:
    """Give the secret environment of each workload of the stack, by the workload's image."""
    found: dict[str, dict[str, pulumi.Input[str] | None]] = {
        CATALOG_SYNC: {
            "ALGOLIA_ADMIN_KEY": settings.algolia_admin_key,
            "LMS_CLIENT_SECRET": settings.lms_client_secret,
        }
    }
    if settings.enrollment_source == "postgres":
        found[MODEL] = {
            "ALGOLIA_ADMIN_KEY": settings.algolia_admin_key,
            "DATABASE_URL": settings.model_database_url,
        }
    if settings.algolia == "mock":
        found[MOCK_ALGOLIA] = {
            "ALGOLIA_ADMIN_KEY": settings.algolia_admin_key,
            "ALGOLIA_SEARCH_KEY": settings.algolia_search_key,
        }
    if settings.lms == "stand-in":
        found[LMS] = {
            "DATABASE_URL": settings.lms_database_url,
            "IDENTITY_SIGNING_KEY": settings.identity_signing_key,
            "LMS_CLIENT_SECRET": settings.lms_client_secret,
            "LMS_LEARNER_PASSWORD": settings.lms_learner_password,
        }
    return {
        name: {variable: value for variable, value in values.items() if value is not None}
        for name, values in found.items()
    }


def keep_secrets(settings: Settings, opts: pulumi.ResourceOptions) -> None:
    """Keep the workloads' secrets in Secrets Manager, for External Secrets: Argo CD's manifests hold none."""
    for name, values in secrets(settings).items():
        Secret(f"workload-{name}", SecretConfig(f"The secret environment of {name} in Kubernetes", values), opts)


def _mock_algolia(settings: Settings, image: pulumi.Output[str], opts: pulumi.ResourceOptions) -> WebService:
    pod = PodConfig(
        image=image,
        command=["python", "-m", "services.mock_algolia"],
        environment={
            "ALGOLIA_APP_ID": settings.algolia_app_id,
            "ALGOLIA_DATA_DIR": ALGOLIA_DATA,
            "ALGOLIA_HOST": "0.0.0.0",  # noqa: S104 - the pod's own address, closed by the NetworkPolicy
            "ALGOLIA_PORT": str(ALGOLIA_PORT),
            **settings.telemetry.environment,
        },
        secrets=secrets(settings)[MOCK_ALGOLIA],
        port=ALGOLIA_PORT,
        health_path="/_mock/health",
        memory=f"{settings.mock_algolia_memory_mb}Mi",
        scratch="512Mi",  # its models of meaning are laid out there, 190 MB
        claims={"algolia": ALGOLIA_DATA},
    )
    peers = Peers(
        callers=[CATALOG_SYNC, *([MODEL] if settings.enrollment_source == "postgres" else [])],
        caller_networks=settings.external_networks,
        outside_ports=_collector(settings),
    )
    config = WebServiceConfig(pod, peers, node_port=settings.algolia_node_port)
    return WebService("mock-algolia", NAMESPACE, config, opts)


def _collector(settings: Settings) -> list[int]:
    return [settings.telemetry.port] if settings.telemetry.endpoint else []


def _lms_environment(settings: Settings) -> dict[str, str]:
    return {
        "IDENTITY_ISSUER": settings.identity_issuer,
        "IDENTITY_AUDIENCE": settings.identity_audience,
        "LMS_HOST": "0.0.0.0",  # noqa: S104 - the pod's own address, closed by the NetworkPolicy
        "LMS_PORT": str(LMS_PORT),
        "LMS_PUBLIC_URL": settings.lms_public_url,
        "LMS_ALLOWED_HOSTS": "lms,.svc.cluster.local",  # the names of its Service
        "LMS_CLIENT_ID": settings.lms_client_id,
        **settings.lms_files,
        **settings.telemetry.environment,
    }


def _load(settings: Settings, image: pulumi.Output[str], opts: pulumi.ResourceOptions) -> Task:
    pod = PodConfig(
        image=image,
        command=["python", "-m", "services.lms", "load"],
        environment=_lms_environment(settings),
        secrets=secrets(settings)[LMS],
        memory="512Mi",
    )
    config = TaskConfig(pod, Peers(outside_ports=[POSTGRES, *_collector(settings)]), deadline_seconds=600, retries=5)
    return Task("lms-load", NAMESPACE, config, opts)


def _lms(settings: Settings, image: pulumi.Output[str], opts: pulumi.ResourceOptions) -> WebService:
    pod = PodConfig(
        image=image,
        command=["python", "-m", "services.lms", "serve"],
        environment=_lms_environment(settings),
        secrets=secrets(settings)[LMS],
        port=LMS_PORT,
        health_path="/health",
        alive_path="/alive",
    )
    peers = Peers(
        callers=["catalog-sync"],
        caller_networks=settings.external_networks,
        outside_ports=[POSTGRES, *_collector(settings)],
    )
    return WebService("lms", NAMESPACE, WebServiceConfig(pod, peers, node_port=settings.lms_node_port), opts)


def _index(settings: Settings) -> dict[str, str]:
    """Say which index a job writes to, and where it is."""
    return {
        "ALGOLIA_APP_ID": settings.algolia_app_id,
        "ALGOLIA_INDEX": settings.algolia_index,
        "ALGOLIA_HOSTS": f"http://mock-algolia:{ALGOLIA_PORT}" if settings.algolia == "mock" else "",
    }


def _sync(settings: Settings, image: pulumi.Output[str], opts: pulumi.ResourceOptions) -> Task:
    lms_url = settings.lms_url if settings.lms == "openedx" else f"http://lms:{LMS_PORT}"
    environment = {
        **_index(settings),
        "ALGOLIA_MODE": settings.algolia_mode if settings.algolia_mode == "neuralSearch" else "",
        "LMS_URL": lms_url,
        "DISCOVERY_URL": lms_url if settings.lms == "stand-in" else "",
        "LMS_CLIENT_ID": settings.lms_client_id,
        **settings.telemetry.environment,
    }
    pod = PodConfig(
        image=image,
        command=["python", "-m", "services.catalog_sync"],
        environment={name: value for name, value in environment.items() if value},
        secrets=secrets(settings)[CATALOG_SYNC],
        memory=f"{settings.sync_memory_mb}Mi",
    )
    peers = Peers(
        calls=[("lms", LMS_PORT), ("mock-algolia", ALGOLIA_PORT)], outside_ports=sorted({HTTPS, *_collector(settings)})
    )
    config = TaskConfig(pod, peers, deadline_seconds=3300, retries=1, schedule=settings.sync_schedule)
    return Task("catalog-sync", NAMESPACE, config, opts)


def _model(settings: Settings, image: pulumi.Output[str], opts: pulumi.ResourceOptions) -> Task:
    environment = {
        **_index(settings),
        "MODEL_LEAST_LEARNERS": str(settings.model_least_learners),
        "MODEL_MEMORY_MB": str(settings.model_memory_mb // COUNTING_SHARE),
        **settings.telemetry.environment,
    }
    pod = PodConfig(
        image=image,
        command=["python", "-m", "services.recommendation_model"],
        environment={name: value for name, value in environment.items() if value},
        secrets=secrets(settings)[MODEL],
        memory=f"{settings.model_memory_mb}Mi",
    )
    peers = Peers(
        calls=[("mock-algolia", ALGOLIA_PORT)], outside_ports=sorted({HTTPS, POSTGRES, *_collector(settings)})
    )
    config = TaskConfig(pod, peers, deadline_seconds=3300, retries=1, schedule=settings.model_schedule)
    return Task(MODEL, NAMESPACE, config, opts)
