"""The commands of `python -m sandbox`, each a few lines over the module that does it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil

from sandbox.running.client import NotRunning, running_sandbox, send_command
from sandbox.setup.as_typed import as_typed
from sandbox.setup.credentials import Credentials, load_credentials
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import ROOT, State, read_json

DOWN_SECONDS = 60
SYNC_SECONDS = 3600
SWITCH_SECONDS = 120


def run(options: argparse.Namespace) -> int:
    """Carry out the chosen command; gives the exit code. Raises `SandboxProblem`."""
    commands: dict[str, Callable[[State, argparse.Namespace], int]] = {
        "up": up, "status": status, "sync": sync, "token": token, "logs": logs, "down": down, "reset": reset,
        "doctor": doctor, "mcp-config": mcp_config, "break": break_, "mend": mend, "faults": faults,
        "snapshot": snapshot, "restore": restore, "preview": preview,
    }  # fmt: skip
    return commands[options.command](State(options.state), options)


def up(state: State, options: argparse.Namespace) -> int:
    """Start the sandbox, here or detached."""
    if options.substrate == "localstack":
        from sandbox.localstack.up import up as up_in_docker

        return up_in_docker(options)
    if options.engine == "pulumi":
        if sys.platform == "win32":
            raise SandboxProblem(
                "`--engine pulumi` needs Linux or macOS: its providers are started by a shell script.",
                "Without it the sandbox deploys by itself: `python -m sandbox up`.",
            )
        from sandbox.localstack.programs import check_cli

        check_cli()
    from sandbox.running.detached import let_go_of_terminal, start_detached

    if options.detach:
        return start_detached(options)
    from rich.console import Console

    from sandbox.running.up import Request
    from sandbox.running.up import up as start
    from sandbox.setup.inputs import Inputs
    from sandbox.setup.ports import Ports

    given = Inputs(options.catalog, options.enrollments)
    request = Request(
        state, Ports(options.port_base), given, options.fresh, options.semantic, options.rebuild_index, options.watch,
        options.light, options.engine,
    )  # fmt: skip
    let_go = (lambda: let_go_of_terminal(state)) if options.detached else (lambda: None)
    return start(request, Console(), let_go)


def status(state: State, options: argparse.Namespace) -> int:
    """Say what runs. Exit code 0: ready; 1: not, or not running."""
    if _in_docker(state):
        api = (read_json(state.endpoints_file) or {}).get("api")
        in_docker = {
            "running": True,
            "ready": api is not None,
            "state": str(state.root),
            "api": api,
            "substrate": "localstack",
        }
        where = f"In Docker, at {api}" if api else "In Docker, not ready (yet)"
        print(json.dumps(in_docker) if options.json else f"{where}. `kubectl get pods -A` says more.")
        return 0 if api else 1
    try:
        found = next(send_command(state, _credentials(state), "status"))
    except NotRunning as problem:
        if options.json:
            print(json.dumps({"running": False, "ready": False, "state": str(state.root)}))
        else:
            print(problem)
        return 1
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        word = "Ready" if found["ready"] else "Not answering (yet)"
        print(f"{word}: {found['api']}   pid {found['pid']}, since {found['since']}")
        print(f"  last sync      {_last_sync(found['last_sync'])}")
        for part in found["parts"]:
            print(f"  {part['name']:<14} {part['kind']:<11} {part['state']:<10} {_remarks(part)}".rstrip())
    return 0 if found["ready"] else 1


def sync(state: State, _: argparse.Namespace) -> int:
    """Run the sync's Job now; prints its report, one JSON line. How far it is goes to a terminal only."""
    if _in_docker(state):
        from sandbox.localstack import cluster

        print(cluster.run_job_from("catalog-sync").strip().splitlines()[-1])
        return 0
    for line in send_command(state, _credentials(state), "sync", timeout=SYNC_SECONDS):
        if "progress" not in line:
            print(json.dumps(line, ensure_ascii=False), flush=True)
        elif sys.stderr.isatty():
            print(f"{line['progress']:<70}", end="\r", file=sys.stderr, flush=True)
    return 0


