"""Two saved runs over the same queries: what each measure gained, whether that is chance, and which courses moved."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation.significance import randomisation_p
from services.lms.files.problems import InvalidFile, Problem

SHOWN = 10
"""How many results of each run are compared by place: as many as the first measure looks at."""


@dataclass(frozen=True, slots=True)
class Gain:
    """One measure in both runs, over the queries that both have; `p` is how likely chance alone would do as much."""

    measure: str
    before: float
    after: float
    better: int
    worse: int
    p: float


@dataclass(frozen=True, slots=True)
class Place:
    """A course in one run's answer. `moved` tells places won since the other run; None: the other did not have it."""

    course_key: str
    title: str
    grade: int | None
    moved: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Question:
    """One query in both runs; `change` is what the first measure gained."""

    id: str
    text: str
    before: float
    after: float
    sides: tuple[tuple[Place, ...], tuple[Place, ...]]
    missing: tuple[Place, ...] = field(default=())
    """Relevant courses that neither side shows."""

    @property
    def change(self) -> float:
        """What the first measure gained."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class TwoRuns:
    """Both runs of one system, the queries that changed most first."""

    system: str
    gains: tuple[Gain, ...]
    questions: tuple[Question, ...]
    left_out: int
    """Queries that only one of the runs has."""


def compare_runs(before: Path, after: Path, system: str) -> TwoRuns:
    """Compare two files that `python -m evaluation` saved; raises InvalidFile."""
    first, second = _read(before, system), _read(after, system)
    shared = [key for key in first["each"] if key in second["each"]]
    if not shared:
        raise InvalidFile(after, [Problem(0, "", f"no query is in {before.name} as well; compare runs over the same")])
    titles = {**first.get("titles", {}), **second.get("titles", {})}
    measures = [name for name in first["systems"][system] if name in second["systems"][system]]
    measures = [
        name for name in measures if all(name in _values(one, key, system) for one in (first, second) for key in shared)
    ]
    if not measures:
        raise InvalidFile(after, [Problem(0, "", f"has no measure of {before.name}; compare runs of one kind")])
    gains = tuple(_gain(name, first, second, shared, system) for name in _leading(measures))
    questions = [_question(key, first, second, system, gains[0].measure, titles) for key in shared]
    questions.sort(key=lambda one: (-abs(one.change), one.id))
    left_out = len(set(first["each"]) ^ set(second["each"]))
    return TwoRuns(system, gains, tuple(questions), left_out)


def _leading(measures: Sequence[str]) -> list[str]:
    """Put nDCG@10 first, whatever its capitals: a saved file has its measures in the order of the alphabet."""
    return sorted(measures, key=lambda name: (name.casefold() != "ndcg@10", name.casefold()))


def _read(path: Path, system: str) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        measured = found["systems"]
    except OSError as error:
        raise InvalidFile(path, [Problem(0, "", f"cannot be read ({error.strerror}); check the path")]) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidFile(path, [Problem(0, "", "is no run that `python -m evaluation` saved")]) from error
    if system not in measured:
        names = ", ".join(sorted(measured))
        raise InvalidFile(path, [Problem(0, "system", f"{system!r} was not measured there; measured were: {names}")])
    return dict(found)


def _values(run: Mapping[str, Any], key: str, system: str) -> Mapping[str, Any]:
    values: Mapping[str, Any] = run["each"][key]["systems"][system]
    return values


def _gain(name: str, first: Mapping[str, Any], second: Mapping[str, Any], shared: Sequence[str], system: str) -> Gain:
    pairs = [(float(_values(first, key, system)[name]), float(_values(second, key, system)[name])) for key in shared]
    differences = [after - before for before, after in pairs]
    return Gain(
        name,
        sum(before for before, _ in pairs) / len(pairs),
        sum(after for _, after in pairs) / len(pairs),
        sum(one > 0 for one in differences),
        sum(one < 0 for one in differences),
        randomisation_p(differences),
    )


def _question(
    key: str,
    first: Mapping[str, Any],
    second: Mapping[str, Any],
    system: str,
    measure: str,
    titles: Mapping[str, str],
) -> Question:
    right = {**first["each"][key]["right"], **second["each"][key]["right"]}
    rankings = [list(_values(run, key, system)["ranking"]) for run in (first, second)]
    reasons = [run["each"][key].get("why", {}) for run in (first, second)]

    def place(course: str, moved: int | None, why: str) -> Place:
        return Place(course, titles.get(course, ""), right.get(course), moved, why)

    def side(own: int) -> tuple[Place, ...]:
        mine, other = rankings[own], rankings[1 - own]
        direction = 1 if own else -1
        return tuple(
            place(
                course,
                direction * (other.index(course) - at) if course in other else None,
                str(reasons[own].get(course, "")),
            )
            for at, course in enumerate(mine[:SHOWN])
        )

    seen = {course for ranking in rankings for course in ranking[:SHOWN]}
    missing = sorted(
        (course for course, grade in right.items() if grade > 0 and course not in seen),
        key=lambda one: (-right[one], one),
    )
    return Question(
        key,
        str(second["each"][key]["question"]),
        float(_values(first, key, system)[measure]),
        float(_values(second, key, system)[measure]),
        (side(0), side(1)),
        tuple(place(course, None, "") for course in missing[:SHOWN]),
    )
