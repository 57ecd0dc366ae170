"""The cluster: EKS with a managed node group and Pod Identity."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra_pulumi.naming import physical

MANAGED = "arn:aws:iam::aws:policy"
NODE_POLICIES = ("AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly")
# Each add-on and what it is told, as EKS documents it: without a word the network plugin keeps no NetworkPolicy,
# and no StorageClass is the default, so that the stand-in's claim would wait for ever.
ADD_ONS: dict[str, dict[str, object]] = {
    "vpc-cni": {"enableNetworkPolicy": "true"},
    "kube-proxy": {},
    "coredns": {},
    "eks-pod-identity-agent": {},
    "aws-ebs-csi-driver": {"defaultStorageClass": {"enabled": True}},
}


@dataclass(frozen=True)
class ClusterConfig:
    """Version, nodes, place, who may reach its API, and the secrets that External Secrets may read (ARN patterns)."""

    version: str
    node_type: str
    nodes: int
    subnet_ids: Sequence[pulumi.Input[str]]
    key_arn: pulumi.Input[str]
    api_networks: Sequence[str]
    readable_secrets: Sequence[pulumi.Input[str]]
    region: str


class Cluster(pulumi.ComponentResource):
    """Creates the EKS cluster, its roles, nodes and add-ons, and the identities of External Secrets and the disks.

    Outputs: `kubeconfig` (uses the caller's AWS identity), `security_group_id`.
    """

    kubeconfig: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, config: ClusterConfig, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("coursematch:components:Cluster", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        role = self._role("cluster", "eks.amazonaws.com", [f"{MANAGED}/AmazonEKSClusterPolicy"])
        logs = aws.cloudwatch.LogGroup(
            name, name=f"/aws/eks/{physical(name)}/cluster", retention_in_days=30, opts=self._child
        )
        cluster = aws.eks.Cluster(
            name,
            name=physical(name),
            version=config.version,
            role_arn=role.arn,
            access_config=aws.eks.ClusterAccessConfigArgs(
                authentication_mode="API", bootstrap_cluster_creator_admin_permissions=True
            ),
            vpc_config=aws.eks.ClusterVpcConfigArgs(
                subnet_ids=list(config.subnet_ids),
                endpoint_private_access=True,
                endpoint_public_access=bool(config.api_networks),
                public_access_cidrs=list(config.api_networks) or None,
            ),
            encryption_config=aws.eks.ClusterEncryptionConfigArgs(
                provider=aws.eks.ClusterEncryptionConfigProviderArgs(key_arn=config.key_arn), resources=["secrets"]
            ),
            enabled_cluster_log_types=["api", "audit", "authenticator"],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[logs]),
        )
        nodes = aws.eks.NodeGroup(
            name,
            node_group_name=physical(name),
            cluster_name=cluster.name,
            node_role_arn=self._role("node", "ec2.amazonaws.com", [f"{MANAGED}/{item}" for item in NODE_POLICIES]).arn,
            subnet_ids=list(config.subnet_ids),
            ami_type="AL2023_ARM_64_STANDARD",
            instance_types=[config.node_type],
            scaling_config=aws.eks.NodeGroupScalingConfigArgs(
                desired_size=config.nodes, min_size=1, max_size=config.nodes + 2
            ),
            update_config=aws.eks.NodeGroupUpdateConfigArgs(max_unavailable=1),
            opts=self._child,
        )
        for add_on, values in ADD_ONS.items():
            aws.eks.Addon(
                f"{name}-{add_on}",
                cluster_name=cluster.name,
                addon_name=add_on,
                configuration_values=json.dumps(values) if values else None,
                # A new cluster comes with its own copy of some of them; ours takes over.
                resolve_conflicts_on_create="OVERWRITE",
                # What the network plugin needs is there before the nodes; the rest needs nodes to run on.
                opts=self._child
                if add_on in ("vpc-cni", "kube-proxy")
                else pulumi.ResourceOptions(parent=self, depends_on=[nodes]),
            )
        self._cluster_name = cluster.name
        self._identities(cluster.name, config)
        self.security_group_id = cluster.vpc_config["cluster_security_group_id"]
        self.kubeconfig = pulumi.Output.all(
            cluster.name, cluster.endpoint, cluster.certificate_authority["data"]
        ).apply(lambda known: _kubeconfig(known[0], known[1], known[2], config.region))
        self.register_outputs({})

    def admit_pipeline(self, role_arn: pulumi.Input[str]) -> None:
        """Let a role apply the workloads: cluster-wide, for it makes their namespace."""
        entry = aws.eks.AccessEntry(
            f"{self._name}-pipeline", cluster_name=self._cluster_name, principal_arn=role_arn, opts=self._child
        )
        aws.eks.AccessPolicyAssociation(
            f"{self._name}-pipeline",
            cluster_name=self._cluster_name,
            principal_arn=entry.principal_arn,
            policy_arn="arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
            access_scope=aws.eks.AccessPolicyAssociationAccessScopeArgs(type="cluster"),
            opts=self._child,
        )

    def _role(self, purpose: str, service: str, policies: Sequence[str], *, session_tags: bool = False) -> aws.iam.Role:
        actions = ["sts:AssumeRole", "sts:TagSession"] if session_tags else ["sts:AssumeRole"]
        statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": actions}
        role = aws.iam.Role(
            f"{self._name}-{purpose}",
            name=physical(self._name, purpose),
            assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
            opts=self._child,
        )
        for policy in policies:
            aws.iam.RolePolicyAttachment(
                f"{self._name}-{purpose}-{policy.rpartition('/')[2]}",
                role=role.name,
                policy_arn=policy,
                opts=self._child,
            )
        return role

    def _identities(self, cluster_name: pulumi.Input[str], config: ClusterConfig) -> None:
        pods = "pods.eks.amazonaws.com"
        disks = self._role("disks", pods, [f"{MANAGED}/service-role/AmazonEBSCSIDriverPolicy"], session_tags=True)
        secrets = self._role("external-secrets", pods, [], session_tags=True)
        aws.iam.RolePolicy(
            f"{self._name}-external-secrets",
            name="read-secrets-of-workloads",
            role=secrets.name,
            policy=pulumi.Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
                            "Resource": list(config.readable_secrets),
                        },
                        {"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": [config.key_arn]},
                    ],
                }
            ),
            opts=self._child,
        )
        for purpose, namespace, account, role in (
            ("disks", "kube-system", "ebs-csi-controller-sa", disks),
            ("external-secrets", "external-secrets", "external-secrets", secrets),
        ):
            aws.eks.PodIdentityAssociation(
                f"{self._name}-{purpose}",
                cluster_name=cluster_name,
                namespace=namespace,
                service_account=account,
                role_arn=role.arn,
                opts=self._child,
            )


def _kubeconfig(name: str, endpoint: str, authority: str, region: str) -> str:
    command = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "aws",
        "args": ["eks", "get-token", "--cluster-name", name, "--region", region],
        "interactiveMode": "Never",
    }
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": name,
            "clusters": [{"name": name, "cluster": {"server": endpoint, "certificate-authority-data": authority}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "users": [{"name": name, "user": {"exec": command}}],
        }
    )
