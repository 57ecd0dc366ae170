"""Compare platform and index, the learner's plan with its promises, and the answers with the sync's reports."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from lessons.classroom import module_at
from lessons.room import Room
from lessons.task import Missing, need, task

FILE = "plan.py"
scene = module_at(Path(__file__).parent / "scene.py")


def applied(index: dict[str, str], platform: dict[str, str], planned: dict[str, list[str]]) -> dict[str, str]:
    """Carry out a plan."""
    left = {key: value for key, value in index.items() if key not in planned["delete"]}
    return left | {key: platform.get(key, "not there") for key in planned["create"] + planned["update"]}


def planned(room: Room, cases: list[list[Any]]) -> list[dict[str, list[str]]]:
    """Ask for plans. Raises Missing for one that is none."""
    found = room.call(FILE, "plan", *cases)
    for (platform, index), one in zip(cases, found, strict=True):
        need(
            isinstance(one, dict) and set(one) == {"create", "update", "delete"},
            f"`plan({platform}, {index})` is {one!r}; it should have `create`, `update` and `delete`.",
        )
    return list(found)


def examples() -> list[list[Any]]:
    """Make platforms and indices that differ a little."""
    random = Random(6)  # noqa: S311 - examples, no secrets
    cases: list[list[Any]] = [[{}, {}], [{"A": "1"}, {}], [{"A": "1"}, {"A": "1"}], [{"A": "2"}, {"A": "1"}]]
    for _ in range(20):
        index = {key: str(random.randint(1, 3)) for key in "ABCDEF"}
        platform = {key: random.choice([value, value, "9"]) for key, value in index.items()}
        for key in random.sample("ABCDEF", random.randint(0, 3)):
            del platform[key]
        cases.append([platform | dict.fromkeys(random.sample("GHIJ", 2), "1"), index])
    return cases


@task("Your plan brings the index in step, and touches nothing else")
def in_step(room: Room) -> None:
    """Carry each plan out; then what it touched must be what differed."""
    cases = examples()
    for (platform, index), one in zip(cases, planned(room, cases), strict=True):
        after = applied(index, platform, one)
        need(after == platform, f"After `plan({platform}, {index})` the index would hold {after}.")
        same = [key for key in one["create"] + one["update"] if index.get(key) == platform.get(key)]
        need(not same, f"`plan({platform}, {index})` writes {same}, though nothing changed there.")
        wrong = [key for key in one["create"] if key in index] + [key for key in one["update"] if key not in index]
        need(not wrong, f"`plan({platform}, {index})` calls {wrong} create where it is update, or the other way round.")
        need(all(part == sorted(part) for part in one.values()), "The three lists should be sorted.")


@task("Your plan refuses to empty the index")
def refuses(room: Room) -> None:
    """Try platforms that lost more than half, and less."""
    index = dict.fromkeys("ABCD", "1")
    planned(room, [[{"A": "1", "B": "1"}, index], [{}, {}]])
    for platform in ({}, {"A": "1"}):
        try:
            found = planned(room, [[platform, index]])
        except Missing as missing:
            need("ValueError" in str(missing), str(missing))
        else:
            raise Missing(f"`plan({platform}, {index})` is {found[0]}: it should raise ValueError instead.")


@task("The running index says what the platform says")
def compared(room: Room) -> None:
    """Look for the renamed and the hidden course in the index."""
    need("index-stale" not in room.broken(), "The CronJob is still suspended: `nox -s sandbox -- mend`.")
    wanted = [{"indexName": "courses", "objectID": key} for key in (scene.RENAMED, scene.HIDDEN)]
    renamed, hidden = room.algolia("POST", "/1/indexes/*/objects", {"requests": wanted})["results"]
    need(
        renamed and renamed["title"] == scene.NEW,
        f"{scene.RENAMED} is called «{(renamed or {}).get('title')}» in the index, and «{scene.NEW}» in the platform.",
    )
    need(hidden is None, f"{scene.HIDDEN} is hidden in the platform, and the index still has it.")


@task("You read the reports of two syncs")
def reports(room: Room) -> None:
    """Compare with what such syncs must say."""
    told = (room.answer("first_updated", int), room.answer("first_deleted", int))
    need(told == (1, 1), f"The first sync found one course renamed and one gone; you wrote {told[0]} and {told[1]}.")
    count = room.algolia("POST", "/1/indexes/courses/query", {"query": "", "hitsPerPage": 0})["nbHits"]
    unchanged = room.answer("second_unchanged", int)
    need(unchanged == count, f"`second_unchanged` is {unchanged}, and the index has {count} courses.")
    text = (room.work / "answers.toml").read_text(encoding="utf-8")
    need("second_writes = 0" in text, "`second_writes`: look for `algolia_write_operations` in the second report.")


@task("You killed the index in the middle of its work, and it lost nothing")
def killed(room: Room) -> None:
    """Look whether it was started again since the lesson began, and whether its records are whole."""
    before = int((room.work / scene.RESTARTS).read_text(encoding="utf-8"))
    need(scene.restarts(room) > before, "`mock-algolia` has not been started again since the lesson began: kill it.")
    visible = room.sql("SELECT count(DISTINCT course_key) FROM course_runs WHERE NOT hidden")[0][0]
    count = room.algolia("POST", "/1/indexes/courses/query", {"query": "", "hitsPerPage": 0})["nbHits"]
    need(count == visible, f"The index has {count} courses and the platform {visible}: run the sync again.")
