"""One room's zip, from its inputs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from grimp import ImportGraph

from infra_pulumi.package import archive, reach, wheels
from infra_pulumi.package.wheels import PackagingFailed

__all__ = ["LIMIT_BYTES", "ROOMS", "PackagingFailed", "Zip", "build", "zip_path"]

ROOMS = ("coursematch", "enrollments", "advisor")
LIMIT_BYTES = 15_000_000


@dataclass(frozen=True)
class Zip:
    """A built zip: where it is, the hash of its bytes, and whether this run found it already there."""

    path: Path
    sha256: str
    unchanged: bool


def zip_path(room: str, root: Path) -> Path:
    """Say where the zip of `room` is (or will be)."""
    return root / "build" / "lambda" / f"{room}.zip"


def build(room: str, root: Path, known: ImportGraph | None = None) -> Zip | None:
    """Build `room`'s zip unless its inputs are unchanged; None if the room has no handler yet. `known`: its imports.

    Raises PackagingFailed when a wheel cannot be had, is not portable, or the zip is over 15 MB.
    """
    if not (root / "services" / room / "lambda_handler.py").is_file():
        return None
    sources = reach.sources(room, root, known=known)
    requirements = wheels.locked_requirements(room, root)
    inputs = _fingerprint(sources, requirements)
    target = zip_path(room, root)
    stamp = target.with_suffix(".inputs")
    if target.is_file() and stamp.is_file():
        known_inputs, known_sha = [*stamp.read_text().split(), "", ""][:2]
        if known_inputs == inputs and known_sha == _sha256(target):
            return Zip(target, known_sha, unchanged=True)
    installed = wheels.installed(requirements, root / "build" / "wheels")
    archive.write(target, sources | wheels.files(installed))
    if (size := target.stat().st_size) > LIMIT_BYTES:
        target.unlink()
        raise PackagingFailed(f"the zip would be {size / 1e6:.1f} MB; the limit is {LIMIT_BYTES / 1e6:.0f} MB")
    sha = _sha256(target)
    stamp.write_text(f"{inputs} {sha}\n")
    return Zip(target, sha, unchanged=False)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _fingerprint(sources: dict[str, Path], requirements: str) -> str:
    digest = hashlib.sha256(requirements.encode())
    packager = {f"packager/{path.name}": path for path in Path(__file__).parent.glob("*.py")}
    for name, path in sorted((sources | packager).items()):
        digest.update(f"\0{name}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
