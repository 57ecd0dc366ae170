"""A save is noticed, what runs it is known, and what would not run goes no further."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from grimp import ImportGraph

from infra_pulumi.package import build, reach
from sandbox.setup.state import ROOT
from sandbox.watching import __main__ as watching
from sandbox.watching.affected import affected, sources
from sandbox.watching.faults_in_code import fault_in, fault_of_import
from sandbox.watching.files import look, saved
from sandbox.watching.functions import DoesNotStart, Functions, Tried


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
    assert fault_of_import(["careless"], tmp_path) == "careless.py:1: NameError: name 'nowhere' is not defined"
    (tmp_path / "caller.py").write_text("\nfrom careless import answer\n")
    assert str(fault_of_import(["caller"], tmp_path)).startswith("careless.py:1: ")
    assert str(fault_of_import(["not_there"], tmp_path)).startswith("ModuleNotFoundError")


class Lambda:
    """AWS's API of functions, as far as an update asks it: versions, an alias, and code that runs or does not."""

    def __init__(self, *broken: str) -> None:
        self.alias = {"cm-coursematch": "1", "cm-enrollments": "1", "cm-advisor": "1"}
        self.broken = {f"cm-{room}" for room in broken}
        self._code: dict[tuple[str, str], str] = {("cm-enrollments", "1"): MADE}

    def list_functions(self) -> dict[str, Any]:
        return {"Functions": [{"FunctionName": name} for name in self.alias]}

    def update_function_code(self, **asked: Any) -> None:
        assert zipfile.is_zipfile(io.BytesIO(asked["ZipFile"]))

    def publish_version(self, **asked: str) -> dict[str, str]:
        self._code[asked["FunctionName"], "2"] = MADE
        return {"Version": "2"}

    def get_function_configuration(self, **asked: str) -> dict[str, str]:
        name, version = asked["FunctionName"], asked["Qualifier"]
        code = self._code.get((name, self.alias[name] if version == "live" else version), "other")
        return {"State": "Active", "CodeSha256": base64.b64encode(bytes.fromhex(code)).decode() if code == MADE else ""}

    def invoke(self, **asked: Any) -> dict[str, Any]:
        assert json.loads(asked["Payload"])["httpMethod"] == "GET"
        assert self.alias[asked["FunctionName"]] == "1", "a version is tried before it is live"
        if asked["FunctionName"] not in self.broken:
            return {"Payload": io.BytesIO(b'{"statusCode": 404}')}
        return {"FunctionError": "Unhandled", "Payload": io.BytesIO(b'{"errorMessage": "No module named x"}')}

    def update_alias(self, **asked: str) -> None:
        self.alias[asked["FunctionName"]] = asked["FunctionVersion"]


MADE = "ab" * 32
NO_IMPORTS = ImportGraph()


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every room's zip is made once; from then on it is what it was."""
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as made:
        made.writestr("a.py", "")
    known: set[str] = set()

    def build_once(room: str, _: Path, __: object) -> build.Zip:
        unchanged = room in known
        known.add(room)
        return build.Zip(tmp_path / "made.zip", MADE, unchanged=unchanged)

    monkeypatch.setattr(build, "build", build_once)


def updated(aws: Lambda, *rooms: str) -> list[str]:
    functions = Functions(aws)
    return functions.let_live(functions.tried(rooms, NO_IMPORTS))


@pytest.mark.usefixtures("built")
def test_moves_the_alias_of_what_changed() -> None:
    aws = Lambda()

    assert updated(aws, "coursematch", "enrollments") == ["coursematch"]
    assert aws.alias == {"cm-coursematch": "2", "cm-enrollments": "1", "cm-advisor": "1"}


@pytest.mark.usefixtures("built")
def test_leaves_every_alias_where_one_version_does_not_start() -> None:
    aws = Lambda("advisor")

    with pytest.raises(DoesNotStart, match="advisor does not start: No module named x"):
        updated(aws, "coursematch", "advisor")
    assert set(aws.alias.values()) == {"1"}


@pytest.mark.usefixtures("built")
def test_brings_what_was_refused_for_another_once_that_is_mended() -> None:
    aws = Lambda("advisor")
    with pytest.raises(DoesNotStart):
        updated(aws, "coursematch", "advisor")
    aws.broken.clear()

    assert updated(aws, "coursematch", "advisor") == ["coursematch", "advisor"]


class Recorded(Functions):
    """Functions that note what they are asked to try."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def tried(self, rooms: Sequence[str], _: ImportGraph) -> list[Tried]:
        self.asked.append(list(rooms))
        return [Tried(room, f"cm-{room}", "2") for room in rooms]

    def let_live(self, tried: Sequence[Tried]) -> list[str]:
        return [one.room for one in tried]


def test_keeps_what_was_saved_beside_a_fault_until_that_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine, served = (tmp_path / name for name in ("broken.py", "fine.py", "served.py"))
    broken.write_text("answer = (\n")
    fine.write_text("answer = 1\n")
    served.write_text("answer = 1\n")
    monkeypatch.setattr(watching, "ROOT", tmp_path)
    monkeypatch.setattr(reach, "imports", lambda _: NO_IMPORTS)
    held = {"coursematch": frozenset({broken}), "advisor": frozenset({fine}), "lms": frozenset({served})}
    monkeypatch.setattr(watching, "sources", lambda *_: held)
    functions = Recorded()
    deployer = watching.Deployer(functions)

    assert deployer.answer({"saved": [str(broken), str(fine), str(served)]})["fault"].startswith("broken.py:1: ")
    broken.write_text("answer = 2\n")
    # A workload refuses what AWS would take: nothing goes live, and all of it is tried again with the next save.
    assert deployer.answer({"saved": [str(broken)]}) == {"workloads": {"lms": ["served"]}}
    assert deployer.answer({"do": "try"}) == {}
    assert deployer.answer({"saved": [str(served)]}) == {"workloads": {"lms": ["served"]}}
    assert deployer.answer({"do": "try"}) == {}
    assert deployer.answer({"do": "live"}) == {"functions": ["advisor", "coursematch"]}
    assert deployer.answer({"saved": []}) == {"workloads": {}}
    assert deployer.answer({"do": "try"}) == {}
    assert functions.asked == [["advisor", "coursematch"], ["advisor", "coursematch"], []]
