"""The REST API, expanded from the contract."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra_pulumi.components.function import Function
from infra_pulumi.naming import physical
from infra_pulumi.routes import Route, fingerprint

ALLOWED_HEADERS = "Authorization,Content-Type,Mcp-Protocol-Version,Mcp-Session-Id,Mcp-Method,Mcp-Name"
EXPOSED_HEADERS = "Retry-After,WWW-Authenticate"
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": ALLOWED_HEADERS,
    "Access-Control-Expose-Headers": EXPOSED_HEADERS,
    "Access-Control-Max-Age": "7200",
}
# What API Gateway itself answers, in the API's one error format: response type → (status, problem, title, detail).
OWN_ANSWERS = {
    "BAD_REQUEST_PARAMETERS": (
        400,
        "bad-parameter",
        "A parameter is not right",
        "$context.error.message. Add them to the query; /openapi.yaml says what each one takes.",
    ),
    "BAD_REQUEST_BODY": (400, "bad-body", "The body is not right", "/openapi.yaml says what the body must be."),
    # What REST APIs call a path or method that they do not have.
    "MISSING_AUTHENTICATION_TOKEN": (
        404,
        "not-found",
        "Not Found",
        "There is no such path here. GET /openapi.yaml lists the paths.",
    ),
    "RESOURCE_NOT_FOUND": (404, "not-found", "Not Found", "There is no such path here. GET /openapi.yaml lists them."),
    "REQUEST_TOO_LARGE": (413, "too-large", "The request is too large", "Send less than 10 MB."),
    "UNSUPPORTED_MEDIA_TYPE": (415, "unsupported-media-type", "Unsupported Media Type", "Send application/json."),
    "THROTTLED": (429, "too-many-requests", "Too Many Requests", "Too many requests at once: wait a second."),
    "INTEGRATION_TIMEOUT": (504, "timeout", "The function took too long", "Try again; docs/operations.md may help."),
    "INTEGRATION_FAILURE": (502, "function-failed", "The function could not be reached", "Try again in a moment."),
    "DEFAULT_5XX": (500, "gateway-failed", "The gateway failed", "The function's log has the reason."),
}
ACCESS_LOG = {
    "request_id": "$context.requestId", "method": "$context.httpMethod", "path": "$context.resourcePath",
    "status": "$context.status", "milliseconds": "$context.responseLatency", "bytes": "$context.responseLength",
    "error": "$context.error.responseType",
}  # fmt: skip


@dataclass(frozen=True)
class RestApiConfig:
    """The routes, the function behind each name, and the limits of the stage."""

    description: str
    routes: Sequence[Route]
    functions: Mapping[str, Function]
    stage: str = "v1"
    requests_per_second: int = 50
    burst: int = 100
    log_retention_days: int = 30
    alarm_topics: Sequence[pulumi.Input[str]] = ()


class RestApi(pulumi.ComponentResource):
    """Creates a REST API (v1): a resource a path, a Lambda proxy a route, CORS preflights, stage, throttling, alarms.

    Outputs: `rest_api_id`, `stage_name`. Each deployment is made anew when a route changes.
    """

    rest_api_id: pulumi.Output[str]
    stage_name: str

    def __init__(self, name: str, config: RestApiConfig, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("coursematch:components:RestApi", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        self._resources: dict[str, pulumi.Output[str]] = {}
        self._parts: list[pulumi.Resource] = []
        self._api = aws.apigateway.RestApi(
            name,
            name=physical(name),
            description=config.description,
            # Bodies travel untouched: compressed answers and images too, whatever a caller says it accepts.
            binary_media_types=["*/*"],
            endpoint_configuration=aws.apigateway.RestApiEndpointConfigurationArgs(types="REGIONAL"),
            opts=self._child,
        )
        self._validator = aws.apigateway.RequestValidator(
            name,
            name="parameters",
            rest_api=self._api.id,
            validate_request_parameters=True,
            validate_request_body=False,
            opts=self._child,
        )
        for kind, answer in OWN_ANSWERS.items():
            self._own_answer(kind, *answer)
        for route in config.routes:
            self._route(route, config.functions[route.function])
        for path in dict.fromkeys(route.path for route in config.routes):
            routes = [route for route in config.routes if route.path == path]
            self._preflight(path, [route.method for route in routes])
            # HEAD, and 405 with Allow for the rest: the function knows both.
            self._route(Route(path, "ANY", routes[0].function), config.functions[routes[0].function])
        for function_name in dict.fromkeys(route.function for route in config.routes):
            self._permission(function_name, config.functions[function_name])
        self._stage(config)
        self.rest_api_id = self._api.id
        self.stage_name = config.stage
        self.register_outputs({"rest_api_id": self.rest_api_id})

    def _own_answer(self, kind: str, status: int, slug: str, title: str, detail: str) -> None:
        problem = {"type": f"urn:problem-type:coursematch:{slug}", "title": title, "status": status, "detail": detail}
        self._parts.append(
            aws.apigateway.Response(
                f"{self._name}-{kind.lower().replace('_', '-')}",
                rest_api_id=self._api.id,
                response_type=kind,
                status_code=str(status),
                response_templates={"application/json": json.dumps(problem)},
                response_parameters={
                    "gatewayresponse.header.Content-Type": "'application/problem+json'",
                    "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
                    "gatewayresponse.header.Access-Control-Expose-Headers": f"'{EXPOSED_HEADERS}'",
                },
                opts=self._child,
            )
        )

    def _resource(self, path: str) -> pulumi.Output[str]:
        """Give the id of the API's resource for a path, made with its parents on first use."""
        if path in ("", "/"):
            return self._api.root_resource_id
        if path not in self._resources:
            parent, _, part = path.rpartition("/")
            resource = aws.apigateway.Resource(
                f"{self._name}{path}",
                rest_api=self._api.id,
                parent_id=self._resource(parent),
                path_part=part,
                opts=self._child,
            )
            self._resources[path] = resource.id
        return self._resources[path]

    def _route(self, route: Route, function: Function) -> None:
        name = f"{self._name}-{route.method} {route.path}"
        method = aws.apigateway.Method(
            name,
            rest_api=self._api.id,
            resource_id=self._resource(route.path),
            http_method=route.method,
            authorization="NONE",  # the functions check bearer tokens themselves, alike on every substrate
            request_parameters=dict(route.parameters) or None,
            request_validator_id=self._validator.id if route.parameters else None,
            opts=self._child,
        )
        self._parts.append(
            aws.apigateway.Integration(
                name,
                rest_api=self._api.id,
                resource_id=self._resource(route.path),
                http_method=method.http_method,
                type="AWS_PROXY",
                integration_http_method="POST",
                uri=function.invoke_arn,
                timeout_milliseconds=29_000,
                opts=self._child,
            )
        )

    def _preflight(self, path: str, methods: Sequence[str]) -> None:
        name = f"{self._name}-OPTIONS {path}"
        headers = CORS | {"Access-Control-Allow-Methods": ",".join([*methods, "OPTIONS"])}
        answered = {f"method.response.header.{header}": f"'{value}'" for header, value in headers.items()}
        resource_id = self._resource(path)
        method = aws.apigateway.Method(
            name,
            rest_api=self._api.id,
            resource_id=resource_id,
            http_method="OPTIONS",
            authorization="NONE",
            opts=self._child,
        )
        integration = aws.apigateway.Integration(
            name,
            rest_api=self._api.id,
            resource_id=resource_id,
            http_method=method.http_method,
            type="MOCK",
            request_templates={"application/json": '{"statusCode": 204}'},
            content_handling="CONVERT_TO_TEXT",  # or no template applies where every body is binary
            opts=self._child,
        )
        response = aws.apigateway.MethodResponse(
            name,
            rest_api=self._api.id,
            resource_id=resource_id,
            http_method=method.http_method,
            status_code="204",
            response_parameters=dict.fromkeys(answered, True),
            opts=self._child,
        )
        self._parts.append(
            aws.apigateway.IntegrationResponse(
                name,
                rest_api=self._api.id,
                resource_id=resource_id,
                http_method=method.http_method,
                status_code=response.status_code,
                response_parameters=answered,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[integration]),
            )
        )

    def _permission(self, name: str, function: Function) -> None:
        self._parts.append(
            aws.lambda_.Permission(
                f"{self._name}-{name}",
                statement_id=f"{self._name}-may-invoke",
                action="lambda:InvokeFunction",
                function=function.name,
                qualifier=function.alias_name,
                principal="apigateway.amazonaws.com",
                source_arn=self._api.execution_arn.apply(lambda arn: f"{arn}/*/*"),
                opts=self._child,
            )
        )

    def _stage(self, config: RestApiConfig) -> None:
        answers = json.dumps([OWN_ANSWERS, CORS], sort_keys=True)
        deployment = aws.apigateway.Deployment(
            self._name,
            rest_api=self._api.id,
            description="Made anew when a route changes",
            triggers={"routes": fingerprint(config.routes), "answers": answers},
            opts=pulumi.ResourceOptions(parent=self, depends_on=self._parts),
        )
        logs = aws.cloudwatch.LogGroup(
            f"{self._name}-access",
            name=f"/aws/apigateway/{physical(self._name)}",
            retention_in_days=config.log_retention_days,
            opts=self._child,
        )
        stage = aws.apigateway.Stage(
            self._name,
            rest_api=self._api.id,
            deployment=deployment.id,
            stage_name=config.stage,
            access_log_settings=aws.apigateway.StageAccessLogSettingsArgs(
                destination_arn=logs.arn, format=json.dumps(ACCESS_LOG)
            ),
            opts=self._child,
        )
        aws.apigateway.MethodSettings(
            self._name,
            rest_api=self._api.id,
            stage_name=stage.stage_name,
            method_path="*/*",
            settings=aws.apigateway.MethodSettingsSettingsArgs(
                throttling_rate_limit=config.requests_per_second,
                throttling_burst_limit=config.burst,
                metrics_enabled=True,
            ),
            opts=self._child,
        )
        for metric, statistic, threshold in (("5XXError", "Sum", 5), ("Latency", "p99", 3000)):
            aws.cloudwatch.MetricAlarm(
                f"{self._name}-{metric.lower()}",
                name=physical(self._name, metric.lower()),
                alarm_description=f"{physical(self._name)}: {metric}. See docs/operations.md.",
                namespace="AWS/ApiGateway",
                metric_name=metric,
                dimensions={"ApiName": physical(self._name), "Stage": config.stage},
                statistic="Sum" if statistic == "Sum" else None,
                extended_statistic=None if statistic == "Sum" else statistic,
                period=300,
                evaluation_periods=1,
                threshold=threshold,
                comparison_operator="GreaterThanOrEqualToThreshold",
                treat_missing_data="notBreaching",
                alarm_actions=list(config.alarm_topics),
                opts=self._child,
            )
