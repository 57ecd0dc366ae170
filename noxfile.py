"""The manual of this repository: `nox -l` lists what you can do, each session one sentence.

Every session makes its own environment from `uv.lock` (hashes checked); after a first run none needs the network.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "typing", "tests"]
nox.options.error_on_external_run = True

ROOT = Path(__file__).parent
UV = "uv==0.13.9"
EMULATOR = ROOT / ".nox" / "emulator"

try:  # caches go home, or beside the environments where home cannot be written
    (Path.home() / ".cache").mkdir(parents=True, exist_ok=True)
    at_home = os.access(Path.home() / ".cache", os.W_OK)
except OSError:
    at_home = False
if not at_home:
    os.environ.setdefault("XDG_CACHE_HOME", str(ROOT / ".nox" / "cache"))


def install(session: nox.Session, *groups: str, only: bool = False) -> None:
    """Install these dependency groups, and no others, from the lock into the session's environment; later offline."""
    if not shutil.which("uv", path=os.pathsep.join(session.bin_paths or [])):
        session.install(UV)
    flag = "--only-group" if only else "--group"
    session.run_install(
        "uv", "sync", "--frozen", "--inexact", "--quiet",
        "--no-default-groups",  # uv's own default is `dev`: half a gigabyte more, one of its packages under the AGPL
        *(part for group in groups for part in (flag, group)),
        env={"UV_PROJECT_ENVIRONMENT": session.virtualenv.location, "UV_PYTHON_DOWNLOADS": "never"},
        silent=True,
    )  # fmt: skip


def emulator(session: nox.Session) -> None:
    """Make the AWS emulator's own environment (it pins botocore, and must not lend its packages to our zips)."""
    session.run_install(
        "uv", "sync", "--frozen", "--quiet", "--only-group", "emulator",
        env={
            "UV_PROJECT_ENVIRONMENT": str(EMULATOR),
            "UV_PYTHON": session.virtualenv.location,
            "UV_PYTHON_DOWNLOADS": "never",
        },
        silent=True,
    )  # fmt: skip
    scripts = "Scripts" if sys.platform == "win32" else "bin"
    session.env["COURSEMATCH_EMULATOR_PYTHON"] = str(EMULATOR / scripts / "python")


def run_or_skip(session: nox.Session, *command: str) -> None:
    """Run a check that ends with 77 where it cannot run: the session is then skipped (`-- --required`: failed)."""
    required = "--required" in session.posargs
    told = [argument for argument in session.posargs if argument != "--required"]
    try:
        session.run(*command, *told)
    except nox.command.CommandFailed as failed:
        if "77" not in str(failed.reason).split() or required:
            raise
        session.skip("not run; the reason, and what would run it, stand above (`-- --required` makes this a failure)")


@nox.session
def sandbox(session: nox.Session) -> None:
    """Run the whole system on this machine: `nox -s sandbox`, or `-- status|sync|token ID|logs|down|reset|doctor`."""
    install(session, "sandbox", "semantic")
    emulator(session)
    session.env["COURSEMATCH_COMMAND"] = "nox -s sandbox --"  # what messages call a command
    # On Ctrl-C nox would kill it after half a second; it needs a few to stop everything it started.
    session.run("python", "-m", "sandbox", *(session.posargs or ["up"]), interrupt_timeout=60, terminate_timeout=60)


@nox.session(default=False, venv_backend="none")
def lesson(session: nox.Session) -> None:
    """Learn on the running sandbox: `-- list | start N | check N | hint N | try N | reset N` (lessons/README.md)."""
    scripts = "Scripts" if sys.platform == "win32" else "bin"
    python = ROOT / ".nox" / "sandbox" / scripts / "python"  # a lesson looks at a sandbox: its environment is there
    if not any(python.parent.glob("python*")):
        session.error("Start a sandbox first: `nox -s sandbox -- up --detach`.")
    session.run(str(python), "-m", "lessons", *(session.posargs or ["list"]), external=True)


