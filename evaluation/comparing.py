"""`python -m evaluation compare BEFORE.json AFTER.json`: what a change gained, and a page of both runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evaluation.side_by_side import save_side_by_side
from evaluation.two_runs import TwoRuns, compare_runs
from services.lms.files.problems import InvalidFile

OK, REFUSED = 0, 2


def main(arguments: Sequence[str]) -> int:
    """Compare two saved runs; answers 2 where a file is none."""
    options = _parser().parse_args(arguments)
    try:
        runs = compare_runs(options.before, options.after, options.system)
    except InvalidFile as error:
        print(error, file=sys.stderr)
        return REFUSED
    names = _names(options.before, options.after)
    output = Console()
    output.print(_table(runs, names))
    path = save_side_by_side(runs, names, options.report)
    output.print(f"saved {path}", style="dim", highlight=False)
    return OK


def _table(runs: TwoRuns, names: tuple[str, str]) -> Table:
    table = Table(title=f"{runs.system}, {len(runs.questions)} queries", title_justify="left")
    table.add_column("measure")
    for column in (*names, "difference", "better", "worse", "p"):
        table.add_column(column, justify="right")
    for gain in runs.gains:
        values = (f"{gain.before:.4f}", f"{gain.after:.4f}", f"{gain.after - gain.before:+.4f}")
        table.add_row(gain.measure, *values, str(gain.better), str(gain.worse), f"{gain.p:.4f}")
    return table


def _names(before: Path, after: Path) -> tuple[str, str]:
    """Name two files so that they can be told apart: both may be called search.json."""
    if before.stem != after.stem:
        return before.stem, after.stem
    first, second = before.resolve().parent.name, after.resolve().parent.name
    return (first, second) if first != second else (str(before), str(after))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evaluation compare", description="Compare two saved runs.")
    add = parser.add_argument
    add("before", type=Path, metavar="BEFORE.json", help="search.json or next-course.json of one run")
    add("after", type=Path, metavar="AFTER.json", help="the same of another run over the same queries")
    add("--system", default="coursematch", help="whose answers are compared (default coursematch)")
    add("--report", type=Path, default=Path("build/evaluation"), metavar="DIR", help="where side-by-side.html goes")
    return parser
