"""Two lines-on-logarithms pictures as SVG text: small, the same on every machine, and readable on light and dark."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 400, 70, 210, 40, 40
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#777777")
"""Of Okabe and Ito: told apart by those who see few colours."""


def lines(
    title: str,
    unit: str,
    across: Sequence[float],
    named: Mapping[str, Sequence[float]],
    floor: float,
    mark: float | None,
) -> str:
    """Draw each series over `across`, both on logarithms; nothing under `floor`, and `mark` as a broken line."""
    top = max(value for series in named.values() for value in series)
    high = math.ceil(math.log10(max(top, floor * 10)))
    low = math.log10(floor)
    right, left = math.log10(across[-1]), math.log10(across[0])

    def x(value: float) -> float:
        return LEFT + (math.log10(value) - left) / (right - left) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (math.log10(value) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    drawn = [f'<text x="{LEFT}" y="22" font-size="15">{title}</text>']
    for power in range(math.ceil(low), high + 1):
        at = y(10.0**power)
        drawn.append(f'<line x1="{LEFT}" y1="{at:.1f}" x2="{WIDTH - RIGHT}" y2="{at:.1f}" stroke="#8884"/>')
        drawn.append(f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{_short(10.0**power)}{unit}</text>')
    for power in range(math.ceil(left), math.floor(right) + 1):
        at = x(10.0**power)
        drawn.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{_short(10.0**power)}</text>')
    if mark is not None:
        at = y(mark)
        drawn.append(
            f'<line x1="{LEFT}" y1="{at:.1f}" x2="{WIDTH - RIGHT}" y2="{at:.1f}" stroke="#c00" stroke-dasharray="6 4"/>'
        )
    ends = _apart([y(max(series[-1], floor)) for series in named.values()])
    for number, ((name, series), end) in enumerate(zip(named.items(), ends, strict=True)):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(
            f"{x(at):.1f},{y(value):.1f}" for at, value in zip(across, series, strict=True) if value >= floor
        )
        drawn.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        drawn.append(f'<text x="{WIDTH - RIGHT + 8}" y="{end + 4:.1f}" fill="{colour}">{name}</text>')
    body = "\n".join(drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12" fill="#777" role="img"><title>{title}</title>\n{body}\n</svg>\n'
    )


def _apart(wanted: Sequence[float], least: float = 15) -> list[float]:
    """Move labels down until none covers another."""
    places = [0.0] * len(wanted)
    last = -math.inf
    for index in sorted(range(len(wanted)), key=lambda one: wanted[one]):
        last = max(wanted[index], last + least)
        places[index] = last
    return places


def _short(value: float) -> str:
    for size, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
