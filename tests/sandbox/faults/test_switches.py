"""The table of switches, the file that says which are on, and what they do to tokens and answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jwt
import pytest

from infra_pulumi.secret_text import Secret
from sandbox.faults.broken_tokens import broken
from sandbox.faults.fault import Rewrites, Says
from sandbox.faults.switched_on import On, SwitchedOn
from sandbox.faults.switches import BY_NAME, INSTRUCTION, SWITCHES, NoSuchFault, switch_named

ROOT = Path(__file__).resolve().parents[3]
KEY = Secret("a key for tests that is long enough")
TOLD: dict[str, Any] = {"iss": "lms", "sub": "1", "iat": 1000, "exp": 4600}


def test_names_the_faults_that_are_near() -> None:
    with pytest.raises(NoSuchFault) as problem:
        switch_named("lms-sloww")
    assert "lms-slow" in problem.value.remedy
    assert "index-slow" not in problem.value.remedy


def test_a_fault_at_a_seam_names_both() -> None:
    assert all((switch.seam is None) == (switch.fault is None) for switch in SWITCHES)
    assert len(BY_NAME) == len(SWITCHES)


def test_every_switch_has_its_page_and_its_system_test() -> None:
    folder = ROOT / "docs" / "faults"
    tested = (ROOT / "tests" / "system" / "test_faults.py").read_text("utf-8")
    headings = ("What breaks", "What people see", "Where it shows", "How the system defends itself", "What to change")

    assert {page.stem for page in folder.glob("*.md")} - {"README"} == set(BY_NAME)
    for name in BY_NAME:
        page = (folder / f"{name}.md").read_text("utf-8")
        assert all(f"**{heading}.**" in page for heading in headings), name
        assert f"({name}.md)" in (folder / "README.md").read_text("utf-8")
        assert f'"{name}"' in tested


def test_remembers_what_is_on_until_it_ends(tmp_path: Path) -> None:
    now = [100.0]
    file = tmp_path / "faults.json"
    one, other = (SwitchedOn(file, lambda: now[0]) for _ in range(2))
    one.switch("lms-slow", On(until=110, rate=0.5))
    one.switch("index-down", On())

    assert other.now() == {"lms-slow": On(110, 0.5), "index-down": On()}
    now[0] = 111
    assert list(other.now()) == ["index-down"]
    one.switch("index-down", None)
    assert other.now() == {}


def test_begins_with_nothing_on(tmp_path: Path) -> None:
    assert SwitchedOn(tmp_path / "faults.json").now() == {}


def test_hands_out_tokens_that_are_not_right() -> None:
    token = jwt.encode(TOLD, KEY.value, algorithm="HS256")

    def claims(name: str) -> dict[str, Any]:
        unchecked = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        return jwt.decode(broken(token, {name}, KEY), KEY.value, algorithms=["HS256"], options=unchecked)  # type: ignore[arg-type]  # a TypedDict made of a variable

    assert broken(token, {"lms-slow"}, KEY) == token
    assert claims("tokens-expired")["exp"] < 0 < TOLD["exp"]
    assert claims("clock-skew")["nbf"] == 1000 + 3600
    with pytest.raises(jwt.InvalidSignatureError):
        claims("tokens-forged")


def test_changes_lists_of_courses_and_leaves_other_answers_alone() -> None:
    page = {"results": [{"short_description": "Learn."}], "pagination": {"count": 3, "next": None, "num_pages": 1}}

    def after(name: str, told: object) -> object:
        fault = BY_NAME[name].fault
        assert isinstance(fault, Rewrites)
        return fault.change("/", json.loads(json.dumps(told)))

    assert after("lms-wrong-counts", page) == page | {"pagination": {"count": 7, "next": None, "num_pages": 1}}
    assert after("lms-wrong-counts", {"access_token": "t"}) == {"access_token": "t"}
    assert after("catalogue-instructs", page) == page | {"results": [{"short_description": f"Learn. {INSTRUCTION}"}]}
    assert after("catalogue-instructs", {"access_token": "t"}) == {"access_token": "t"}


def test_speaks_as_postgres_does() -> None:
    fault = BY_NAME["database-no-connections"].fault
    assert isinstance(fault, Says)
    assert fault.answer[:1] == b"E"
    assert int.from_bytes(fault.answer[1:5]) == len(fault.answer) - 1
    assert b"C53300\0" in fault.answer
