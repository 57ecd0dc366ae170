"""The network: public subnets that only hold the way out, private ones for everything that runs."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra_pulumi.naming import physical


@dataclass(frozen=True)
class NetworkConfig:
    """The zones to spread over, and the address range to cut up (a /16)."""

    zones: tuple[str, ...]
    range_prefix: str = "10.20"


class PrivateNetwork(pulumi.ComponentResource):
    """Creates a VPC, a public and a private subnet a zone, one NAT gateway, routes, and the groups of who may talk.

    Outputs: `private_subnet_ids`, `functions_group` (Lambdas), `cluster_group` (pods), `database_group`.
    """

    private_subnet_ids: list[pulumi.Output[str]]
    functions_group: pulumi.Output[str]
    database_group: pulumi.Output[str]

    def __init__(self, name: str, config: NetworkConfig, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("coursematch:components:PrivateNetwork", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        self._vpc = aws.ec2.Vpc(
            name,
            cidr_block=f"{config.range_prefix}.0.0/16",
            enable_dns_hostnames=True,
            tags=self._named("vpc"),
            opts=self._child,
        )
        # The group that comes with a VPC lets its members talk freely: adopted, and emptied.
        aws.ec2.DefaultSecurityGroup(name, vpc_id=self._vpc.id, ingress=[], egress=[], opts=self._child)
        way_out = self._way_out(config)
        self.private_subnet_ids = []
        for number, zone in enumerate(config.zones):
            subnet = aws.ec2.Subnet(
                f"{name}-private-{zone}",
                vpc_id=self._vpc.id,
                availability_zone=zone,
                cidr_block=f"{config.range_prefix}.{16 * (number + 1)}.0/20",
                tags=self._named(f"private-{zone}") | {"kubernetes.io/role/internal-elb": "1"},
                opts=self._child,
            )
            aws.ec2.RouteTableAssociation(
                f"{name}-private-{zone}", subnet_id=subnet.id, route_table_id=way_out.id, opts=self._child
            )
            self.private_subnet_ids.append(subnet.id)
        self.functions_group = self._group("functions", "Lambda functions", egress=True).id
        database = self._group("database", "The database", egress=False)
        self.database_group = database.id
        self._admit_to_database("functions", self.functions_group)
        self.register_outputs({})

    def admit_cluster(self, cluster_group: pulumi.Input[str]) -> None:
        """Let the cluster's pods reach the database."""
        self._admit_to_database("cluster", cluster_group)

    def _way_out(self, config: NetworkConfig) -> aws.ec2.RouteTable:
        gateway = aws.ec2.InternetGateway(
            self._name, vpc_id=self._vpc.id, tags=self._named("internet"), opts=self._child
        )
        public = aws.ec2.RouteTable(
            f"{self._name}-public",
            vpc_id=self._vpc.id,
            routes=[aws.ec2.RouteTableRouteArgs(cidr_block="0.0.0.0/0", gateway_id=gateway.id)],
            tags=self._named("public"),
            opts=self._child,
        )
        zone = config.zones[0]
        subnet = aws.ec2.Subnet(
            f"{self._name}-public-{zone}",
            vpc_id=self._vpc.id,
            availability_zone=zone,
            cidr_block=f"{config.range_prefix}.0.0/24",
            tags=self._named(f"public-{zone}"),
            opts=self._child,
        )
        association = aws.ec2.RouteTableAssociation(
            f"{self._name}-public-{zone}", subnet_id=subnet.id, route_table_id=public.id, opts=self._child
        )
        address = aws.ec2.Eip(self._name, domain="vpc", tags=self._named("nat"), opts=self._child)
        nat = aws.ec2.NatGateway(
            self._name,
            subnet_id=subnet.id,
            allocation_id=address.id,
            tags=self._named("nat"),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[association]),
        )
        return aws.ec2.RouteTable(
            f"{self._name}-private",
            vpc_id=self._vpc.id,
            routes=[aws.ec2.RouteTableRouteArgs(cidr_block="0.0.0.0/0", nat_gateway_id=nat.id)],
            tags=self._named("private"),
            opts=self._child,
        )

    def _group(self, name: str, description: str, *, egress: bool) -> aws.ec2.SecurityGroup:
        group = aws.ec2.SecurityGroup(
            f"{self._name}-{name}",
            name=physical(name),
            vpc_id=self._vpc.id,
            description=description,
            tags=self._named(name),
            opts=self._child,
        )
        if egress:
            aws.vpc.SecurityGroupEgressRule(
                f"{self._name}-{name}",
                security_group_id=group.id,
                description="The database, Algolia, AWS APIs",
                ip_protocol="-1",
                cidr_ipv4="0.0.0.0/0",
                opts=self._child,
            )
        return group

    def _admit_to_database(self, who: str, group: pulumi.Input[str]) -> None:
        aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-database-from-{who}",
            security_group_id=self.database_group,
            referenced_security_group_id=group,
            description=f"PostgreSQL from {who}",
            ip_protocol="tcp",
            from_port=5432,
            to_port=5432,
            opts=self._child,
        )

    def _named(self, part: str) -> dict[str, str]:
        return {"Name": physical(part)}
