"""The systems that a kit is for: which wheels run there, and what their markers say. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

PYTHONS = ("3.11", "3.12", "3.13", "3.14")


@dataclass(frozen=True)
class Platform:
    """A system: its name in a kit, and what Python says of itself there (`sys.platform`, `platform.machine()`)."""

    name: str
    sys_platform: str
    machine: str
    system: str
    wheel_platforms: tuple[str, ...]

    def tags(self, python: str) -> frozenset[str]:
        """Give the wheel tags that this Python takes here, `cp312-cp312-win_amd64` (PEP 425, stable ABI from 3.2)."""
        return frozenset(self._tags(int(python.partition(".")[2])))

    def _tags(self, minor: int) -> Iterator[str]:
        own = f"cp3{minor}"
        pure = [own, "py3", *(f"py3{older}" for older in range(minor + 1))]
        for place in self.wheel_platforms:
            yield f"{own}-{own}-{place}"
            yield from (f"cp3{older}-abi3-{place}" for older in range(2, minor + 1))
            yield from (f"{kind}-none-{place}" for kind in pure)
        yield from (f"{kind}-none-any" for kind in pure)

    def marker_values(self, python: str) -> dict[str, str]:
        """Give what a dependency's marker may ask for (PEP 508)."""
        return {
            "sys_platform": self.sys_platform, "platform_machine": self.machine, "platform_system": self.system,
            "os_name": "nt" if self.sys_platform == "win32" else "posix", "python_version": python,
            "python_full_version": f"{python}.5", "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
        }  # fmt: skip


def _manylinux(machine: str, oldest: int) -> tuple[str, ...]:
    """Name glibc up to 2.28: that of Debian 10, Ubuntu 20.04, RHEL 8 and everything since."""
    since = [f"manylinux_2_{glibc}_{machine}" for glibc in range(28, oldest - 1, -1)]
    return (*since, f"manylinux2014_{machine}", f"linux_{machine}")


def _macos(machine: str, versions: Iterable[int]) -> tuple[str, ...]:
    kinds = (machine, "universal2")
    old = [f"macosx_10_{minor}_{kind}" for minor in range(9, 17) for kind in kinds]
    return (*(f"macosx_{major}_0_{kind}" for major in versions for kind in kinds), *old)


PLATFORMS = (
    Platform("linux-x86_64", "linux", "x86_64", "Linux", _manylinux("x86_64", 5)),
    Platform("linux-arm64", "linux", "aarch64", "Linux", _manylinux("aarch64", 17)),
    Platform("macos-arm64", "darwin", "arm64", "Darwin", _macos("arm64", range(14, 10, -1))),
    Platform("macos-x86_64", "darwin", "x86_64", "Darwin", _macos("x86_64", range(14, 10, -1))),
    Platform("windows-x86_64", "win32", "AMD64", "Windows", ("win_amd64",)),
)
"""macOS 14 and newer; Windows 10 and newer."""