def token(state: State, options: argparse.Namespace) -> int:
    """Print a token and nothing else."""
    from sandbox.faults.broken_tokens import broken
    from sandbox.faults.seams import SWITCHED_ON
    from sandbox.faults.switched_on import SwitchedOn
    from sandbox.setup import tokens

    credentials = _credentials(state)
    if options.staff:
        print(tokens.staff_token(credentials, options.student_id))
        return 0
    endpoints = read_json(state.endpoints_file)
    if endpoints is None or (running_sandbox(state) is None and not _in_docker(state)):
        raise NotRunning(f"No sandbox is ready on {state.root}.", "Start one with `python -m sandbox up`.")
    token = tokens.learner_token(endpoints, credentials, options.student_id)
    print(broken(token, SwitchedOn(state.run / SWITCHED_ON).now(), credentials.identity_signing_key))
    return 0


def break_(state: State, options: argparse.Namespace) -> int:
    """Switch a fault on."""
    asked = {"name": options.name, "seconds": options.seconds, "rate": options.rate}
    return _tell_faults(state, "break", asked, only_on=True)


def mend(state: State, options: argparse.Namespace) -> int:
    """Switch a fault off, or all of them."""
    return _tell_faults(state, "mend", {"name": options.name}, only_on=True)


def faults(state: State, _: argparse.Namespace) -> int:
    """List the switches."""
    return _tell_faults(state, "faults", {}, only_on=False)


def _tell_faults(state: State, order: str, asked: dict[str, Any], only_on: bool) -> int:
    told = list(send_command(state, _credentials(state), order, asked, timeout=SWITCH_SECONDS))[-1]["faults"]
    shown = [fault for fault in told if fault["on"] or not only_on]
    for fault in shown:
        rate = f" for {fault['rate']:.0%} of the calls" if fault["on"] and fault["rate"] < 1 else ""
        until = f" until {time.strftime('%H:%M:%S', time.localtime(fault['until']))}" if fault["until"] else ""
        print(f"{'ON ' if fault['on'] else '   '}{fault['name']:<24}{fault['breaks']}{rate}{until}")
    if not shown:
        print("Nothing is broken.")
    return 0


def logs(state: State, options: argparse.Namespace) -> int:
    """Print logs."""
    from sandbox.running.logs import print_logs

    return print_logs(state, options.name, options.follow)


def snapshot(state: State, options: argparse.Namespace) -> int:
    """Write a snapshot of the running sandbox."""
    return _exchange(state, "snapshot", options)


def restore(state: State, options: argparse.Namespace) -> int:
    """Put a snapshot into the running sandbox."""
    return _exchange(state, "restore", options)


def preview(state: State, _: argparse.Namespace) -> int:
    """Say what a deploy of the program, as it stands now, would change in the running sandbox."""
    if running_sandbox(state) is None:
        raise NotRunning(f"No sandbox is running on {state.root}.", "Start one with `python -m sandbox up`.")
    from sandbox.engine.sandbox_stack import SandboxStack

    return SandboxStack(state).preview()


def _exchange(state: State, order: str, options: argparse.Namespace) -> int:
    asked = {"file": os.path.abspath(options.file)}
    print(as_typed(list(send_command(state, _credentials(state), order, asked))[-1]["said"]))
    return 0


def mcp_config(state: State, _: argparse.Namespace) -> int:
    """Print the block that Claude Desktop, Cursor and the like take into their configuration (docs/chatgpt.md)."""
    endpoints = read_json(state.endpoints_file)
    if endpoints is None:
        raise NotRunning(f"No sandbox is ready on {state.root}.", "Start one with `python -m sandbox up`.")
    argv = [sys.executable, "-m", "services.advisor", "--config"]  # that room knows how its server is started
    done = subprocess.run(argv, cwd=ROOT, env={**os.environ, "COURSEMATCH_API_URL": endpoints["api"]}, check=False)  # noqa: S603 - ours
    return done.returncode


