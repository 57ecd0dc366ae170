"""A training from a file to the index beside the courses: what is published of whom, and what never is."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.course_record.related_record import MODEL, SCHOOL, RelatedRecord, SchoolRecord
from services.recommendation_model.publication import RefusedToWorsen
from services.recommendation_model.training import CatalogueMissing
from tests.index_writer.memory_index import MemoryIndex
from tests.recommendation_model.school import Row, course, filled, trained, written

NAME = "courses_related"
KEYS = [f"X+{number}" for number in range(8)]


def related(index: MemoryIndex, key: str) -> RelatedRecord:
    document = index.get(NAME, key)
    assert document is not None
    return RelatedRecord.from_json(document)


def followers(learners: int, path: tuple[str, ...] = ("X+0", "X+1", "X+2")) -> list[Row]:
    """Learners who took the same courses, one after the other."""
    return [(f"{path[0]}-{who}", key, day) for who in range(learners) for day, key in enumerate(path)]


def test_puts_first_what_learners_took_next(tmp_path: Path) -> None:
    index = filled(course(key) for key in KEYS)
    rows = followers(40, ("X+0", "X+1")) + followers(40, ("X+2", "X+3")) + followers(30, ("X+4", "X+0"))
    trained(index, written(tmp_path, rows))
    assert related(index, "X+0").related[0].course_key == "X+1"
    assert related(index, "X+0").related[0].together == 40
    assert related(index, "X+2").related[0].course_key == "X+3"


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.sampled_from(KEYS)), max_size=60),
    st.integers(min_value=2, max_value=6),
)
def test_tells_true_counts_and_none_of_too_few(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str]], least: int
) -> None:
    index = filled(course(key) for key in KEYS)
    path = written(tmp_path_factory.mktemp("school"), [(f"l{who}", key, 1) for who, key in rows])
    trained(index, path, least_learners=least)
    taken: defaultdict[str, set[int]] = defaultdict(set)
    for who, key in rows:
        taken[key].add(who)
    for key in KEYS:
        for one in related(index, key).related:
            both = len(taken[key] & taken[one.course_key])
            assert one.together == (both if both >= least else 0)
            assert one.course_key != key
    school = SchoolRecord.from_json(index.get(NAME, SCHOOL) or {})
    assert school.popular == {key: len(who) for key, who in taken.items() if len(who) >= least}


def test_says_nothing_of_a_pair_that_one_learner_alone_took(tmp_path: Path) -> None:
    index = filled(course(key) for key in KEYS)
    trained(index, written(tmp_path, [*followers(30, ("X+0", "X+1")), ("single", "X+0", 1), ("single", "X+7", 2)]))
    assert "X+7" not in {one.course_key for one in related(index, "X+0").related}
    assert related(index, "X+7").related == ()


def test_tells_nobodys_certainty_where_too_few_share_a_course(tmp_path: Path) -> None:
    """Certainty is made of the largest count: of counts that are not told, it is the same whichever they are."""
    seen = set()
    for learners in (2, 3, 4):
        index = filled(course(key) for key in KEYS)
        trained(index, written(tmp_path, followers(learners)))
        seen.add(related(index, "X+0").certainty)
    assert len(seen) == 1


def test_gives_a_new_course_neighbours_by_content(tmp_path: Path) -> None:
    new, alike, other = course("X+new", "SQL", "Joins"), course("X+1", "SQL", "Joins"), course("X+2", "Opera")
    index = filled([new, alike, other])
    trained(index, written(tmp_path, followers(10, ("X+1", "X+2"))))
    found = related(index, "X+new")
    assert [one.course_key for one in found.related] == ["X+1"]
    assert (found.certainty, found.related[0].together) == (0.0, 0)
    by_weight = [(one.course_key, one.weight) for one in related(index, "X+1").related]
    assert [key for key, _ in by_weight] == ["X+2", "X+new"]
    assert by_weight[1][1] <= by_weight[0][1]


def test_a_school_without_enrollments_is_told_by_content_alone(tmp_path: Path) -> None:
    index = filled([course("X+1", "SQL"), course("X+2", "SQL"), course("X+3", "Opera")])
    report = trained(index, written(tmp_path, []))
    assert [one.course_key for one in related(index, "X+1").related] == ["X+2"]
    assert related(index, "X+3").related == ()
    assert (report.enrollments_read, report.measure["learners"]) == (0, 0)
    assert SchoolRecord.from_json(index.get(NAME, SCHOOL) or {}).popular == {}


def test_an_empty_catalogue_is_no_fault(tmp_path: Path) -> None:
    index = filled([course("X+1")])
    index.batch("courses", [], ["X+1"])
    report = trained(index, written(tmp_path, followers(3)))
    assert report.catalogue == 0
    assert index.get(NAME, "X+0") is None


def test_one_learner_with_five_hundred_courses_and_a_course_with_one_learner(tmp_path: Path) -> None:
    keys = [f"X+{number}" for number in range(520)]
    index = filled(course(key) for key in keys)
    rows = [("busy", key, number) for number, key in enumerate(keys)] + followers(20, ("X+1", "X+2"))
    report = trained(index, written(tmp_path, rows))
    assert report.courses == 520
    assert related(index, "X+1").related[0].course_key == "X+2"
    assert related(index, "X+519").related == ()


def test_names_no_course_that_is_gone_or_by_invitation_and_still_answers_for_it(tmp_path: Path) -> None:
    index = filled([course("X+0"), course("X+1", invitation_only=True), course("X+3")])
    trained(index, written(tmp_path, followers(20, ("X+0", "X+1", "X+gone", "X+3"))))
    assert {one.course_key for one in related(index, "X+0").related} == {"X+3"}
    assert {one.course_key for one in related(index, "X+gone").related} == {"X+0", "X+3"}


def test_takes_runs_of_a_course_for_one_and_leaves_out_what_was_left(tmp_path: Path) -> None:
    index = filled(course(key) for key in ("X+0", "X+1", "X+2"))
    path = tmp_path / "enrollments.csv"
    lines = [f"l{who},course-v1:X+{number}+{run},{active},2026-01-0{1 + number}T00:00:00Z"
             for who in range(6) for number, run, active in ((0, "a", "true"), (0, "b", "true"), (1, "a", "true"),
                                                             (2, "a", "false"))]  # fmt: skip
    path.write_text("student_id,course_key,is_active,created\n" + "\n".join(lines), encoding="utf-8")
    report = trained(index, path)
    assert (report.learners, report.courses) == (6, 2)
    assert [(one.course_key, one.together) for one in related(index, "X+0").related] == [("X+1", 6)]


def test_sends_only_what_changed(tmp_path: Path) -> None:
    index = filled(course(key) for key in KEYS)
    rows = followers(30) + followers(30, ("X+4", "X+5"))
    first = trained(index, written(tmp_path, rows))
    assert (first.created, first.updated) == (len(KEYS) + 2, 0)
    before = index.writes
    again = trained(index, written(tmp_path, rows))
    assert (again.created, again.updated, again.deleted, again.unchanged) == (0, 0, 0, len(KEYS) + 2)
    assert index.writes == before
    more = trained(index, written(tmp_path, [*rows, *followers(5, ("X+6", "X+7"))]))
    assert more.updated >= 4
    index.batch("courses", [], ["X+7"])
    fewer = trained(index, written(tmp_path, rows))
    assert fewer.deleted == 1
    assert index.get(NAME, "X+7") is None


def test_does_not_publish_a_clearly_worse_model_unless_told_to(tmp_path: Path) -> None:
    index = filled(course(key) for key in KEYS)
    good = written(tmp_path, [row for start in KEYS[::2] for row in followers(60, (start, f"X+{int(start[2:]) + 1}"))])
    trained(index, good)
    published = index.get(NAME, MODEL)
    draw = Random(7)  # noqa: S311 - a made-up history
    noise = written(tmp_path, [(f"n{who}", key, day) for who in range(240)
                               for day, key in enumerate(draw.sample(KEYS, 2))])  # fmt: skip
    with pytest.raises(RefusedToWorsen, match="--force"):
        trained(index, noise)
    assert index.get(NAME, MODEL) == published
    with pytest.raises(RefusedToWorsen):
        trained(index, written(tmp_path, []))
    report = trained(index, noise, force=True)
    assert report.published_measure["ndcg"] > report.measure["ndcg"]
    assert index.get(NAME, MODEL) != published


def test_writes_nothing_when_only_asked_what_it_would_do(tmp_path: Path) -> None:
    index = filled(course(key) for key in KEYS)
    report = trained(index, written(tmp_path, followers(30)), dry_run=True)
    assert report.created == len(KEYS) + 2
    assert NAME not in index.indices()


def test_waits_for_the_catalogue(tmp_path: Path) -> None:
    with pytest.raises(CatalogueMissing, match="sync"):
        trained(MemoryIndex(), written(tmp_path, followers(3)))


def test_is_the_same_for_the_same_enrollments_in_any_order(tmp_path: Path) -> None:
    rows = followers(12) + followers(9, ("X+3", "X+1", "X+4"))
    found = []
    for order in (rows, rows[::-1]):
        index = filled(course(key) for key in KEYS)
        trained(index, written(tmp_path, order))
        found.append([index.get(NAME, key) for key in (*KEYS, SCHOOL, MODEL)])
    assert found[0] == found[1]


def test_measures_a_programme_far_above_popularity(tmp_path: Path) -> None:
    chains = [f"Y+{number}" for number in range(40)]
    index = filled(course(key) for key in chains)
    draw = Random(3)  # noqa: S311 - a made-up history
    rows: list[Row] = []
    for who in range(600):
        start = draw.randrange(0, 36)
        rows += [(f"l{who}", chains[start + step], step) for step in range(3)]
    report = trained(index, written(tmp_path, rows))
    assert report.measure["hit_rate"] > 2 * report.measure["popularity_hit_rate"]
    assert report.choice["regularization"] > 0
