"""What must survive: read top to bottom, it is the platform."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra_pulumi import substrate
from infra_pulumi.naming import physical
from infra_pulumi.platform.cluster import Cluster, ClusterConfig
from infra_pulumi.platform.database import Database, DatabaseConfig
from infra_pulumi.platform.delivery import ISSUERS, Delivery, DeliveryConfig
from infra_pulumi.platform.gateway_logs import allow_gateway_to_log
from infra_pulumi.platform.network import NetworkConfig, PrivateNetwork
from infra_pulumi.stack_config import StackConfig

IMAGES = ("catalog-sync", "lms", "mock-algolia", "recommendation-model")


def program() -> None:
    """Declare the platform in the stack's account and region, and export what the system's program needs."""
    config = StackConfig()
    region, account = substrate.region(config), substrate.account(config)
    zones = tuple(config.texts("zones")) or (f"{region}a", f"{region}b")
    issuer = config.one_of("deployIssuer", tuple(ISSUERS))
    subject = config.text("deploySubject")
    if subject.strip("*") == "" or subject.startswith("*"):
        raise config.refuse("deploySubject", f"is {subject!r}: name the organisation and pipeline that may deploy")
    nodes = config.number("nodes", 2, least=1)
    api_networks = config.texts("clusterApiNetworks")
    if "0.0.0.0/0" in api_networks:
        raise config.refuse("clusterApiNetworks", "must not be the whole internet: name your own networks")
    opts = pulumi.ResourceOptions(providers=[substrate.account_provider(config)])

    key = aws.kms.Key(
        "key",
        description="coursematch: database, cluster secrets, images",
        enable_key_rotation=True,
        deletion_window_in_days=30,
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(protect=True)),
    )
    aws.kms.Alias("key", name=f"alias/{physical('platform')}", target_key_id=key.key_id, opts=opts)
    allow_gateway_to_log(opts)
    network = PrivateNetwork("network", NetworkConfig(zones), opts)
    database = Database(
        "database",
        DatabaseConfig(
            instance_class=config.text("databaseClass", "db.t4g.micro"),
            subnet_ids=network.private_subnet_ids,
            security_group_id=network.database_group,
            key_arn=key.arn,
        ),
        opts,
    )
    cluster = Cluster(
        "cluster",
        ClusterConfig(
            version=config.text("kubernetesVersion"),
            node_type=config.text("nodeType", "t4g.medium"),
            nodes=nodes,
            subnet_ids=network.private_subnet_ids,
            key_arn=key.arn,
            api_networks=api_networks,
            readable_secrets=[f"arn:aws:secretsmanager:{region}:{account}:secret:coursematch/*"],
            region=region,
        ),
        opts,
    )
    network.admit_cluster(cluster.security_group_id)
    delivery = Delivery("delivery", DeliveryConfig(IMAGES, issuer, subject, account, region, key.arn), opts)
    cluster.admit_pipeline(delivery.deploy_role_arn)

    pulumi.export("kubeconfig", pulumi.Output.secret(cluster.kubeconfig))
    pulumi.export("lambdaSubnetIds", network.private_subnet_ids)
    pulumi.export("lambdaSecurityGroupIds", [network.functions_group])
    pulumi.export("functionBoundaryArn", delivery.function_boundary_arn)
    pulumi.export("imagePrefix", delivery.image_prefix)
    pulumi.export("databaseAddress", database.address)
    pulumi.export("databaseOwnerSecretArn", database.owner_secret_arn)
    pulumi.export("deployRoleArn", delivery.deploy_role_arn)
