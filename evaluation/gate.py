"""The regression gate: what our own measures on the fixtures may not fall below (`baseline.json`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from evaluation.comparison import Comparison
from evaluation.measures import BPREF, CONDENSED

BASELINE = Path(__file__).parent / "baseline.json"
SLACK = 0.02
"""How far a measure may fall before the gate closes: one query of fifty, say."""
AT_MOST_ZERO = frozenset({"taken"})
INFORMATIVE = frozenset({"novelty", "coverage", CONDENSED, BPREF})
"""Neither good nor bad by itself, or for catalogues with few judgments: shown, not gated."""

Floors = Mapping[str, Mapping[str, float]]


def read_baseline(path: Path = BASELINE) -> Floors:
    """Read the floors by kind of comparison and measure."""
    found: dict[str, dict[str, float]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def regressions(comparisons: Iterable[Comparison], floors: Floors) -> list[str]:
    """Say each measure of ours that is worse than allowed, in a sentence; an empty list opens the gate."""
    found = []
    for comparison in comparisons:
        ours = comparison.systems[0].overall
        for measure, floor in floors[comparison.kind].items():
            value = ours[measure]
            if measure in AT_MOST_ZERO and value > 0:
                found.append(f"{comparison.kind}: {measure} is {value:.4f} and must be 0")
            elif measure not in AT_MOST_ZERO and value < floor:
                found.append(f"{comparison.kind}: {measure} is {value:.4f}, below {floor:.4f}")
    return found


def floors_of(comparisons: Iterable[Comparison]) -> Floors:
    """Make new floors: what was measured, less the slack."""
    return {
        comparison.kind: {
            measure: 0.0 if measure in AT_MOST_ZERO else round(max(value - SLACK, 0.0), 3)
            for measure, value in comparison.systems[0].overall.items()
            if measure not in INFORMATIVE
        }
        for comparison in comparisons
    }


def write_baseline(floors: Floors, path: Path = BASELINE) -> None:
    """Write the floors, to be reviewed and committed."""
    path.write_text(json.dumps(floors, indent=2) + "\n", encoding="utf-8", newline="\n")
