"""`python -m sandbox.engine.provider aws|kubernetes`: a provider plugin, as the Pulumi engine starts one.

Says its port on stdout, as the engine expects, and runs until the engine ends it, or has been killed itself.
"""

from __future__ import annotations

import os
import sys
from concurrent import futures
from pathlib import Path

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from sandbox.engine.provider.cloud import Cloud, sdk_version
from sandbox.engine.provider.emulated_aws import EmulatedAws
from sandbox.engine.provider.journal import Journal
from sandbox.engine.provider.protocol import StandIn
from sandbox.engine.provider.recorded_cluster import RecordedCluster
from sandbox.setup.aws_keys import AwsKeys

FOLDER, ENDPOINT, KEY = "STAND_IN_FOLDER", "STAND_IN_ENDPOINT", "STAND_IN_KEY"
ANY_LENGTH = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
AT_ONCE = 16


def serve(cloud: Cloud, journal: Journal, version: str) -> tuple[grpc.Server, int]:
    """Serve a provider on loopback; gives the server and its port."""
    server = grpc.server(futures.ThreadPoolExecutor(AT_ONCE), options=ANY_LENGTH)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(StandIn(cloud, journal, version), server)
    bound = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, bound


def main(name: str) -> None:
    """Serve the provider `name`, with the emulator and the folder that the environment names."""
    engine = os.getppid()  # before the port is told: whoever reads it may be killed the next moment
    folder = Path(os.environ[FOLDER])
    cloud: Cloud = (
        EmulatedAws(os.environ[ENDPOINT], AwsKeys(os.environ[KEY]))
        if name == "aws"
        else RecordedCluster(folder / "cluster.json")
    )
    server, port = serve(cloud, Journal(folder), sdk_version(name))
    print(port, flush=True)
    while os.getppid() == engine:  # a killed engine ends nobody
        server.wait_for_termination(timeout=1)


if __name__ == "__main__":
    main(sys.argv[1])
