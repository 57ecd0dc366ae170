"""`python -m benchmarks scale [--write]`: print what the model says, or write it into docs/scale.md and its plots."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from pathlib import Path

from benchmarks.scale.model import SIZES, bill, ceilings, gives_out_at, load
from benchmarks.scale.plots import lines
from infra_pulumi.checkout.version import add_version

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE, COST, LIMITS = DOCS / "scale.md", DOCS / "scale-cost.svg", DOCS / "scale-limits.svg"
BEGIN, END = "<!-- made by `python -m benchmarks scale --write` -->\n", "<!-- end -->\n"


def tables() -> str:
    """Give the page's tables: load, money, and where each part gives out."""
    return "\n".join([*_load(), "", *_money(), "", *_ends(), ""])


def _load() -> Iterator[str]:
    yield (
        "| learners | calls a month | busiest second | at once | find it cold | connections | database cores "
        "| history, GB | courses | a sync, s | its memory, MB |"
    )
    yield "|---|" + "---|" * 10
    for asked in map(load, SIZES):
        yield (
            f"| {asked.learners:,} | {_count(asked.requests_a_month)} | {asked.requests_a_second:,.2f} "
            f"| {asked.concurrency:,.2f} | {asked.cold_share:.1%} | {asked.connections:,.0f} "
            f"| {asked.database_cores:,.2f} | {asked.database_gb:,.2f} | {asked.courses:,.0f} "
            f"| {asked.sync_seconds:,.0f} | {asked.sync_mb:,.0f} |"
        )


def _money() -> Iterator[str]:
    parts = list(bill(load(SIZES[0])))
    yield "| learners | " + " | ".join(parts) + " | **$ a month** | a learner's year, $ |"
    yield "|---|" + "---|" * (len(parts) + 2)
    for learners in SIZES:
        found = bill(load(learners))
        costs = " | ".join(f"{cost:,.0f}" for cost in found.values())
        whole = sum(found.values())
        yield f"| {learners:,} | {costs} | **{whole:,.0f}** | {12 * whole / learners:,.3f} |"


def _ends() -> Iterator[str]:
    yield "| part | gives out at | then |"
    yield "|---|---|---|"
    parts = {ceiling.part: ceiling.then for ceiling in ceilings(load(SIZES[0]))}
    for part in sorted(parts, key=gives_out_at):
        end = gives_out_at(part)
        yield f"| {part} | {'never here' if math.isinf(end) else _count(end) + ' learners'} | {parts[part]} |"


def pictures() -> dict[Path, str]:
    """Give the plots: the bill by part, and how full each part is."""
    across = [10 ** (power / 10) for power in range(30, 81)]
    loads = [load(learners) for learners in across]
    bills = [bill(asked) for asked in loads]
    costs = {part: [found[part] for found in bills] for part in bills[0]} | {"all": [sum(f.values()) for f in bills]}
    used: dict[str, list[float]] = {}
    for asked in loads:
        for ceiling in sorted(ceilings(asked), key=lambda one: one.part):
            if not ceiling.part.startswith("Algolia"):
                used.setdefault(ceiling.part, []).append(100 * ceiling.used)
    return {
        COST: lines("What a month costs, $, by learners", "", across, costs, 1, None),
        LIMITS: lines("How full each part is, %, by learners", " %", across, used, 0.1, 100),
    }


def page(text: str) -> str:
    """Give the page with the tables that the model makes now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{tables()}{END}{after}"


def _count(number: float) -> str:
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if number >= size:
            return f"{number / size:,.3g} {word}"
    return f"{round(number, -2):,.0f}" if number >= 1000 else f"{number:,.0f}"


def main() -> None:
    """Print, or write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks scale", description=__doc__)
    add_version(parser)
    parser.add_argument("--write", action="store_true", help="put tables and plots into docs/")
    if parser.parse_args().write:
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
        for path, text in pictures().items():
            path.write_text(text, encoding="utf-8", newline="\n")
    else:
        print(tables())


if __name__ == "__main__":
    main()
