"""`python -m infra_pulumi.render [--image-prefix P] [--image-tag T] [--check]`: the files that people and Argo CD read.

Writes `gitops/manifests/` (the workloads of the `aws` stack; secrets become External Secrets references),
`gitops/manifests/kustomization.yaml` (which images) and `inventory.txt` (every resource, for review). Needs neither
a cluster nor the Pulumi CLI. `--check` writes nothing and answers 1 when a file is not what it would be.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from infra_pulumi.checkout.version import add_version
from infra_pulumi.components.pod import SECRET_DIGEST
from infra_pulumi.examples import PLATFORM, SYSTEM, resources, settings
from infra_pulumi.program_runner import Registered

HERE = Path(__file__).parent
MANIFESTS = HERE / "gitops" / "manifests"
KUSTOMIZATION = MANIFESTS / "kustomization.yaml"
INVENTORY = HERE / "inventory.txt"
STACK = "aws"
STORE = "aws-secrets-manager"
HEADER = "# Rendered by `nox -s render` from infra_pulumi/coursematch: edit that, not this.\n"
UNSET_TAG = "unset"


def rendered(image_prefix: str | None = None, image_tag: str | None = None) -> dict[Path, str]:
    """Give every rendered file and its text; images stay as the kustomization has them unless given."""
    declared = resources(SYSTEM, STACK, workloads="pulumi", imageTag=UNSET_TAG)
    region = str(settings(SYSTEM, STACK)[f"{SYSTEM}:awsRegion"])
    files = {MANIFESTS / "secret-store.yaml": _yaml(_store(region))}
    for resource in declared:
        if resource.type.startswith("kubernetes:"):
            manifest = _without_secrets(_manifest(resource.inputs))
            files[MANIFESTS / f"{manifest['kind'].lower()}-{resource.name}.yaml"] = _yaml(manifest)
    images = _images(image_prefix, image_tag)
    names = sorted(path.name for path in files)
    files[KUSTOMIZATION] = _yaml(
        {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "namespace": "coursematch",
            "resources": names,
            "images": images,
        }
    )
    files[INVENTORY] = _inventory()
    return files


def main(argv: list[str] | None = None) -> int:
    """Write the files, or with `--check` say which are stale."""
    parser = argparse.ArgumentParser(prog="python -m infra_pulumi.render", description=__doc__)
    add_version(parser)
    parser.add_argument("--image-prefix", help="registry and path before the images' names; kept when left out")
    parser.add_argument("--image-tag", help="the build to run; kept when left out (CI writes it)")
    parser.add_argument("--check", action="store_true", help="write nothing; answer 1 if a file is stale")
    options = parser.parse_args(argv)
    files = rendered(options.image_prefix, options.image_tag)
    stale = [path for path, text in files.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    gone = [path for path in MANIFESTS.glob("*.yaml") if path not in files]
    for path in [*stale, *gone]:
        done = "stale" if options.check else "written" if path in files else "removed"
        print(f"{path.relative_to(HERE.parent)}: {done}")
    if options.check:
        return 1 if stale or gone else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8", newline="\n")
    for path in gone:
        path.unlink()
    return 0


def _manifest(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Give a resource's manifest: its inputs, but for what only Pulumi reads."""
    metadata = dict(inputs["metadata"])
    annotations = {key: value for key, value in metadata.get("annotations", {}).items() if "pulumi.com" not in key}
    metadata.pop("annotations", None)
    if inputs["kind"] == "Job":
        # A Job cannot change in place, so the dry run by which Argo CD compares would be refused with each new image.
        # A hook is not compared: every sync deletes the last one and runs it anew.
        annotations["argocd.argoproj.io/hook"] = "Sync"
        annotations["argocd.argoproj.io/hook-delete-policy"] = "BeforeHookCreation"
    if annotations:
        metadata["annotations"] = annotations
    manifest = {**inputs, "metadata": metadata}
    for template in _templates(manifest):
        # Made of invented secrets here; External Secrets brings the real ones (docs/operations.md has how pods follow).
        template["metadata"]["annotations"].pop(SECRET_DIGEST, None)
        for container in template["spec"]["containers"]:
            container["image"] = f"{container['image'].rpartition('/')[2].partition(':')[0]}:{UNSET_TAG}"
    return manifest


def _templates(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    spec = manifest.get("spec", {})
    template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
    return [template] if template else []


def _without_secrets(manifest: dict[str, Any]) -> dict[str, Any]:
    if manifest["kind"] != "Secret":
        return manifest
    name = manifest["metadata"]["name"]
    # lms and lms-load are one room, with one secret.
    room = "lms" if name.startswith("lms") else name
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": manifest["metadata"],
        "spec": {
            "refreshInterval": "1h",
            "secretStoreRef": {"kind": "SecretStore", "name": STORE},
            "target": {"name": name, "creationPolicy": "Owner"},
            "data": [
                {
                    "secretKey": key,
                    "remoteRef": {"key": f"{SYSTEM}/{STACK}/workload-{room}", "property": key},
                }
                for key in sorted(manifest["stringData"])
            ],
        },
    }


def _store(region: str) -> dict[str, Any]:
    """Read with the identity that EKS gives External Secrets' own pod (Pod Identity)."""
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "SecretStore",
        "metadata": {"name": STORE, "namespace": "coursematch"},
        "spec": {"provider": {"aws": {"service": "SecretsManager", "region": region}}},
    }


def _images(prefix: str | None, tag: str | None) -> list[dict[str, str]]:
    kept: dict[str, dict[str, str]] = {}
    if KUSTOMIZATION.is_file():
        document = yaml.safe_load(KUSTOMIZATION.read_text(encoding="utf-8"))
        kept = {image["name"]: image for image in document.get("images", [])}
    images = []
    for name in ("catalog-sync", "lms", "mock-algolia", "recommendation-model"):
        old = kept.get(name, {})
        new_name = f"{prefix}{name}" if prefix is not None else old.get("newName", f"coursematch/{name}")
        images.append({"name": name, "newName": new_name, "newTag": tag or old.get("newTag", UNSET_TAG)})
    return images


def _inventory() -> str:
    lines = ["# Every resource of both programs, for review. Rendered by `nox -s render`.", ""]
    # On AWS, with every part of ours running: the same set as on the other substrates (a test compares).
    full = resources(SYSTEM, STACK, algolia="mock", algoliaHosts="http://mock-algolia:8082")
    for project, declared in ((SYSTEM, full), (PLATFORM, resources(PLATFORM, STACK))):
        lines.append(f"## {project}")
        lines += [f"{resource.type}  {resource.name}" for resource in own(declared)]
        lines.append("")
    return "\n".join(lines)


def own(declared: tuple[Registered, ...]) -> list[Registered]:
    """Give the resources without the stack's own references and providers."""
    return [resource for resource in declared if not resource.type.startswith("pulumi:")]


def _sorted(value: Any) -> Any:
    """Give the same value with its keys in one order: the engine hands them over in any."""
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _yaml(document: Mapping[str, Any]) -> str:
    first = ("apiVersion", "kind", "metadata")
    keys = [key for key in first if key in document] + sorted(set(document) - set(first))
    ordered = {key: _sorted(document[key]) for key in keys}
    text: str = yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=120)
    return HEADER + text


if __name__ == "__main__":
    sys.exit(main())
