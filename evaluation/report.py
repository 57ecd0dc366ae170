"""A comparison for people (a table on the terminal, Markdown) and for programs (JSON)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from evaluation.comparison import Comparison

WORST_SHOWN = 10
RANKED_SAVED = 20


def show(comparison: Comparison, console: Console, *, detail: bool) -> None:
    """Print the measures of each system, then our worst queries or learners (with `detail` all of them)."""
    data = ", ".join(f"{count:,} {name}" for name, count in comparison.data.items())
    table = Table(title=f"{comparison.kind}: {data}", title_justify="left")
    measures = list(comparison.systems[0].overall)
    table.add_column("system")
    for name in measures:
        table.add_column(name, justify="right")
    for system in comparison.systems:
        table.add_row(system.system, *(f"{system.overall[name]:.4f}" for name in measures))
    console.print(table)
    ours = comparison.systems[0]
    first = next(iter(next(iter(ours.each.values()))))
    order = sorted(ours.each, key=lambda key: (ours.each[key][first], key))
    shown = order if detail else [key for key in order if ours.each[key][first] < 1][:WORST_SHOWN]
    each = Table(
        title="each, our worst first" if detail else f"our {len(shown)} worst by {first}", title_justify="left"
    )
    each.add_column("id")
    each.add_column("question", overflow="fold")
    for name in ours.each[order[0]]:
        each.add_column(name, justify="right")
    each.add_column("right, then found", overflow="fold")
    for key in shown:
        each.add_row(
            key,
            comparison.questions[key],
            *(f"{value:.2f}" for value in ours.each[key].values()),
            _sides(comparison, key),
        )
    if shown:
        console.print(each)


def save(comparison: Comparison, folder: Path) -> list[Path]:
    """Write `<kind>.json` and `<kind>.md` into a folder, which is made; answers both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = comparison.kind.replace(" ", "-")
    as_json, as_markdown = folder / f"{stem}.json", folder / f"{stem}.md"
    text = json.dumps(_document(comparison), ensure_ascii=False, indent=1, sort_keys=True)
    as_json.write_text(text + "\n", encoding="utf-8", newline="\n")
    as_markdown.write_text("\n".join(_markdown(comparison)) + "\n", encoding="utf-8", newline="\n")
    return [as_json, as_markdown]


def _document(comparison: Comparison) -> dict[str, Any]:
    return {
        "kind": comparison.kind,
        "data": dict(comparison.data),
        "systems": {system.system: dict(system.overall) for system in comparison.systems},
        "titles": {key: comparison.titles[key] for key in sorted(_named(comparison)) if key in comparison.titles},
        "each": {
            key: {
                "question": question,
                "why": {
                    course: said
                    for course, said in comparison.why.get(key, {}).items()
                    if course in comparison.rankings[comparison.systems[0].system][key][:RANKED_SAVED]
                },
                "right": dict(comparison.right[key]),
                "systems": {
                    system.system: {
                        **system.each[key],
                        "ranking": list(comparison.rankings[system.system].get(key, ()))[:RANKED_SAVED],
                    }
                    for system in comparison.systems
                },
            }
            for key, question in comparison.questions.items()
        },
    }


def _named(comparison: Comparison) -> set[str]:
    """Gather the courses that the document speaks of."""
    ranked = (ranking[:RANKED_SAVED] for found in comparison.rankings.values() for ranking in found.values())
    return {key for keys in (*ranked, *comparison.right.values()) for key in keys}


def _markdown(comparison: Comparison) -> list[str]:
    measures = list(comparison.systems[0].overall)
    lines = [f"# {comparison.kind.capitalize()}", ""]
    lines += [", ".join(f"{count:,} {name}" for name, count in comparison.data.items()) + ".", ""]
    lines += _row(["system", *measures]) + _row(["---", *("---:" for _ in measures)])
    for system in comparison.systems:
        lines += _row([system.system, *(f"{system.overall[name]:.4f}" for name in measures)])
    ours = comparison.systems[0]
    names = list(next(iter(ours.each.values())))
    lines += ["", f"## Each, as {ours.system} answers it, the worst first", ""]
    lines += _row(["id", "question", *names, "right, then found"]) + _row(["---"] * (3 + len(names)))
    for key in sorted(ours.each, key=lambda key: (ours.each[key][names[0]], key)):
        values = (f"{ours.each[key][name]:.2f}" for name in names)
        lines += _row([key, comparison.questions[key], *values, _sides(comparison, key)])
    return lines


def _sides(comparison: Comparison, key: str) -> str:
    right = sorted(comparison.right[key].items(), key=lambda item: (-item[1], item[0]))
    found = comparison.rankings[comparison.systems[0].system].get(key, ())[:5]
    wanted = ", ".join(f"{course} ({grade})" for course, grade in right[:5])
    return f"{wanted} → {', '.join(found) or 'nothing'}"


def _row(cells: Sequence[str]) -> list[str]:
    return ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"]
