"""Creates the program's AWS resources in the emulator. A type that no creator knows is refused by the engine."""

from __future__ import annotations

import threading

from sandbox.embedded.pulumi_engine import rest_api, services
from sandbox.embedded.pulumi_engine.aws_clients import AwsClients, Created, Creator, Inputs
from sandbox.setup.aws_keys import AwsKeys


class AwsResources(AwsClients):
    """The emulator at one endpoint, and how to create each type of resource in it."""

    creators: dict[str, Creator] = services.CREATORS | rest_api.CREATORS

    def __init__(self, endpoint: str, region: str, keys: AwsKeys) -> None:
        super().__init__(endpoint, region, keys)
        self._lock = threading.Lock()
        self._ready = False

    def create(self, kind: str, inputs: Inputs) -> Created:
        """Create one resource of a known type; the first waits for the emulator."""
        with self._lock:
            if not self._ready:
                self.wait()
                self._ready = True
        return self.creators[kind](self, inputs)
