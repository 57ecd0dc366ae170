"""A save is noticed, what runs it is known, and what would not run goes no further."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra_pulumi.package import build
from sandbox.setup.state import ROOT
from sandbox.watching import functions
from sandbox.watching.affected import affected, sources
from sandbox.watching.faults_in_code import fault_in, fault_of_import
from sandbox.watching.files import look, saved
from sandbox.watching.functions import DoesNotStart, Functions


def test_notices_what_is_new_changed_and_gone(tmp_path: Path) -> None:
    for name in ("kept.py", "changed.py", "gone.py", "rows.txt"):
        (tmp_path / name).write_text("1")
    before = look(tmp_path)
    (tmp_path / "changed.py").write_text("22")
    (tmp_path / "gone.py").unlink()
    (tmp_path / "new.py").write_text("")
    (tmp_path / ".changed.py.swp").write_text("an editor's own")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "new.py").write_text("")

    assert [Path(path).name for path in saved(before, look(tmp_path))] == ["changed.py", "gone.py", "new.py"]


@pytest.mark.parametrize(
    ("file", "rooms"),
    [
        ("services/coursematch/recommendation/weights.py", ["coursematch"]),
        ("services/web_edge/problems.py", ["advisor", "coursematch", "enrollments"]),
        ("services/course_record/synonyms.py", ["catalog_sync"]),
        ("services/lms/app.py", ["lms"]),
        ("services/mock_algolia/engine/weights.py", ["mock_algolia"]),
        ("services/advisor/page/adviser.js", ["advisor"]),
        ("services/coursematch/README.md", []),
    ],
)
def test_knows_what_runs_a_file(file: str, rooms: list[str]) -> None:
    assert set(rooms) <= set(found := affected([ROOT / file], [sources(ROOT)]))
    assert found == rooms or file == "services/course_record/synonyms.py"


def test_knows_that_rows_of_questions_are_read_by_whoever_reads_questions() -> None:
    found = affected([ROOT / "services/question/rows/levels.txt"], [sources(ROOT)])
    assert {"advisor", "coursematch", "catalog_sync"} <= set(found)


def test_says_where_code_does_not_compile(tmp_path: Path) -> None:
    (tmp_path / "fine.py").write_text("answer = 1\n")
    (tmp_path / "broken.py").write_text("answer = 1\ndef ask(:\n")

    assert fault_in([tmp_path / "fine.py", tmp_path / "gone.py"], tmp_path) is None
    assert str(fault_in([tmp_path / "broken.py"], tmp_path)).startswith("broken.py:2: invalid syntax")


def test_says_what_an_import_complains_of(tmp_path: Path) -> None:
    (tmp_path / "careless.py").write_text("answer = nowhere\n")

    assert fault_of_import([], tmp_path) is None
    assert fault_of_import(["careless"], tmp_path) == "NameError: name 'nowhere' is not defined"


class Lambda:
    """AWS's API of functions, as far as an update asks it: versions, an alias, and code that runs or does not."""

    def __init__(self, starts: bool = True) -> None:
        self.alias = {"cm-coursematch": "1", "cm-enrollments": "1", "cm-advisor": "1"}
        self._starts = starts

    def list_functions(self) -> dict[str, Any]:
        return {"Functions": [{"FunctionName": name} for name in self.alias]}

    def update_function_code(self, **asked: Any) -> None:
        assert zipfile.is_zipfile(io.BytesIO(asked["ZipFile"]))

    def publish_version(self, **_: str) -> dict[str, str]:
        return {"Version": "2"}

    def get_function_configuration(self, **_: str) -> dict[str, str]:
        return {"State": "Active"}

    def invoke(self, **asked: Any) -> dict[str, Any]:
        assert json.loads(asked["Payload"])["httpMethod"] == "GET"
        assert self.alias[asked["FunctionName"]] == "1", "a version is tried before it is live"
        if self._starts or asked["FunctionName"] != "cm-advisor":
            return {"Payload": io.BytesIO(b'{"statusCode": 404}')}
        return {"FunctionError": "Unhandled", "Payload": io.BytesIO(b'{"errorMessage": "No module named x"}')}

    def update_alias(self, **asked: str) -> None:
        self.alias[asked["FunctionName"]] = asked["FunctionVersion"]


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as made:
        made.writestr("a.py", "")
    found = build.Zip(tmp_path / "made.zip", "0", unchanged=False)
    unchanged = build.Zip(tmp_path / "made.zip", "0", unchanged=True)
    monkeypatch.setattr(functions.build, "build", lambda room, _: unchanged if room == "enrollments" else found)


@pytest.mark.usefixtures("built")
def test_moves_the_alias_of_what_changed() -> None:
    aws = Lambda()

    assert Functions(aws).update(["coursematch", "enrollments"]) == ["coursematch"]
    assert aws.alias == {"cm-coursematch": "2", "cm-enrollments": "1", "cm-advisor": "1"}


@pytest.mark.usefixtures("built")
def test_leaves_every_alias_where_one_version_does_not_start() -> None:
    aws = Lambda(starts=False)

    with pytest.raises(DoesNotStart, match="advisor does not start: No module named x"):
        Functions(aws).update(["coursematch", "advisor"])
    assert set(aws.alias.values()) == {"1"}
