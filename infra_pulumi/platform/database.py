"""The database: PostgreSQL on RDS, private, encrypted, backed up, and hard to delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra_pulumi.naming import physical


@dataclass(frozen=True)
class DatabaseConfig:
    """Size, place and patience of the database."""

    instance_class: str
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    storage_gb: int = 20
    most_storage_gb: int = 100
    backup_days: int = 14


class Database(pulumi.ComponentResource):
    """Creates a subnet group, parameters (TLS only), and the instance, whose owner's password RDS keeps and rotates.

    Outputs: `address`, `owner_secret_arn` (Secrets Manager; RDS rotates it every seven days).
    """

    address: pulumi.Output[str]
    owner_secret_arn: pulumi.Output[str]

    def __init__(self, name: str, config: DatabaseConfig, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("coursematch:components:Database", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        subnets = aws.rds.SubnetGroup(name, name=physical(name), subnet_ids=list(config.subnet_ids), opts=child)
        parameters = aws.rds.ParameterGroup(
            name,
            name=physical(name, "postgres18"),
            family="postgres18",
            parameters=[
                aws.rds.ParameterGroupParameterArgs(name="rds.force_ssl", value="1"),
                aws.rds.ParameterGroupParameterArgs(name="log_min_duration_statement", value="500"),
            ],
            opts=child,
        )
        instance = aws.rds.Instance(
            name,
            identifier=physical(name),
            engine="postgres",
            engine_version="18",
            instance_class=config.instance_class,
            db_name="coursematch",
            username="coursematch_owner",
            manage_master_user_password=True,
            master_user_secret_kms_key_id=config.key_arn,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[config.security_group_id],
            parameter_group_name=parameters.name,
            publicly_accessible=False,
            storage_type="gp3",
            allocated_storage=config.storage_gb,
            max_allocated_storage=config.most_storage_gb,
            storage_encrypted=True,
            kms_key_id=config.key_arn,
            backup_retention_period=config.backup_days,
            backup_window="02:00-03:00",
            maintenance_window="sun:03:30-sun:04:30",
            copy_tags_to_snapshot=True,
            deletion_protection=True,
            skip_final_snapshot=False,
            final_snapshot_identifier=physical(name, "last"),
            auto_minor_version_upgrade=True,
            performance_insights_enabled=True,
            performance_insights_kms_key_id=config.key_arn,
            enabled_cloudwatch_logs_exports=["postgresql"],
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        self.address = instance.address
        self.owner_secret_arn = instance.master_user_secrets[0]["secret_arn"]
        self.register_outputs({})
