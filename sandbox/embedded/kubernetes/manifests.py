"""Read Kubernetes manifests as local processes: the same objects that a cluster gets, with loopback for its network.

Pure: dicts in, dataclasses out. What a local process cannot keep (images, resource limits, network policies, a
read-only root) is left out on purpose and listed in docs/sandbox.md; what it could not run rightly raises
`UnsupportedManifest`.
The mapping is written in docs/formats.md («What the program puts out»).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from infra_pulumi.secret_text import revealed
from sandbox.setup.problem import SandboxProblem

LOOPBACK = "127.0.0.1"
NOT_RUN = {"Namespace", "ServiceAccount", "NetworkPolicy", "ConfigMap", "Secret", "Service", "PersistentVolumeClaim",
           "PodDisruptionBudget", "ResourceQuota", "LimitRange", "Role", "RoleBinding"}  # fmt: skip

Manifest = Mapping[str, Any]


class UnsupportedManifest(SandboxProblem):
    """A manifest asks for something that no local process can stand in for."""


@dataclass(frozen=True)
class Probe:
    """One probe, with Kubernetes' defaults (core/v1 Probe). Either `url` or `port` is set."""

    url: str | None = None
    port: int | None = None
    initial_delay: float = 0
    period: float = 10
    timeout: float = 1
    failures: int = 3


