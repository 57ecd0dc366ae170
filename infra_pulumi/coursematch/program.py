"""The one program: read top to bottom, it is the system."""

from __future__ import annotations

import json

import pulumi

from infra_pulumi import routes, substrate
from infra_pulumi.components.dashboard import Dashboard, DashboardConfig
from infra_pulumi.components.rest_api import RestApi, RestApiConfig
from infra_pulumi.coursematch import functions, settings, workloads
from infra_pulumi.naming import physical
from infra_pulumi.stack_config import StackConfig

CONTRACT = functions.ROOT / "openapi.yaml"


def program() -> None:
    """Declare the system on the stack's substrate, and export where it is."""
    config = StackConfig()
    values = settings.read(config)
    declared = routes.read(CONTRACT)
    place = substrate.from_stack(config)
    on_aws = pulumi.ResourceOptions(providers=[place.aws])

    names = sorted({route.function for route in declared})
    lambdas = functions.declare(names, values, place.network, place.function_boundary, on_aws)
    api = RestApi(
        "api",
        RestApiConfig(
            description="coursematch: finds courses for a question and for a learner",
            routes=declared,
            functions=lambdas,
            requests_per_second=values.requests_per_second,
            burst=2 * values.requests_per_second,
            log_retention_days=values.log_retention_days,
            alarm_topics=values.alarm_topics,
        ),
        on_aws,
    )
    Dashboard(
        "dashboard",
        DashboardConfig(place.region, [physical(name) for name in lambdas], physical("api"), api.stage_name),
        on_aws,
    )
    if place.kubernetes is not None:
        lets_go = place.workloads == substrate.HANDOVER
        workloads.declare(values, place.image_prefix, place.kubernetes, lets_go=lets_go)
    if place.workloads != substrate.PULUMI:
        workloads.keep_secrets(values, on_aws)

    pulumi.export("apiUrl", place.api_url(api.rest_api_id, api.stage_name))
    pulumi.export("restApiId", api.rest_api_id)
    pulumi.export("stage", api.stage_name)
    pulumi.export("routes", json.dumps([str(route) for route in declared]))
    pulumi.export("functions", pulumi.Output.json_dumps([function.name for function in lambdas.values()]))
