"""The dashboard that docs/operations.md reads from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra_pulumi.naming import physical


@dataclass(frozen=True)
class DashboardConfig:
    """The functions and the API to show."""

    region: str
    functions: Sequence[str]
    api: str
    stage: str


class Dashboard(pulumi.ComponentResource):
    """Creates one CloudWatch dashboard: what callers see first, then each function."""

    def __init__(self, name: str, config: DashboardConfig, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("coursematch:components:Dashboard", name, None, opts)
        aws.cloudwatch.Dashboard(
            name,
            dashboard_name=physical(name),
            dashboard_body=json.dumps({"widgets": widgets(config)}),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


def widgets(config: DashboardConfig) -> list[dict[str, Any]]:
    """Give the widgets, six columns high and twelve wide, two a row."""
    api = ["ApiName", config.api, "Stage", config.stage]
    shown: list[tuple[str, list[list[Any]]]] = [
        (
            "What callers see: requests, refusals, failures",
            [["AWS/ApiGateway", metric, *api, {"stat": "Sum"}] for metric in ("Count", "4XXError", "5XXError")],
        ),
        (
            "What callers wait: p50 and p99, milliseconds",
            [["AWS/ApiGateway", "Latency", *api, {"stat": stat}] for stat in ("p50", "p99")],
        ),
    ]
    for function in config.functions:
        named = ["FunctionName", function]
        shown.append(
            (
                f"{function}: calls, errors, throttles, concurrency",
                [
                    *(
                        ["AWS/Lambda", metric, *named, {"stat": "Sum"}]
                        for metric in ("Invocations", "Errors", "Throttles")
                    ),
                    ["AWS/Lambda", "ConcurrentExecutions", *named, {"stat": "Maximum"}],
                ],
            )
        )
        shown.append((f"{function}: p99, milliseconds", [["AWS/Lambda", "Duration", *named, {"stat": "p99"}]]))
    return [
        {
            "type": "metric",
            "x": 12 * (number % 2),
            "y": 6 * (number // 2),
            "width": 12,
            "height": 6,
            "properties": {
                "title": title,
                "metrics": metrics,
                "region": config.region,
                "period": 60,
                "view": "timeSeries",
            },
        }
        for number, (title, metrics) in enumerate(shown)
    ]