@dataclass(frozen=True)
class Pod:
    """The one container of a pod template, as a process."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    grace: float = 30
    readiness: Probe | None = None
    liveness: Probe | None = None
    ports: tuple[int, ...] = ()


@dataclass(frozen=True)
class Deployment:
    name: str
    pod: Pod


@dataclass(frozen=True)
class Job:
    """batch/v1 Job: tries 1 + `backoff_limit` times, for `deadline` seconds in all."""

    name: str
    pod: Pod
    backoff_limit: int = 6
    deadline: float | None = None


@dataclass(frozen=True)
class CronJob:
    name: str
    schedule: str
    time_zone: str
    job: Job
    concurrency: str = "Allow"
    starting_deadline: float | None = None
    suspended: bool = False


@dataclass(frozen=True)
class LocalPlan:
    """What to run, in the order of the manifests."""

    deployments: tuple[Deployment, ...]
    jobs: tuple[Job, ...]
    cron_jobs: tuple[CronJob, ...]


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


def local_plan(manifests: Iterable[Manifest], machine: Machine) -> LocalPlan:
    """Map manifests onto this machine. Raises `UnsupportedManifest`, naming the object and the field."""
    objects = list(manifests)
    for manifest in objects:
        if manifest["kind"] not in NOT_RUN | {"Deployment", "Job", "CronJob"}:
            raise UnsupportedManifest(f"{_label(manifest)}: the sandbox cannot run this kind of object.")
    mapping = _Mapping(objects, machine)
    return LocalPlan(
        tuple(mapping.deployment(manifest) for manifest in objects if manifest["kind"] == "Deployment"),
        tuple(mapping.job(manifest, manifest["spec"]) for manifest in objects if manifest["kind"] == "Job"),
        tuple(mapping.cron_job(manifest) for manifest in objects if manifest["kind"] == "CronJob"),
    )


class _Mapping:
    def __init__(self, objects: list[Manifest], machine: Machine) -> None:
        self._machine = machine
        self._data = {
            (manifest["kind"], manifest["metadata"]["name"]): _data(manifest)
            for manifest in objects
            if manifest["kind"] in ("ConfigMap", "Secret")
        }
        self._services = [manifest for manifest in objects if manifest["kind"] == "Service"]
        self._loopback: dict[tuple[str, int], int] = {}
        for service in self._services:
            for index, port in enumerate(service["spec"].get("ports", [])):
                name = service["metadata"]["name"]
                known = machine.ports.get(name) if index == 0 else None
                self._loopback[name, int(port["port"])] = known or machine.free_port()
        names = "|".join(re.escape(service["metadata"]["name"]) for service in self._services) or "(?!)"
        self._address = re.compile(
            rf"(?P<lead>//|@|,|^)(?P<host>{names})(?:\.[a-z0-9-]+(?:\.svc(?:\.cluster\.local)?)?)?"
            r"(?::(?P<port>\d+))?(?=[/?#,]|$)"
        )

    def deployment(self, manifest: Manifest) -> Deployment:
        spec = manifest["spec"]
        if spec.get("replicas", 1) not in (0, 1):
            raise UnsupportedManifest(
                f"{_label(manifest)}: spec.replicas is {spec['replicas']}; a loopback port serves one process.",
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
            raise UnsupportedManifest(f"{_label(manifest)}: the sandbox runs pods of exactly one container.")
        container = containers[0]
        command = [*container.get("command", []), *container.get("args", [])]
        if not container.get("command"):
            raise UnsupportedManifest(
                f"{_label(manifest)}: the container names no command, and images are not used here."
            )
        ports = self._container_ports(template, container)
        folders = self._folders(manifest, spec, container)
        env = {
            name: self._local(value, ports, folders) for name, value in self._environment(manifest, container).items()
        }
        argv = tuple(self._local(_expand(part, env), ports, folders) for part in command)
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

    def _container_ports(self, template: Manifest, container: Manifest) -> dict[int, int]:
        """Each containerPort with its loopback port: that of the Service that selects the pod, else a free one."""
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
                ports[number] = self._machine.free_port()
        return ports

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
                raise UnsupportedManifest(f"{_label(manifest)}: volume {mount['name']} is of a kind the sandbox lacks.")
            folders[mount["mountPath"].rstrip("/")] = folder / mount.get("subPath", "")
        return folders

    def _environment(self, manifest: Manifest, container: Manifest) -> dict[str, str]:
        env: dict[str, str] = {}
        for source in container.get("envFrom", []):
            for kind, key in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
                if key in source:
                    prefix = source.get("prefix", "")
                    data = self._source(manifest, kind, source[key])
                    env.update({prefix + name: value for name, value in data.items()})
        for entry in container.get("env", []):
            if "valueFrom" not in entry:
                env[entry["name"]] = _expand(str(entry.get("value") or ""), env)
                continue
            origin = entry["valueFrom"]
            for kind, key in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
                if key in origin:
                    data = self._source(manifest, kind, origin[key])
                    if origin[key]["key"] in data:
                        env[entry["name"]] = data[origin[key]["key"]]
                    elif not origin[key].get("optional"):
                        raise UnsupportedManifest(
                            f"{_label(manifest)}: {entry['name']} wants key {origin[key]['key']} of {kind} "
                            f"{origin[key]['name']}, which has no such key."
                        )
            if "fieldRef" in origin:
                env[entry["name"]] = _field(manifest, origin["fieldRef"]["fieldPath"])
        return env

    def _source(self, manifest: Manifest, kind: str, reference: Manifest) -> Mapping[str, str]:
        found = self._data.get((kind, reference["name"]))
        if found is None and not reference.get("optional"):
            raise UnsupportedManifest(f"{_label(manifest)} refers to {kind} {reference['name']}, which does not exist.")
        return found or {}

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
        return self._address.sub(self._loopback_address, value)

    def _loopback_address(self, match: re.Match[str]) -> str:
        if match["port"] is None and match["lead"] != "//":
            return match[0]  # a bare word such as LMS_CLIENT_ID=lms is no address
        scheme_port = 443 if match.string[: match.start()].endswith("https:") else 80
        port = self._loopback.get((match["host"], int(match["port"] or scheme_port)))
        return match[0] if port is None else f"{match['lead']}{LOOPBACK}:{port}"

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
            raise UnsupportedManifest(f"{_label(manifest)}: the sandbox runs httpGet and tcpSocket probes only.")
        return Probe(
            url, port,
            initial_delay=float(probe.get("initialDelaySeconds", 0)),
            period=float(probe.get("periodSeconds", 10)),
            timeout=float(probe.get("timeoutSeconds", 1)),
            failures=int(probe.get("failureThreshold", 3)),
        )  # fmt: skip


def _data(manifest: Manifest) -> dict[str, str]:
    data, texts = (revealed(dict(manifest.get(key) or {})) for key in ("data", "stringData"))
    if manifest["kind"] == "Secret":
        data = {name: base64.b64decode(value).decode() for name, value in data.items()}
    return {name: str(value) for name, value in (data | texts).items()}


def _expand(value: str, env: Mapping[str, str]) -> str:
    """Kubernetes' own `$(NAME)`; unknown names stay as they are, `$$(NAME)` is the text `$(NAME)`."""

    def replace(match: re.Match[str]) -> str:
        return match[0][1:] if match[0].startswith("$$") else env.get(match[1], match[0])

    return re.sub(r"\$?\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)", replace, value)


def _port_number(port: int | str, container: Manifest) -> int:
    if isinstance(port, str) and not port.isdecimal():
        return next(int(declared["containerPort"]) for declared in container["ports"] if declared.get("name") == port)
    return int(port)


def _field(manifest: Manifest, path: str) -> str:
    known = {
        "metadata.name": manifest["metadata"]["name"],
        "metadata.namespace": manifest["metadata"].get("namespace", ""),
    }
    return LOOPBACK if path in ("status.podIP", "status.hostIP") else known.get(path, "")


def _label(manifest: Manifest) -> str:
    return f"{manifest.get('kind')}/{manifest.get('metadata', {}).get('name')}"
