"""`python -m sandbox`: the whole system on this machine. `--help` lists the commands; docs/sandbox.md is the manual."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from infra_pulumi.checkout.version import add_version
from sandbox.setup.as_typed import as_typed
from sandbox.setup.ports import DEFAULT_BASE
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import ROOT


def parser() -> argparse.ArgumentParser:
    """Make the command line. Heavy imports wait until a command is chosen."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--state", type=Path, default=ROOT / ".sandbox", metavar="DIR", help="folder of kept data (default: .sandbox)"
    )
    top = argparse.ArgumentParser(prog=as_typed("python -m sandbox"), description=__doc__)
    add_version(top)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, what: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, parents=[shared], help=what, description=what)

    up = command("up", "start everything; seeded, synced and ready when the addresses are printed")
    up.add_argument("--detach", action="store_true", help="return when ready, and leave it running")
    up.add_argument("--fresh", action="store_true", help="empty the state folder first")
    up.add_argument(
        "--port-base", type=int, default=DEFAULT_BASE, metavar="N", help="first of five ports (default: 8080)"
    )
    up.add_argument("--catalog", type=Path, metavar="FILE", help="a catalogue of your own (JSON array or JSON Lines)")
    up.add_argument("--enrollments", type=Path, metavar="FILE", help="enrollments of your own (CSV or JSON Lines)")
    kinds = up.add_mutually_exclusive_group()
    kinds.add_argument("--light", action="store_true", help="for a small machine: search by words alone, no traces")
    kinds.add_argument(
        "--semantic", action="store_true", help="semantic search also for a large catalogue (takes minutes)"
    )
    up.add_argument(
        "--rebuild-index", action="store_true", help="set the index aside and fill a new one from the catalogue"
    )
    up.add_argument("--watch", action="store_true", help="let what is saved in services/ run within seconds")
    up.add_argument("--substrate", choices=("embedded", "localstack"), default="embedded", help="where it runs")
    up.add_argument(
        "--engine", choices=("embedded", "pulumi"), default="embedded",
        help="what deploys: a process of ours, or the Pulumi CLI, whose `preview` then shows what a change would do",
    )  # fmt: skip
    up.add_argument("--detached", action="store_true", help=argparse.SUPPRESS)
    status = command("status", "say what runs and how it is")
    status.add_argument("--json", action="store_true", help="as one JSON object")
    command("sync", "run the catalogue sync now, and show its report")
    token = command("token", "print a token for a learner")
    token.add_argument("student_id", metavar="STUDENT_ID")
    token.add_argument("--staff", action="store_true", help="with the staff role, which may read any learner")
    logs = command("logs", "print the logs, or one of them")
    logs.add_argument("name", nargs="?", metavar="NAME")
    logs.add_argument("--follow", "-f", action="store_true", help="go on as they grow")
    breaks = command("break", "switch a fault on; docs/faults/ has a page for each")
    breaks.add_argument("name", metavar="NAME")
    breaks.add_argument("--for", dest="seconds", type=seconds, metavar="TIME", help="mend it after 60s, 5m or 1h")
    breaks.add_argument("--rate", type=float, default=1.0, help="the share of calls that it hits (default: 1)")
    command("mend", "switch a fault off, or all of them").add_argument("name", nargs="?", metavar="NAME")
    command("faults", "list the fault switches, and which are on")
    command("mcp-config", "print what Claude Desktop, Cursor and the like take into their configuration")
    for name, what in (
        ("snapshot", "write tables and index of the running sandbox into one file"),
        ("restore", "put what a snapshot holds in the place of the running sandbox's data"),
    ):
        command(name, what).add_argument("file", type=Path, metavar="FILE")
    command("preview", "show what the program, as you changed it, would change (needs `up --engine pulumi`)")
    command("down", "stop it; data is kept")
    command("reset", "remove everything the sandbox keeps in its state folder")
    doctor = command("doctor", "say what this machine lacks for each substrate, and what works without it")
    doctor.add_argument(
        "--report", type=Path, nargs="?", const=Path("coursematch-report.txt"), metavar="FILE",
        help="write what this machine is like and the ends of the logs, without names and secrets, into a file to send",
    )  # fmt: skip
    doctor.add_argument("--port-base", type=int, default=DEFAULT_BASE, metavar="N", help=argparse.SUPPRESS)
    return top


def seconds(text: str) -> float:
    """Read a time such as 60, 60s, 5m or 1h. Raises ValueError."""
    return float(text.rstrip("smh")) * {"m": 60, "h": 3600}.get(text[-1:], 1)


def main(argv: list[str] | None = None) -> int:
    """Carry out one command. Exit codes: 0 done, 1 a problem (said on stderr), 2 wrong usage, 130 interrupted."""
    options = parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a C locale must not stop a start
    from sandbox import commands

    try:
        return commands.run(options)
    except SandboxProblem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except MemoryError:
        print("\nThere is not enough memory. Close something, or raise the limit (`ulimit -v`).", file=sys.stderr)
        return 1
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        print(f"\nThis machine refused something: {error.strerror or error}{where}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
