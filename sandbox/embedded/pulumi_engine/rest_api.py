"""Create the parts of a REST API (v1) in the emulator: one function a type (see aws_clients.Creator)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.embedded.pulumi_engine.aws_clients import AwsClients, Created, Creator, Inputs


def rest_api(aws: AwsClients, inputs: Inputs) -> Created:
    """Create an empty REST API."""
    client = aws.client("apigateway")
    made = client.create_rest_api(
        name=inputs["name"],
        description=inputs.get("description", ""),
        binaryMediaTypes=inputs.get("binaryMediaTypes", []),
        endpointConfiguration={"types": [inputs["endpointConfiguration"]["types"]]},
    )
    identity = made["id"]
    root = made.get("rootResourceId") or client.get_resources(restApiId=identity)["items"][0]["id"]
    return identity, {
        **inputs,
        "arn": f"arn:aws:apigateway:{aws.region}::/restapis/{identity}",
        "executionArn": aws.arn("execute-api", identity),
        "rootResourceId": root,
    }


def resource(aws: AwsClients, inputs: Inputs) -> Created:
    """Add one part of a path."""
    made = aws.client("apigateway").create_resource(
        restApiId=inputs["restApi"], parentId=inputs["parentId"], pathPart=inputs["pathPart"]
    )
    return made["id"], {**inputs, "path": made["path"]}


def request_validator(aws: AwsClients, inputs: Inputs) -> Created:
    """Say what is checked before a function is called."""
    made = aws.client("apigateway").create_request_validator(
        restApiId=inputs["restApi"],
        name=inputs["name"],
        validateRequestParameters=inputs["validateRequestParameters"],
        validateRequestBody=inputs["validateRequestBody"],
    )
    return made["id"], dict(inputs)


def gateway_response(aws: AwsClients, inputs: Inputs) -> Created:
    """Say what the gateway itself answers in one kind of failure."""
    aws.client("apigateway").put_gateway_response(
        restApiId=inputs["restApiId"],
        responseType=inputs["responseType"],
        statusCode=inputs["statusCode"],
        responseParameters=inputs["responseParameters"],
        responseTemplates=inputs["responseTemplates"],
    )
    return f"aggr-{inputs['restApiId']}-{inputs['responseType']}", dict(inputs)


def method(aws: AwsClients, inputs: Inputs) -> Created:
    """Create a method of a path."""
    validator = {"requestValidatorId": inputs["requestValidatorId"]} if "requestValidatorId" in inputs else {}
    aws.client("apigateway").put_method(
        **_place(inputs),
        authorizationType=inputs["authorization"],
        requestParameters=inputs.get("requestParameters", {}),
        **validator,
    )
    return _identity("agm", inputs), dict(inputs)


def integration(aws: AwsClients, inputs: Inputs) -> Created:
    """Say what answers a method: a function, or a fixed answer."""
    options = {
        "integrationHttpMethod": inputs.get("integrationHttpMethod"),
        "uri": inputs.get("uri"),
        "timeoutInMillis": inputs.get("timeoutMilliseconds"),
        "requestTemplates": inputs.get("requestTemplates"),
        "contentHandling": inputs.get("contentHandling"),
    }
    aws.client("apigateway").put_integration(
        **_place(inputs), type=inputs["type"], **{key: value for key, value in options.items() if value is not None}
    )
    return _identity("agi", inputs), dict(inputs)


def method_response(aws: AwsClients, inputs: Inputs) -> Created:
    """Declare an answer that a method may give."""
    aws.client("apigateway").put_method_response(
        **_place(inputs),
        statusCode=inputs["statusCode"],
        responseParameters=inputs.get("responseParameters", {}),
        responseModels=inputs.get("responseModels", {}),
    )
    return f"{_identity('agmr', inputs)}-{inputs['statusCode']}", dict(inputs)


def integration_response(aws: AwsClients, inputs: Inputs) -> Created:
    """Say how a fixed answer becomes the method's."""
    aws.client("apigateway").put_integration_response(
        **_place(inputs),
        statusCode=inputs["statusCode"],
        responseParameters=inputs.get("responseParameters", {}),
        responseTemplates=inputs.get("responseTemplates", {}),
    )
    return f"{_identity('agir', inputs)}-{inputs['statusCode']}", dict(inputs)


def deployment(aws: AwsClients, inputs: Inputs) -> Created:
    """Take a snapshot of the API."""
    made = aws.client("apigateway").create_deployment(
        restApiId=inputs["restApi"], description=inputs.get("description", "")
    )
    return made["id"], dict(inputs)


def stage(aws: AwsClients, inputs: Inputs) -> Created:
    """Put a snapshot under a name that callers use, with its access log."""
    client = aws.client("apigateway")
    client.create_stage(restApiId=inputs["restApi"], stageName=inputs["stageName"], deploymentId=inputs["deployment"])
    if "accessLogSettings" in inputs:
        settings = inputs["accessLogSettings"]
        _patch_stage(
            client,
            inputs,
            {
                "/accessLogSettings/destinationArn": settings["destinationArn"],
                "/accessLogSettings/format": settings["format"],
            },
        )
    invoke_url = f"{aws.endpoint}/restapis/{inputs['restApi']}/{inputs['stageName']}/_user_request_"
    return f"ags-{inputs['restApi']}-{inputs['stageName']}", {**inputs, "invokeUrl": invoke_url}


def method_settings(aws: AwsClients, inputs: Inputs) -> Created:
    """Set the limits of a stage's methods."""
    names = {
        "throttlingRateLimit": "throttling/rateLimit",
        "throttlingBurstLimit": "throttling/burstLimit",
        "metricsEnabled": "metrics/enabled",
    }
    settings = inputs["settings"]
    changes = {f"/{inputs['methodPath']}/{names[key]}": str(value).lower() for key, value in settings.items()}
    _patch_stage(aws.client("apigateway"), inputs, changes)
    return f"{inputs['restApi']}-{inputs['stageName']}-{inputs['methodPath']}", dict(inputs)


def _patch_stage(client: Any, inputs: Inputs, changes: Mapping[str, str]) -> None:
    client.update_stage(
        restApiId=inputs["restApi"],
        stageName=inputs["stageName"],
        patchOperations=[{"op": "replace", "path": path, "value": value} for path, value in changes.items()],
    )


def _place(inputs: Inputs) -> dict[str, Any]:
    return {
        "restApiId": inputs["restApi"],
        "resourceId": inputs["resourceId"],
        "httpMethod": inputs["httpMethod"],
    }


def _identity(prefix: str, inputs: Inputs) -> str:
    return f"{prefix}-{inputs['restApi']}-{inputs['resourceId']}-{inputs['httpMethod']}"


CREATORS: dict[str, Creator] = {
    "aws:apigateway/deployment:Deployment": deployment,
    "aws:apigateway/integration:Integration": integration,
    "aws:apigateway/integrationResponse:IntegrationResponse": integration_response,
    "aws:apigateway/method:Method": method,
    "aws:apigateway/methodResponse:MethodResponse": method_response,
    "aws:apigateway/methodSettings:MethodSettings": method_settings,
    "aws:apigateway/requestValidator:RequestValidator": request_validator,
    "aws:apigateway/resource:Resource": resource,
    "aws:apigateway/response:Response": gateway_response,
    "aws:apigateway/restApi:RestApi": rest_api,
    "aws:apigateway/stage:Stage": stage,
}