def down(state: State, _: argparse.Namespace) -> int:
    """Stop the sandbox, and wait until nothing of it is left."""
    state.check()
    if _in_docker(state):
        from sandbox.localstack.down import down as down_in_docker

        return down_in_docker(state)
    running = running_sandbox(state)
    if running is None:
        print(f"No sandbox is running on {state.root}; {_end_leftovers(state)}.")
        return 0
    process = psutil.Process(running["pid"])
    try:
        next(send_command(state, _credentials(state), "stop"))
    except NotRunning:
        process.send_signal(signal.SIGTERM)  # it does not listen (any more): the same, without words
    try:
        process.wait(DOWN_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()  # its orphan guard ends what it had started
        process.wait(10)
        time.sleep(0.1)
        _end_leftovers(state)
    print(as_typed("Stopped. Data is kept; `python -m sandbox up` starts again."))
    return 0


def reset(state: State, _: argparse.Namespace) -> int:
    """Remove what the sandbox made; refuses a folder that is not a sandbox's, and one that is in use."""
    from sandbox.running.holding import holding

    if _in_docker(state):
        raise SandboxProblem(
            f"{state.root} belongs to a system in Docker.", "`python -m sandbox down` removes it first."
        )
    if not state.exists:
        if not state.root.exists():
            print(f"There is nothing to reset: {state.root} does not exist.")
            return 0
        state.empty()  # refuses, and says why
    with holding(state):
        _end_leftovers(state)
        left = state.empty()
    print(
        f"Emptied {state.root}." + (f" Left, because the sandbox did not make it: {', '.join(left)}." if left else "")
    )
    return 0


def doctor(state: State, options: argparse.Namespace) -> int:
    """Say what is missing, or write it all down for somebody else. Exit code 0: the embedded substrate can run."""
    from sandbox.running.doctor import embedded_findings, examine

    if options.report:
        from sandbox.running.report import report

        findings = list(embedded_findings(options))
        options.report.write_text(report(findings, state), encoding="utf-8")
        print(f"{options.report}: read it, then send it. No names, folders of yours or secrets are in it.")
        return 0 if all(finding.good for finding in findings) else 1
    return examine(options)


def _in_docker(state: State) -> bool:
    """Whether `up --substrate localstack` holds this folder (`sandbox.localstack.down` writes and removes the file)."""
    return (state.root / "docker.json").is_file()


def _credentials(state: State) -> Credentials:
    state.check()
    if not state.exists or read_json(state.secrets_file) is None:
        raise NotRunning(f"No sandbox has run on {state.root}.", "Start one with `python -m sandbox up`.")
    return load_credentials(state)[0]


def _end_leftovers(state: State) -> str:
    from sandbox.processes.orphan_guard import end_leftovers

    ended = end_leftovers(state.run / "processes.json")
    return f"ended {ended} processes that an earlier one had left" if ended else "there is nothing to stop"


def _last_sync(report: dict[str, Any] | None) -> str:
    if report is None:
        return "none since this start"
    counts = ", ".join(
        f"{report[name]} {name}" for name in ("created", "updated", "deleted", "unchanged") if name in report
    )
    return f"{report.get('status', 'running')} ({report.get('started_at', '?')}): {counts}"


def _remarks(part: dict[str, Any]) -> str:
    remarks = [
        f"pid {part['pid']}" if part["pid"] else "",
        f"restarted {part['restarts']} times" if part["restarts"] else "",
        part["last_result"] or "",
        f"next run {part['next_run']}" if part["next_run"] else "",
    ]
    return ", ".join(remark for remark in remarks if remark)
