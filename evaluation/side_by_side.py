"""Two runs side by side as one page: no script, nothing from elsewhere, so that it opens from a disk."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from evaluation.two_runs import Gain, Place, Question, TwoRuns

OPEN = 10
"""How many of the queries that changed most are unfolded."""
CHANCE = 0.05
"""From this p on a difference is called chance."""

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --up: #16803c; --down: #c02626; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; }
th, td { padding: .25rem .8rem; border-bottom: 1px solid var(--line); text-align: left; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .6rem 0; padding: .4rem .8rem; }
summary { cursor: pointer; } .up { color: var(--up); } .down { color: var(--down); }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem; } ol { padding-left: 1.6rem; margin: .4rem 0; }
@media (max-width: 50rem) { .sides { grid-template-columns: 1fr; } }
small { opacity: .75; } .g { border: 1px solid var(--line); border-radius: .3rem; padding: 0 .35rem; font-size: .8em; }
"""


def save_side_by_side(runs: TwoRuns, names: tuple[str, str], folder: Path) -> Path:
    """Write `side-by-side.html` into a folder, which is made; answers its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "side-by-side.html"
    path.write_text(page(runs, names), encoding="utf-8", newline="\n")
    return path


def page(runs: TwoRuns, names: tuple[str, str]) -> str:
    """Write the whole page; `names` are those of the runs, as people see them."""
    before, after = map(escape, names)
    first = escape(runs.gains[0].measure)
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{before} and {after}</title><style>{_STYLE}</style>",
        f"<h1>{escape(runs.system)}: {before} and {after}</h1>",
        f"<table><tr><th>measure<th>{before}<th>{after}<th>difference<th>better<th>worse<th>p</tr>",
        *(_row(gain) for gain in runs.gains),
        "</table>",
        f"<p>{len(runs.questions)} queries"
        + (f"; {runs.left_out} more are in one run only and left out" if runs.left_out else "")
        + f". p: how often chance alone, giving each query’s difference either sign, makes as much of it "
        f"(paired randomisation test). From {CHANCE} on it may be chance.</p>",
        f"<h2>Queries, those whose {first} changed most first</h2>",
        *(_question(question, names, unfolded=at < OPEN) for at, question in enumerate(runs.questions)),
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _row(gain: Gain) -> str:
    difference = gain.after - gain.before
    verdict = "" if gain.p < CHANCE else " (may be chance)"
    return (
        f"<tr><td>{escape(gain.measure)}<td class=n>{gain.before:.4f}<td class=n>{gain.after:.4f}"
        f'<td class="n {_way(difference)}">{difference:+.4f}<td class=n>{gain.better}<td class=n>{gain.worse}'
        f"<td>{gain.p:.4f}{verdict}</tr>"
    )


def _question(question: Question, names: tuple[str, str], *, unfolded: bool) -> str:
    changed = question.sides[0] != question.sides[1]
    head = (
        f"<b>{escape(question.text)}</b> <small>{escape(question.id)}</small> {question.before:.2f} → "
        f'{question.after:.2f} <span class="{_way(question.change)}">{question.change:+.2f}</span>'
    )
    sides = "".join(
        f"<section><h3>{escape(name)}</h3><ol>{''.join(_places(side))}</ol></section>"
        for name, side in zip(names, question.sides, strict=True)
    )
    missing = ", ".join(f"{_title(one)} {_grade(one)}" for one in question.missing)
    return (
        f"<details{' open' if unfolded and changed else ''}><summary>{head}</summary><div class=sides>{sides}</div>"
        + (f"<p>In neither: {missing}</p>" if missing else "")
        + "</details>"
    )


def _places(side: tuple[Place, ...]) -> Iterator[str]:
    for place in side:
        why = f"<br><small>{escape(place.why)}</small>" if place.why else ""
        yield f"<li>{_title(place)} {_grade(place)} {_moved(place)}{why}"


def _title(place: Place) -> str:
    return f"{escape(place.title or place.course_key)} <small>{escape(place.course_key)}</small>"


def _grade(place: Place) -> str:
    return f'<span class=g title="grade">{"not judged" if place.grade is None else place.grade}</span>'


def _moved(place: Place) -> str:
    if place.moved is None:
        return "<small>only here</small>"
    arrow = "↑" if place.moved > 0 else "↓"
    return f'<span class="{_way(place.moved)}">{arrow}{abs(place.moved)}</span>' if place.moved else ""


def _way(number: float) -> str:
    return "up" if number > 0 else "down" if number < 0 else ""
