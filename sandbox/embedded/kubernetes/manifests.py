"""Read Kubernetes manifests as local processes: the same objects that a cluster gets, with loopback for its network.

Pure: dicts in, dataclasses out. What a local process cannot keep (images, resource limits, network policies, a
read-only root) is left out on purpose and listed in docs/sandbox.md; what it could not run rightly raises
`UnsupportedManifest`.
The mapping is written in docs/formats.md («What the program puts out»).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.embedded.kubernetes.addresses import Addresses
from sandbox.embedded.kubernetes.environment import Sources, expand
from sandbox.embedded.kubernetes.objects import (
    CronJob,
    Deployment,
    Job,
    LocalPlan,
    Manifest,
    Pod,
    Probe,
    UnsupportedManifest,
    label,
)
from sandbox.setup.ports import LOOPBACK

NOT_RUN = {"Namespace", "ServiceAccount", "NetworkPolicy", "ConfigMap", "Secret", "Service", "PersistentVolumeClaim",
           "PodDisruptionBudget", "ResourceQuota", "LimitRange", "Role", "RoleBinding"}  # fmt: skip


@dataclass(frozen=True)
class Machine:
    """What of this machine the manifests are mapped onto.

    `ports`: loopback ports of Services known beforehand; others come from `free_port`. `volume` and `scratch` give
    the folder of a claim and of an emptyDir; paths under `local` are this machine's already. `python` replaces `python`
    as a command; `base_env` lies under every environment.
    """

    python: str
    ports: Mapping[str, int]
    free_port: Callable[[], int]
    volume: Callable[[str], Path]
    scratch: Callable[[str], Path]
    local: Path
    base_env: Mapping[str, str] = field(default_factory=dict, repr=False)
    callers: Mapping[str, int] = field(default_factory=dict)
    """Loopback ports at which others call a Service, where they are not its own: a proxy stands before it."""


def local_plan(manifests: Iterable[Manifest], machine: Machine) -> LocalPlan:
    """Map manifests onto this machine. Raises `UnsupportedManifest`, naming the object and the field."""
    objects = list(manifests)
    for manifest in objects:
        if manifest["kind"] not in NOT_RUN | {"Deployment", "Job", "CronJob"}:
            raise UnsupportedManifest(f"{label(manifest)}: the sandbox cannot run this kind of object.")
    mapping = _Mapping(objects, machine)
    return LocalPlan(
        tuple(mapping.deployment(manifest) for manifest in objects if manifest["kind"] == "Deployment"),
        tuple(mapping.job(manifest, manifest["spec"]) for manifest in objects if manifest["kind"] == "Job"),
        tuple(mapping.cron_job(manifest) for manifest in objects if manifest["kind"] == "CronJob"),
    )


class _Mapping:
    def __init__(self, objects: list[Manifest], machine: Machine) -> None:
        self._machine = machine
        self._sources = Sources(objects)
        services = [manifest for manifest in objects if manifest["kind"] == "Service"]
        self._addresses = Addresses(services, machine.ports, machine.free_port, machine.callers)

    def deployment(self, manifest: Manifest) -> Deployment:
        spec = manifest["spec"]
        if spec.get("replicas", 1) not in (0, 1):
            raise UnsupportedManifest(
                f"{label(manifest)}: spec.replicas is {spec['replicas']}; a loopback port serves one process.",
                "Set replicas to 1 for the embedded substrate.",
            )
        return Deployment(manifest["metadata"]["name"], self._pod(manifest, spec["template"]))

    def job(self, manifest: Manifest, spec: Manifest) -> Job:
        return Job(
            manifest["metadata"]["name"],
            self._pod(manifest, spec["template"]),
            backoff_limit=int(spec.get("backoffLimit", 6)),
            deadline=spec.get("activeDeadlineSeconds"),
        )

    def cron_job(self, manifest: Manifest) -> CronJob:
        spec = manifest["spec"]
        return CronJob(
            manifest["metadata"]["name"],
            schedule=spec["schedule"],
            time_zone=spec.get("timeZone", "UTC"),
            job=self.job(manifest, spec["jobTemplate"]["spec"]),
            concurrency=spec.get("concurrencyPolicy", "Allow"),
            starting_deadline=spec.get("startingDeadlineSeconds"),
            suspended=bool(spec.get("suspend", False)),
        )

    def _pod(self, manifest: Manifest, template: Manifest) -> Pod:
        spec = template["spec"]
        containers = spec["containers"]
        if len(containers) != 1 or spec.get("initContainers"):
            raise UnsupportedManifest(f"{label(manifest)}: the sandbox runs pods of exactly one container.")
        container = containers[0]
        command = [*container.get("command", []), *container.get("args", [])]
        if not container.get("command"):
            raise UnsupportedManifest(
                f"{label(manifest)}: the container names no command, and images are not used here."
            )
        ports = self._addresses.container_ports(template, container)
        folders = self._folders(manifest, spec, container)
        env = {
            name: self._local(value, ports, folders)
            for name, value in self._sources.environment(manifest, container).items()
        }
        argv = tuple(self._local(expand(part, env), ports, folders) for part in command)
        if argv[0] in ("python", "python3"):
            argv = (self._machine.python, *argv[1:])
        return Pod(
            argv=argv,
            env={**self._machine.base_env, **env},
            grace=float(spec.get("terminationGracePeriodSeconds", 30)),
            readiness=self._probe(manifest, container.get("readinessProbe"), container, ports),
            liveness=self._probe(manifest, container.get("livenessProbe"), container, ports),
            ports=tuple(ports.values()),
        )

    def _folders(self, manifest: Manifest, spec: Manifest, container: Manifest) -> dict[str, Path]:
        """Each mountPath with its local folder."""
        volumes = {volume["name"]: volume for volume in spec.get("volumes", [])}
        folders: dict[str, Path] = {}
        for mount in container.get("volumeMounts", []):
            volume = volumes[mount["name"]]
            if "persistentVolumeClaim" in volume:
                folder = self._machine.volume(volume["persistentVolumeClaim"]["claimName"])
            elif "emptyDir" in volume:
                folder = self._machine.scratch(f"{manifest['metadata']['name']}-{mount['name']}")
            elif "hostPath" in volume:
                folder = Path(volume["hostPath"]["path"])
            else:
                raise UnsupportedManifest(f"{label(manifest)}: volume {mount['name']} is of a kind the sandbox lacks.")
            folders[mount["mountPath"].rstrip("/")] = folder / mount.get("subPath", "")
        return folders

    def _local(self, value: str, ports: Mapping[int, int], folders: Mapping[str, Path]) -> str:
        """One value with cluster addresses, container ports and mounted paths replaced by this machine's."""
        if value == "0.0.0.0":  # noqa: S104 - the address that is replaced, so that nothing listens on it
            return LOOPBACK
        if value.isdecimal() and int(value) in ports:
            return str(ports[int(value)])
        if value.startswith(str(self._machine.local)):
            return value
        for mount, folder in folders.items():
            if value == mount or value.startswith(mount + "/"):
                return str(folder / value[len(mount) :].lstrip("/"))
        return self._addresses.replaced(value)

    def _probe(
        self, manifest: Manifest, probe: Manifest | None, container: Manifest, ports: Mapping[int, int]
    ) -> Probe | None:
        if probe is None:
            return None
        url, port = None, None
        if "httpGet" in probe:
            http = probe["httpGet"]
            number = _port_number(http["port"], container)
            scheme = http.get("scheme", "HTTP").lower()
            path = http.get("path", "/")
            url = urlsplit(f"{scheme}://{LOOPBACK}:{ports.get(number, number)}/{path.lstrip('/')}").geturl()
        elif "tcpSocket" in probe:
            number = _port_number(probe["tcpSocket"]["port"], container)
            port = ports.get(number, number)
        else:
            raise UnsupportedManifest(f"{label(manifest)}: the sandbox runs httpGet and tcpSocket probes only.")
        return Probe(
            url, port,
            initial_delay=float(probe.get("initialDelaySeconds", 0)),
            period=float(probe.get("periodSeconds", 10)),
            timeout=float(probe.get("timeoutSeconds", 1)),
            failures=int(probe.get("failureThreshold", 3)),
        )  # fmt: skip


def _port_number(port: int | str, container: Manifest) -> int:
    if isinstance(port, str) and not port.isdecimal():
        return next(int(declared["containerPort"]) for declared in container["ports"] if declared.get("name") == port)
    return int(port)
