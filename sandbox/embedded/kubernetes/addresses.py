"""Where a cluster's addresses are on this machine: every Service has a loopback port."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from sandbox.embedded.kubernetes.objects import Manifest
from sandbox.setup.ports import LOOPBACK


class Addresses:
    """The Services of some manifests. `known`: ports given beforehand by Service; others come from `free_port`.

    `callers`: ports at which others call a Service, where those are not its own: a proxy stands before it.
    """

    def __init__(
        self,
        services: Sequence[Manifest],
        known: Mapping[str, int],
        free_port: Callable[[], int],
        callers: Mapping[str, int],
    ) -> None:
        self._services = services
        self._callers = callers
        self._free_port = free_port
        self._loopback: dict[tuple[str, int], int] = {}
        for service in services:
            name = service["metadata"]["name"]
            for index, port in enumerate(service["spec"].get("ports", [])):
                given = known.get(name) if index == 0 else None
                self._loopback[name, int(port["port"])] = given or free_port()
        names = "|".join(re.escape(service["metadata"]["name"]) for service in services) or "(?!)"
        self._address = re.compile(
            rf"(?P<lead>//|@|,|^)(?P<host>{names})(?:\.[a-z0-9-]+(?:\.svc(?:\.cluster\.local)?)?)?"
            r"(?::(?P<port>\d+))?(?=[/?#,]|$)"
        )

    def container_ports(self, template: Manifest, container: Manifest) -> dict[int, int]:
        """Give each containerPort its loopback port: that of the Service that selects the pod, else a free one."""
        labels = template.get("metadata", {}).get("labels", {})
        ports: dict[int, int] = {}
        for declared in container.get("ports", []):
            number = int(declared["containerPort"])
            for service in self._services:
                selector = service["spec"].get("selector") or {"": ""}
                if not selector.items() <= labels.items():
                    continue
                for port in service["spec"].get("ports", []):
                    if port.get("targetPort", port["port"]) in (number, str(number), declared.get("name")):
                        ports[number] = self._loopback[service["metadata"]["name"], int(port["port"])]
            if number not in ports:
                ports[number] = self._free_port()
        return ports

    def replaced(self, value: str) -> str:
        """Give the same text with this machine's addresses for the cluster's, in every form of a Service's name."""
        return self._address.sub(self._loopback_address, value)

    def _loopback_address(self, match: re.Match[str]) -> str:
        if match["port"] is None and match["lead"] != "//":
            return match[0]  # a bare word such as LMS_CLIENT_ID=lms is no address
        scheme_port = 443 if match.string[: match.start()].endswith("https:") else 80
        port = self._loopback.get((match["host"], int(match["port"] or scheme_port)))
        port = port and self._callers.get(match["host"], port)
        return match[0] if port is None else f"{match['lead']}{LOOPBACK}:{port}"
