"""What a catalogue file may say, what it means, and how it is refused."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lms.files.catalogue import DEFAULT_RUN, CatalogueCourse, read_catalogue
from services.lms.files.rows import InvalidFile, Problem


def course(**fields: Any) -> dict[str, Any]:
    return {"key": "MITx+6.00.1x", "title": "Introduction to Computer Science"} | fields


def write(folder: Path, *rows: Any) -> Path:
    path = folder / "catalogue.jsonl"
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), "utf-8")
    return path


def read_one(folder: Path, **fields: Any) -> CatalogueCourse:
    (only,) = read_catalogue(write(folder, course(**fields))).courses
    return only


def refusal(path: Path) -> str:
    with pytest.raises(InvalidFile) as refused:
        read_catalogue(path)
    return str(refused.value)


def test_reads_a_course_of_two_fields_with_a_default_run(tmp_path: Path) -> None:
    read = read_one(tmp_path)

    assert (read.key, read.org, read.number, read.level, read.url) == ("MITx+6.00.1x", "MITx", "6.00.1x", None, None)
    assert [run.id for run in read.runs] == [f"course-v1:MITx+6.00.1x+{DEFAULT_RUN}"]


@pytest.mark.parametrize("shape", ["array", "pretty array", "lines", "lines with BOM", "utf-16", "windows lines"])
def test_reads_arrays_and_lines_in_the_usual_encodings(tmp_path: Path, shape: str) -> None:
    rows = [course(key=f"Ünî+Ö{number}", title="Größe\u2028") for number in range(3)]
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    contents = {
        "array": json.dumps(rows).encode(),
        "pretty array": json.dumps(rows, indent=2, ensure_ascii=False).encode(),
        "lines": lines.encode(),
        "lines with BOM": ("\ufeff" + lines + "\n\n").encode(),
        "utf-16": lines.encode("utf-16"),
        "windows lines": lines.replace("\n", "\r\n").encode(),
    }
    path = tmp_path / "catalogue"
    path.write_bytes(contents[shape])

    assert [read.key for read in read_catalogue(path).courses] == ["Ünî+Ö0", "Ünî+Ö1", "Ünî+Ö2"]


def test_decodes_entities_and_spaces_of_exported_catalogues(tmp_path: Path) -> None:
    read = read_one(
        tmp_path,
        title="  R&amp;D&nbsp;for&#39;Beginners &amp;amp; friends\n",
        short_description="<p>a &lt; b</p>\nsecond line",
        subjects=["Math &amp; Logic", "", None, "Math & Logic"],
    )

    assert read.title == "R&D for'Beginners & friends"
    assert read.short_description == "<p>a < b</p>\nsecond line"
    assert read.subjects == ("Math & Logic",)


def test_takes_nulls_blanks_and_missing_fields_alike(tmp_path: Path) -> None:
    blank: dict[str, Any] = dict.fromkeys(
        ("run", "org", "short_description", "level", "language", "start", "url", "enrollment_count"), ""
    )
    nothing = dict.fromkeys((*blank, "subjects", "skills", "prerequisites", "runs"))

    assert read_one(tmp_path, **blank) == read_one(tmp_path, **nothing) == read_one(tmp_path)


@pytest.mark.parametrize(("written", "people"), [("1200", 1200), ("1,200", 1200), (1200.0, 1200), ("", 0), (None, 0)])
def test_reads_numbers_written_as_text(tmp_path: Path, written: Any, people: int) -> None:
    assert read_one(tmp_path, enrollment_count=written).enrollment_count == people


def test_reads_numbers_where_text_is_expected(tmp_path: Path) -> None:
    assert read_one(tmp_path, title=1984).title == "1984"


def test_reads_lists_of_text_and_of_discovery_objects(tmp_path: Path) -> None:
    read = read_one(tmp_path, subjects=["Law", "Ethics"], skills=[{"name": "Python"}, "SQL"])

    assert (read.subjects, read.skills) == (("Law", "Ethics"), ("Python", "SQL"))


def test_a_bare_text_for_a_list_is_refused_and_hides_no_other_problem(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.json"
    rows = [
        course(skills="Baking", title=""),
        course(subjects=" Law | Ethics;"),
        course(prerequisites="A+1", start="soon"),
    ]
    path.write_text(json.dumps(rows), "utf-8")

    message = refusal(path)

    for said in (
        "field 'title'",
        "field 'skills': text where a list is expected; write [\"Baking\"]",
        'field \'subjects\': text where a list is expected; write ["Law", "Ethics"]',
        "field 'prerequisites': text where a list is expected; write [\"A+1\"]",
        "field 'start'",
    ):
        assert said in message


@pytest.mark.parametrize(("written", "level"), [("introductory", "Introductory"), ("Beginner", "Beginner"), ("", None)])
def test_knows_the_three_levels_in_any_case_and_keeps_others(tmp_path: Path, written: str, level: str | None) -> None:
    assert read_one(tmp_path, level=written).level == level


def test_merges_the_runs_of_one_course(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        course(run="2025T1", start="2025-01-10", skills=["Python"], enrollment_count=10),
        course(run="2026T1", start="2026-01-10T09:00:00+02:00", level="Advanced", title="Other", enrollment_count=20),
    )

    read = read_catalogue(path)

    (only,) = read.courses
    assert [run.run for run in only.runs] == ["2025T1", "2026T1"]
    assert [run.start.isoformat() if run.start else "" for run in only.runs] == [
        "2025-01-10T00:00:00+00:00",
        "2026-01-10T07:00:00+00:00",
    ]
    assert (only.title, only.level, only.skills, only.enrollment_count) == (
        "Introduction to Computer Science",
        "Advanced",
        ("Python",),
        20,
    )
    assert read.warnings == ()


def test_keeps_the_first_of_two_equal_keys_and_warns(tmp_path: Path) -> None:
    read = read_catalogue(write(tmp_path, course(), course(title="Something else", level="Advanced")))

    (only,) = read.courses
    assert (only.title, only.level) == ("Introduction to Computer Science", "Advanced")
    (warning,) = read.warnings
    assert "line 2" in warning
    assert "line 1" in warning


def test_a_run_named_later_replaces_the_default_one(tmp_path: Path) -> None:
    (only,) = read_catalogue(write(tmp_path, course(), course(run="2026T1"))).courses

    assert [run.run for run in only.runs] == ["2026T1"]


def test_keeps_prerequisites_nobody_defines_with_a_warning(tmp_path: Path) -> None:
    read = read_catalogue(write(tmp_path, course(prerequisites=["MITx+6.00.1x", "course-v1:A+B+C", "Some maths"])))

    assert read.courses[0].prerequisites == ("A+B", "Some maths")
    assert len(read.warnings) == 2
    assert all("line 1" in warning for warning in read.warnings)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (course(key="6.00.1x"), ["field 'key'", "'6.00.1x' is not ORG+NUM", "MITx+6.00.1x"]),
        (course(key="a+b+c"), ["field 'key'", "is not ORG+NUM"]),
        (course(key="MIT x+6.00"), ["field 'key'", "is not ORG+NUM"]),
        (course(key="course-v1:MITx+6.00.1x+2T"), ['write the key as "MITx+6.00.1x" and the run as "2T"']),
        ({"title": "x"}, ["field 'key'", "missing or empty"]),
        (course(key="A+" + "1" * 3000), ["field 'key'", "has 3002 characters"]),
        (course(run="1" * 300), ["field 'run'", "is not a run"]),
        (course(title=" "), ["field 'title'", "missing or empty"]),
        (course(title=["x"]), ["field 'title'", "a list where text is expected"]),
        (course(title="a\u0000b"), ["field 'title'", "NUL"]),
        ('{"key": "A+B", "title": "\\ud800"}', ["field 'title'", "\\ud800"]),
        (course(skills=["ok", "\ud83d"]), ["field 'skills'", "half a character"]),
        (course(skills=3), ["field 'skills'", "a list of text is expected"]),
        (course(skills="word " * 99), ["field 'skills'", 'write ["Python", "Statistics"]']),
        (course(skills="\ud800"), ["field 'skills'", "half a character"]),
        (course(start="soon"), ["field 'start'", "'soon' is not a date", "2026-09-01"]),
        (course(start=2026), ["field 'start'", "a number where a date is expected"]),
        (course(enrollment_count="many"), ["field 'enrollment_count'", "whole number"]),
        (course(enrollment_count=-1), ["field 'enrollment_count'", "from 0"]),
        (course(enrollment_count=10**12), ["field 'enrollment_count'", "whole number"]),
        (course(run="2026 T1"), ["field 'run'", "'2026 T1' is not a run"]),
        (course(runs=[{"run": "a"}, {"start": "2026-01-01"}]), ["field 'runs[1].run'"]),
        (course(runs=[{"run": "a", "hidden": "perhaps"}]), ["field 'runs[0].hidden'", "neither true nor false"]),
        (course(runs="2026T1"), ["field 'runs'", "list of objects"]),
        ("[1]", ["line 1", "is not a JSON object"]),
        ("{'key': 1}", ["line 1", "not JSON"]),
        ('{"key": "A+B", "title": NaN}', ["line 1", "NaN is not JSON"]),
        ("[" * 100_000, ["line 1", "not JSON"]),
    ],
)
def test_refuses_with_line_field_and_how_to_mend_it(tmp_path: Path, row: Any, said: list[str]) -> None:
    message = refusal(write(tmp_path, row))

    for part in ["line 1", "nothing was loaded", *said]:
        assert part in message


def test_names_every_problem_of_a_file(tmp_path: Path) -> None:
    rows = [course(key=f"A+{number}", start=f"x{number}" if number % 2 else None) for number in range(100)]
    rows += [course(key=f"B+{number}", title="") for number in range(2)]

    with pytest.raises(InvalidFile) as refused:
        read_catalogue(write(tmp_path, *rows))

    assert [problem.line for problem in refused.value.problems] == [*range(2, 101, 2), 101, 102]
    message = str(refused.value)
    assert "52 problems" in message
    assert "line 2, field 'start': 'x1' is not a date" in message
    assert "(the first of 50 such lines, with 50 different values)" in message
    assert "line 101, field" in message


def test_tells_values_that_are_few_each_and_faults_that_are_many_by_their_number(tmp_path: Path) -> None:
    message = refusal(write(tmp_path, *(course(key=f"A+{number}", start=f"x{number}") for number in range(3))))
    many = InvalidFile(tmp_path, [Problem(number, f"field {number}", "is wrong") for number in range(1, 26)])

    assert [f"'x{number}'" in message for number in range(3)] == [True] * 3
    assert "line 20, field 'field 20': is wrong\n  … and 5 more" in str(many)


def test_says_a_problem_that_many_rows_share_once(tmp_path: Path) -> None:
    rows = [course(key=f"A+{number}", start="x" if number % 2 else None) for number in range(882)]

    message = refusal(write(tmp_path, *rows))

    assert "441 problems" in message
    assert message.count("'x' is not a date") == 1
    assert "line 2, field 'start'" in message
    assert "(the first of 441 such lines)" in message


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"courses": [{"key": "A+1", "title": "One"}, {"key": "A+2", "title": "Two"}]}', (1, 1)),
        (
            '{"count": 2,\n "results": [\n  {"key": "A+1", "title": "One"},\n  {"key": "A+2", "title": "Two"}\n ]\n}',
            (3, 4),
        ),
        ('{"key": "A+1", "title": "One"}\n{"key": "A+2", "title": "Two"}', (1, 2)),
        ('[{"key": "A+1", "title": "One"},\n{"key": "A+2", "title": "Two"}]', (1, 2)),
        ("key,title\nA+1,One\nA+2,Two\n", (2, 3)),
        ('key;title\r\nA+1;One\r\n"A+2";"Two"\r\n', (2, 3)),
        ("title\tkey\nOne\tA+1\nTwo\tA+2\n", (2, 3)),
    ],
    ids=["object", "pretty object", "lines", "array", "CSV", "CSV of a spreadsheet", "tabs"],
)
def test_reads_a_catalogue_in_every_form_people_have_it_in(
    tmp_path: Path, text: str, lines: tuple[int, int], packed: bool
) -> None:
    path = tmp_path / "catalogue"
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())

    found = read_catalogue(path).courses

    assert [(one.key, one.title, one.line) for one in found] == [("A+1", "One", lines[0]), ("A+2", "Two", lines[1])]


def test_reads_every_documented_column_of_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.csv"
    path.write_text(
        "key,title,run,org,short_description,full_description,level,subjects,skills,language,prerequisites,start,"
        'enrollment_count,url,uuid,runs\nA+1,One,r1,An org,short,"long, text",Advanced,Law|Art,a;b,English,A+2,'
        '2026-01-02,"1,200",https://x.example/,,\nA+2,Two,,,,,,,,,,,,,,\n',
        "utf-8",
    )

    first, second = read_catalogue(path).courses

    assert (first.org, first.full_description, first.level) == ("An org", "long, text", "Advanced")
    assert (first.subjects, first.skills, first.prerequisites) == (("Law", "Art"), ("a", "b"), ("A+2",))
    assert (first.enrollment_count, first.url, first.runs[0].id) == (1200, "https://x.example/", "course-v1:A+1+r1")
    assert (second.level, second.subjects, second.runs[0].run) == (None, (), "run1")


def xlsx(inner: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(inner, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (xlsx("xl/workbook.xml"), ["an Excel workbook (.xlsx)", "save it as CSV"]),
        (xlsx("content.xml"), ["an OpenDocument file (.ods)", "save it as CSV"]),
        (xlsx("courses.json"), ["a .zip archive", "unpack it"]),
        (b"PK\x03\x04broken", ["a .zip archive"]),
        (b"\xd0\xcf\x11\xe0rest", [".xls"]),
        (b"PAR1rest", ["a Parquet file", "JSON Lines"]),
        (b"%PDF-1.7", ["a PDF document"]),
        (b"<!doctype html><p>Sign in</p>", ["an HTML or XML page"]),
        (gzip.compress(b"[]" * 999)[:20], ["not a whole .gz file"]),
        (b"\x1f\x8bnonsense", ["not a whole .gz file"]),
        (b'{"courses": {"c1": {"key": "A+1"}}}', ["an object of objects", '{"courses": [{…}, {…}]}']),
        (b"hello\nworld\n", ["neither JSON nor CSV", "lacks key, title"]),
        (b'{\n "key": "A+1",\n "title": \n}', ["line 4: not JSON"]),
    ],
    ids=[
        "xlsx", "ods", "zip", "broken zip", "xls", "parquet", "pdf", "html", "half a gzip", "no gzip",
        "object of objects", "plain text", "broken JSON",
    ],  # what is packed holds the time of packing, and a test's name must not
)  # fmt: skip
def test_refuses_another_format_by_its_name_and_says_what_to_do(
    tmp_path: Path, content: bytes, said: list[str]
) -> None:
    path = tmp_path / "catalogue"
    path.write_bytes(content)

    message = refusal(path)

    assert "1 problem;" in message
    for part in said:
        assert part in message


def test_calls_a_folder_a_folder(tmp_path: Path) -> None:
    assert "this is a folder; name the file in it" in refusal(tmp_path)


def test_a_comma_too_many_hides_no_other_problem(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.json"
    path.write_text('[{"key": "A+1", "title": ""},\n {"key": "A+2", "title": "Two", "skills": 3},\n]', "utf-8")

    message = refusal(path)

    for said in ("line 1, field 'title'", "line 2, field 'skills'", "line 3: a comma before the closing ]"):
        assert said in message


def test_counts_the_lines_of_a_pretty_array(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.json"
    path.write_text(json.dumps([course(), course(key="bad"), 7], indent=2), "utf-8")

    message = refusal(path)

    assert "line 10" in message or "line 6" in message


@pytest.mark.parametrize("content", [b"", b"[]", b"\n\n"])
def test_refuses_a_file_with_no_rows(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "empty.json"
    path.write_bytes(content)

    assert "no rows" in refusal(path)


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ({"courses": [course()], "programs": [course()]}, "is one of 2 arrays in this object (courses, programs)"),
        ({"data": {"courses": [course()]}}, "holds the array 'courses' one level down"),
        ({"courses": {"MITx+6.00.1x": course()}}, "an object of objects"),
    ],
)
def test_says_how_an_object_becomes_a_catalogue(held: dict[str, Any], told: str, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.json"
    path.write_text(json.dumps(held), "utf-8")

    assert told in refusal(path)


def test_says_which_line_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "latin.jsonl"
    path.write_bytes(b'{"key": "A+B", "title": "ok"}\n{"key": "A+C", "title": "caf\xe9"}\n')

    assert "line 2: byte 0xe9 is not UTF-8" in refusal(path)


def test_says_that_a_file_is_not_there(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "nowhere.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(
    ["key", "title", "run", "org", "level", "subjects", "skills", "prerequisites", "start", "runs", "url", "uuid"]
)


@given(st.lists(st.dictionaries(FIELDS, JSON), max_size=4))
def test_reads_or_refuses_anything_but_never_breaks(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    path = tmp_path_factory.mktemp("any") / "catalogue.json"
    path.write_text(json.dumps([course(key=f"A+{at}") | row for at, row in enumerate(rows)]), "utf-8")

    with suppress(InvalidFile):
        for one in read_catalogue(path).courses:
            "".join((one.title, one.org, *one.subjects, *one.skills)).encode()
