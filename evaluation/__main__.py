"""`python -m evaluation [all|search|recommend|gate|compare|advisor|grounding]`: measure on the fixtures or on files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from evaluation.comparing import main as compare
from evaluation.comparison import Comparison, Progress
from evaluation.gate import floors_of, read_baseline, regressions, write_baseline
from evaluation.progress import shown_progress
from evaluation.report import save, show
from evaluation.runs import NextCourseFiles, SearchFiles, read_courses, run_next_courses, run_search
from fixtures import files
from services import VERSION
from services.lms.files.rows import InvalidFile

OK, REGRESSED, REFUSED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and report. Answers 0, 1 where the gate is closed, 2 where a file was refused."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["advisor"]:
        from evaluation.advisor.__main__ import main as measure_advisor  # it needs what the other measures do not

        return measure_advisor(given[1:])
    if given[:1] == ["grounding"]:
        from evaluation.grounding.__main__ import main as measure_grounding

        return measure_grounding(given[1:])
    if given[:1] == ["compare"]:
        return compare(given[1:])
    parser = _parser()
    options = parser.parse_args(given)
    searching, recommending = _wanted(parser, options)
    console = Console(stderr=True)
    try:
        with shown_progress(console) as progress:
            comparisons = list(_comparisons(options, searching, recommending, progress))
    except InvalidFile as error:
        print(error, file=sys.stderr)
        return REFUSED
    output = Console()
    for comparison in comparisons:
        show(comparison, output, detail=options.detail)
        for path in save(comparison, options.report):
            output.print(f"saved {path}", style="dim", highlight=False)
    return _gate(comparisons, options, output) if options.what == "gate" else OK


def _comparisons(
    options: argparse.Namespace, searching: SearchFiles | None, recommending: NextCourseFiles | None, progress: Progress
) -> list[Comparison]:
    courses = read_courses(options.catalogue or files.COURSES, datetime.now(UTC))
    found = []
    if searching is not None:
        found.append(run_search(courses, searching, options.mode, progress))
    if recommending is not None:
        found.append(run_next_courses(courses, recommending, progress, most=options.most_learners))
    return found


def _gate(comparisons: Sequence[Comparison], options: argparse.Namespace, output: Console) -> int:
    if options.update:
        write_baseline(floors_of(comparisons))
        output.print("The floors are now what was measured; review evaluation/baseline.json and commit it.")
        return OK
    worse = regressions(comparisons, read_baseline())
    for sentence in worse:
        output.print(sentence, style="red", highlight=False)
    output.print("The gate is closed." if worse else "The gate is open: nothing fell below its floor.")
    return REGRESSED if worse else OK


def _wanted(
    parser: argparse.ArgumentParser, options: argparse.Namespace
) -> tuple[SearchFiles | None, NextCourseFiles | None]:
    """Decide what is measured on what: on the fixtures, or only on files that belong to the catalogue given."""
    own = (options.queries, options.qrels, options.enrollments, options.next_courses)
    if options.what == "gate" and (options.catalogue or any(own)):
        parser.error("gate measures the fixtures: leave the files out, or measure with `all`")
    if options.catalogue is None and any(own):
        parser.error("--queries, --qrels, --enrollments and --next speak of a catalogue: give it with --catalog")
    if bool(options.queries) != bool(options.qrels):
        parser.error("--queries and --qrels belong together: give both")
    if options.next_courses and not options.enrollments:
        parser.error("--next needs the histories before it: give them with --enrollments")
    if options.catalogue is None:
        searching: SearchFiles | None = SearchFiles()
        recommending: NextCourseFiles | None = NextCourseFiles()
    else:
        searching = SearchFiles(options.queries, options.qrels) if options.queries else None
        recommending = NextCourseFiles(options.enrollments, options.next_courses) if options.enrollments else None
    if options.what == "search" and searching is None:
        parser.error("search on a catalogue of yours needs --queries and --qrels")
    if options.what == "recommend" and recommending is None:
        parser.error("recommend on a catalogue of yours needs --enrollments")
    if searching is None and recommending is None:
        parser.error("give --queries and --qrels, or --enrollments, that belong to the catalogue")
    return (
        None if options.what == "recommend" else searching,
        None if options.what == "search" else recommending,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation",
        description="Measure search and recommendations. `compare`, `advisor` and `grounding` have a --help of their "
        "own. Formats: docs/evaluation.md.",
    )
    add = parser.add_argument
    add("--version", action="version", version=f"coursematch {VERSION}")
    add("what", nargs="?", choices=("all", "search", "recommend", "gate"), default="all")
    add("--catalog", dest="catalogue", type=Path, metavar="FILE", help="courses (JSON array or JSON Lines)")
    add("--queries", type=Path, metavar="FILE", help="query_id<TAB>text[<TAB>note]")
    add("--qrels", type=Path, metavar="FILE", help="TREC: query_id 0 course_key grade")
    add("--enrollments", type=Path, metavar="FILE", help="CSV or JSON Lines: student_id, course_key, created, …")
    add(
        "--next", dest="next_courses", type=Path, metavar="FILE", help="CSV: student_id,course_key; else leave-last-out"
    )
    add("--most-learners", type=int, default=1000, metavar="N", help="ask for at most so many learners (default 1000)")
    add("--mode", choices=("neuralSearch", "keywordSearch"), default="neuralSearch", help="what the plan offers")
    add("--report", type=Path, default=Path("build/evaluation"), metavar="DIR", help="where JSON and Markdown go")
    add("--detail", action="store_true", help="print every query and learner, not only our worst")
    add("--update", action="store_true", help="with gate: make what is measured the new floor")
    return parser


if __name__ == "__main__":
    sys.exit(main())
