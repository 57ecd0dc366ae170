"""Create functions, roles, secrets, logs and alarms in the emulator: one function a type (see aws_clients.Creator)."""

from __future__ import annotations

from pathlib import Path

from sandbox.embedded.pulumi_engine.aws_clients import AwsClients, Created, Creator, Inputs


def role(aws: AwsClients, inputs: Inputs) -> Created:
    """Create an IAM role."""
    made = aws.client("iam").create_role(
        RoleName=inputs["name"],
        AssumeRolePolicyDocument=inputs["assumeRolePolicy"],
        Description=inputs.get("description", ""),
    )["Role"]
    return made["RoleName"], {**inputs, "arn": made["Arn"], "uniqueId": made["RoleId"]}


def role_policy(aws: AwsClients, inputs: Inputs) -> Created:
    """Write a role's inline policy."""
    aws.client("iam").put_role_policy(
        RoleName=inputs["role"], PolicyName=inputs["name"], PolicyDocument=inputs["policy"]
    )
    return f"{inputs['role']}:{inputs['name']}", dict(inputs)


def log_group(aws: AwsClients, inputs: Inputs) -> Created:
    """Create a log group that forgets after some days."""
    name = inputs["name"]
    aws.client("logs").create_log_group(logGroupName=name)
    aws.client("logs").put_retention_policy(logGroupName=name, retentionInDays=inputs["retentionInDays"])
    return name, {**inputs, "arn": aws.arn("logs", f"log-group:{name}")}


def secret(aws: AwsClients, inputs: Inputs) -> Created:
    """Create a secret, still without a value."""
    made = aws.client("secretsmanager").create_secret(Name=inputs["name"], Description=inputs.get("description", ""))
    return made["ARN"], {**inputs, "arn": made["ARN"]}


def secret_version(aws: AwsClients, inputs: Inputs) -> Created:
    """Write a secret's value."""
    made = aws.client("secretsmanager").put_secret_value(
        SecretId=inputs["secretId"], SecretString=inputs["secretString"]
    )
    identity = f"{inputs['secretId']}|{made['VersionId']}"
    return identity, {**inputs, "arn": inputs["secretId"], "versionId": made["VersionId"]}


def function(aws: AwsClients, inputs: Inputs) -> Created:
    """Create a Lambda function from its zip, with a published version."""
    client = aws.client("lambda")
    made = client.create_function(
        FunctionName=inputs["name"],
        Role=inputs["role"],
        Runtime=inputs["runtime"],
        Handler=inputs["handler"],
        Architectures=inputs["architectures"],
        Code={"ZipFile": Path(inputs["code"]).read_bytes()},
        MemorySize=inputs["memorySize"],
        Timeout=inputs["timeout"],
        Environment={"Variables": inputs.get("environment", {}).get("variables", {})},
        Publish=bool(inputs.get("publish", False)),
    )
    if "reservedConcurrentExecutions" in inputs:
        client.put_function_concurrency(
            FunctionName=inputs["name"], ReservedConcurrentExecutions=inputs["reservedConcurrentExecutions"]
        )
    arn = aws.arn("lambda", f"function:{inputs['name']}")
    return inputs["name"], {**inputs, "arn": arn, "version": made["Version"], "invokeArn": _invoke_arn(aws, arn)}


def alias(aws: AwsClients, inputs: Inputs) -> Created:
    """Give a name to one version of a function."""
    made = aws.client("lambda").create_alias(
        FunctionName=inputs["functionName"], Name=inputs["name"], FunctionVersion=inputs["functionVersion"]
    )
    arn = made["AliasArn"]
    return arn, {**inputs, "arn": arn, "invokeArn": _invoke_arn(aws, arn)}


def _invoke_arn(aws: AwsClients, arn: str) -> str:
    return f"arn:aws:apigateway:{aws.region}:lambda:path/2015-03-31/functions/{arn}/invocations"


def permission(aws: AwsClients, inputs: Inputs) -> Created:
    """Say who may invoke a function."""
    aws.client("lambda").add_permission(
        FunctionName=inputs["function"],
        StatementId=inputs["statementId"],
        Action=inputs["action"],
        Principal=inputs["principal"],
        **({"SourceArn": inputs["sourceArn"]} if "sourceArn" in inputs else {}),
        **({"Qualifier": inputs["qualifier"]} if "qualifier" in inputs else {}),
    )
    return inputs["statementId"], dict(inputs)


def metric_alarm(aws: AwsClients, inputs: Inputs) -> Created:
    """Set an alarm on a metric."""
    statistic = (
        {"ExtendedStatistic": inputs["extendedStatistic"]}
        if "extendedStatistic" in inputs
        else {"Statistic": inputs["statistic"]}
    )
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName=inputs["name"],
        AlarmDescription=inputs["alarmDescription"],
        Namespace=inputs["namespace"],
        MetricName=inputs["metricName"],
        Dimensions=[{"Name": name, "Value": value} for name, value in inputs["dimensions"].items()],
        Period=inputs["period"],
        EvaluationPeriods=inputs["evaluationPeriods"],
        Threshold=inputs["threshold"],
        ComparisonOperator=inputs["comparisonOperator"],
        TreatMissingData=inputs["treatMissingData"],
        AlarmActions=inputs.get("alarmActions", []),
        **statistic,
    )
    return inputs["name"], {**inputs, "arn": aws.arn("cloudwatch", f"alarm:{inputs['name']}")}


def dashboard(aws: AwsClients, inputs: Inputs) -> Created:
    """Put up a dashboard."""
    aws.client("cloudwatch").put_dashboard(DashboardName=inputs["dashboardName"], DashboardBody=inputs["dashboardBody"])
    return inputs["dashboardName"], {
        **inputs,
        "dashboardArn": aws.arn("cloudwatch", inputs["dashboardName"], region=""),
    }


CREATORS: dict[str, Creator] = {
    "aws:cloudwatch/dashboard:Dashboard": dashboard,
    "aws:cloudwatch/logGroup:LogGroup": log_group,
    "aws:cloudwatch/metricAlarm:MetricAlarm": metric_alarm,
    "aws:iam/role:Role": role,
    "aws:iam/rolePolicy:RolePolicy": role_policy,
    "aws:lambda/alias:Alias": alias,
    "aws:lambda/function:Function": function,
    "aws:lambda/permission:Permission": permission,
    "aws:secretsmanager/secret:Secret": secret,
    "aws:secretsmanager/secretVersion:SecretVersion": secret_version,
}