@nox.session
def tests(session: nox.Session) -> None:
    """Run every test that needs no Docker and no account, on all cores (`-- --quick`: the edit loop; `-- --cov`).

    Arguments go to pytest; files that are named run in one process. Coverage is asked for, since it doubles the time.
    """
    install(session, "test")
    emulator(session)
    named = any(not argument.startswith("-") for argument in session.posargs)
    # Half as many again as there are cores: a third of the tests' time is waiting, for processes that start or end.
    workers = min(8, (os.cpu_count() or 2) * 3 // 2)
    whole = [] if named else [f"--numprocesses={workers}", "--durations=20"]
    # Compiled once, also where the shell forbids it: the tests start hundreds of processes.
    session.run("python", "-m", "pytest", *whole, *session.posargs, env={"PYTHONDONTWRITEBYTECODE": None})


@nox.session(default=False)
def clients(session: nox.Session) -> None:
    """Point unmodified Algolia clients (older Python, JavaScript, InstantSearch in a browser) at the mock."""
    install(session, "test")
    tests = ("tests/mock_algolia/clients/test_clients.py", "tests/distribution")
    session.run("python", "-m", "pytest", *tests, env={"ALGOLIA_CLIENTS": "1"})


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting, the import rules of ARCHITECTURE.md, and that the lock is fresh."""
    install(session, "lint", only=True)
    session.run("uv", "lock", "--check", "--quiet")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", "--no-logo")


@nox.session
def typing(session: nox.Session) -> None:
    """Type-check everything strictly."""
    install(session, "typing")
    session.run("mypy", *session.posargs)


@nox.session
def package(session: nox.Session) -> None:
    """Build the Lambda zips reproducibly into build/lambda/."""
    install(session, "sandbox")
    session.run("python", "-m", "infra_pulumi.package", *session.posargs)


@nox.session(default=False)
def distribution(session: nox.Session) -> None:
    """Build the Algolia stand-in as a package of its own, wheel and source archive, into build/distribution/."""
    install(session, "mock-algolia")
    session.run("python", "-m", "distribution", *session.posargs)


@nox.session(default=False)
def evaluate(session: nox.Session) -> None:
    """Measure search, recommendations and the adviser (`-- gate`, `-- advisor`, or your files: docs/evaluation.md)."""
    install(session, "evaluate")
    session.run("python", "-m", "evaluation", *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure speed beside named rivals and print it: `-- algolia`, `-- sync`, `-- sandbox`, or all."""
    install(session, "bench")
    emulator(session)
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session(default=False)
def chaos(session: nox.Session) -> None:
    """Attack a sandbox of its own and print what held: `-- --minutes 4 --seed 7`, `-- --seed 7 --only 31`."""
    install(session, "sandbox", "semantic")
    emulator(session)
    session.run("python", "-m", "chaos", *session.posargs)


@nox.session(default=False)
def audit(session: nox.Session) -> None:
    """Ask OSV for known vulnerabilities of what is locked (needs the network), and read every group's licences."""
    install(session, "dev", "bench", "notebooks")
    emulator(session)
    session.run("python", "-m", "pytest", "tests/repository/test_licences.py")
    session.run("python", "-m", "infra_pulumi.advisories", *session.posargs)


@nox.session(default=False)
def policy(session: nox.Session) -> None:
    """Check what the Pulumi programs declare against our rules (least privilege, nothing public, …)."""
    install(session, "sandbox")
    session.run("python", "-m", "infra_pulumi.package")
    session.run("python", "-m", "infra_pulumi.policies.check")


@nox.session(default=False)
def render(session: nox.Session) -> None:
    """Write Argo CD's manifests and the inventory for review (`-- --check`, `-- --image-tag T`)."""
    install(session, "sandbox")
    session.run("python", "-m", "infra_pulumi.package")
    session.run("python", "-m", "infra_pulumi.render", *session.posargs)


@nox.session(default=False)
def images(session: nox.Session) -> None:
    """Build and try the images with the container engine that is here (`-- --base-image B`: no registry)."""
    install(session, "test")
    session.run("python", "-m", "infra_pulumi.images", "--sync-tests", *session.posargs)


@nox.session(default=False)
def parity(session: nox.Session) -> None:
    """Deploy to LocalStack as well as MiniStack (no Docker; needs a Python 3.13) and print how they differ."""
    install(session, "test")
    emulator(session)
    session.run("python", "-m", "infra_pulumi.package")
    run_or_skip(session, "python", "-m", "sandbox.parity")


@nox.session(default=False)
def engine(session: nox.Session) -> None:
    """Run the program with the real Pulumi engine, twice, and destroy; says so where it is not installed."""
    install(session, "sandbox")
    emulator(session)
    session.run("python", "-m", "infra_pulumi.package")
    run_or_skip(session, "python", "-m", "sandbox.engine")


@nox.session(default=False)
def deploy(session: nox.Session) -> None:
    """Deploy to an AWS stack with the Pulumi CLI (`-- --stack aws-prod --image-tag T`); see docs/aws.md."""
    install(session, "sandbox")
    session.run("python", "-m", "infra_pulumi.package")
    session.run("python", "-m", "infra_pulumi.deploy", *session.posargs)


@nox.session(default=False)
def notebooks(session: nox.Session) -> None:
    """Execute the notebooks on the running sandbox and keep their outputs (`-- --check` leaves the files alone)."""
    install(session, "notebooks")
    session.run("python", "-m", "notebooks", *session.posargs)


@nox.session(default=False)
def lab(session: nox.Session) -> None:
    """Open JupyterLab on the running sandbox."""
    install(session, "notebooks")
    session.run("jupyter", "lab", "--ip=127.0.0.1", "--notebook-dir=notebooks", *session.posargs)


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Build the documentation as a site, strictly and offline, into build/docs (a sandbox then shows it at /docs/)."""
    install(session, "docs")
    session.run("python", "-m", "documentation", *session.posargs)


@nox.session(default=False)
def kit(session: nox.Session) -> None:
    """Make one archive to install everything from offline (`-- --platform P --python V --try FILE`: docs/kit.md)."""
    install(session, "docs")
    session.run("python", "-m", "kit", *session.posargs)


@nox.session(default=False)
def dev(session: nox.Session) -> None:
    """Make `.venv` with every group, for editors and a REPL."""
    session.install(UV)
    session.run(
        "uv", "sync", "--frozen", "--all-groups", "--no-group", "emulator",
        env={"UV_PROJECT_ENVIRONMENT": str(ROOT / ".venv")},
    )  # fmt: skip
