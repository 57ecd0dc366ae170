"""A report names neither its sender nor a secret, however a path is written, and still says what helps."""

from __future__ import annotations

import getpass
import json
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.running.doctor import Finding
from sandbox.running.report import replacements, report, scrubbed
from sandbox.setup.credentials import load_credentials
from sandbox.setup.state import State, write_json

NAMES = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=10).map(lambda name: f"zz{name}")


@given(user=NAMES, windows=st.booleans(), rest=st.sampled_from(["kit", "my courses/kit"]))
def test_replaces_home_and_user_as_each_system_writes_them(user: str, windows: bool, rest: str) -> None:
    home = str(PureWindowsPath("C:/Users", user) if windows else PurePosixPath("/Users", user))
    inside = str(PureWindowsPath(home, rest) if windows else PurePosixPath(home, rest))
    text = f"{inside} {inside.upper()} {json.dumps(inside)} {inside.replace(chr(92), '/')} for {user}, {user.title()}."

    said = scrubbed(text, {home: "<home>", user: "<user>"})

    assert user not in said.lower()
    assert said.count("<home>") == 4
    assert rest.rpartition("/")[2] in said


@given(st.text("abc", min_size=3, max_size=3))
def test_leaves_words_that_only_hold_a_name(user: str) -> None:
    assert scrubbed(f"x{user}y", {user: "<user>"}) == f"x{user}y"


def test_has_no_secret_and_no_name_of_a_real_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "zzmariana")
    monkeypatch.setattr(Path, "home", lambda: Path("/home/zzmariana"))
    state = State(tmp_path / "zzmariana" / "state")
    state.claim()
    load_credentials(state)
    secrets = json.loads(state.secrets_file.read_text())
    write_json(state.endpoints_file, {"postgres": "postgresql://x:passw0rdpassw0rd@127.0.0.1/y"}, mode=0o600)
    state.logs.mkdir(exist_ok=True)
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
    written = [
        *secrets.values(),
        "passw0rdpassw0rd",
        token,
        f"{state.root}/x",
        "/home/zzmariana/y",
        "C:\\Users\\zzmariana",
    ]
    (state.logs / "aws.log").write_text("\n".join(map(str, written)) + "\nModuleNotFoundError: no such thing\n")

    said = report([Finding("ports", False, "taken: 8080 (front door)")], state)

    for one in [*secrets.values(), "passw0rdpassw0rd", token, str(state.root), "zzmariana", str(tmp_path)]:
        assert one not in said
    for helpful in ("NOT ports: taken: 8080", "aws.log", "ModuleNotFoundError: no such thing", "event loop", "psutil "):
        assert helpful in said
    assert "<state>/x" in said


def test_knows_the_machines_own_names(tmp_path: Path) -> None:
    assert str(Path.home()) in replacements(State(tmp_path / "state"))
