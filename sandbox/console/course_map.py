"""Lay courses out in a plane so that near means alike: from how alike they are, to the same places every time. Pure.

Distances follow the chain of neighbours (as Isomap has it: Tenenbaum, de Silva and Langford, 2000), classical scaling
gives the large picture, and forces then pull neighbours together and keep the others apart. Nothing is drawn by lot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]

STEPS = 220
NEIGHBOURS = 8
"""How many of a course's neighbours pull at it."""
LEAST_APART = 0.012
"""Of the picture's width: nearer points would hide each other."""


def places(alike: Sequence[Mapping[int, float]]) -> list[tuple[float, float]]:
    """Give each course's place in the unit square; `alike[i][j]` says from 0 to 1 how alike i and j are.

    O(n³) once: a thousand courses take some seconds.
    """
    count = len(alike)
    if count < 3:
        return [(0.5 + index / 4, 0.5) for index in range(count)]
    near = np.zeros((count, count))
    for one, others in enumerate(alike):
        for other, value in others.items():
            if other != one:
                near[one, other] = near[other, one] = max(near[one, other], min(1.0, max(0.0, value)))
    plane = _scaled(_along_neighbours(near))
    plane = _pulled(plane, _strongest(near))
    return [(float(x), float(y)) for x, y in _apart(_in_unit_square(plane))]


def _along_neighbours(near: Matrix) -> Matrix:
    """Give the shortest way between any two, over neighbours; what no way joins lies a little beyond the farthest."""
    far = np.where(near > 0, 1.0 - near + 0.01, np.inf)
    np.fill_diagonal(far, 0.0)
    for middle in range(len(far)):
        np.minimum(far, far[:, middle, None] + far[None, middle, :], out=far)
    known = far[np.isfinite(far)]
    return np.where(np.isfinite(far), far, known.max() * 1.25 + 0.1)


def _scaled(far: Matrix) -> Matrix:
    """Give the plane that keeps distances best (classical multidimensional scaling), turned the same way every time."""
    count = len(far)
    centred = np.eye(count) - 1.0 / count
    values, vectors = np.linalg.eigh(-0.5 * centred @ (far**2) @ centred)
    best = np.argsort(values)[::-1][:2]
    plane = vectors[:, best] * np.sqrt(np.maximum(values[best], 1e-12))
    signs = np.sign(plane[np.abs(plane).argmax(axis=0), [0, 1]])
    return np.asarray(plane * np.where(signs == 0, 1, signs))


def _strongest(near: Matrix) -> Matrix:
    """Keep each course's strongest neighbours, from both sides."""
    kept = np.zeros_like(near)
    for index, row in enumerate(near):
        strongest = np.argsort(-row, kind="stable")[:NEIGHBOURS]
        kept[index, strongest] = row[strongest] ** 2
    return np.maximum(kept, kept.T)


def _pulled(plane: Matrix, pulls: Matrix) -> Matrix:
    plane = plane / (np.abs(plane).max() or 1.0) * np.sqrt(len(plane))
    for step in range(STEPS):
        between = plane[:, None, :] - plane[None, :, :]
        square = (between**2).sum(axis=2) + 0.05
        push = (between / square[:, :, None]).sum(axis=1) * 0.6
        pull = (pulls[:, :, None] * between).sum(axis=1)
        move = push - pull - 0.02 * plane
        length = np.sqrt((move**2).sum(axis=1, keepdims=True)) + 1e-9
        plane = plane + move / length * np.minimum(length, 1.0) * 0.4 * (1 - step / STEPS)
    return plane


def _in_unit_square(plane: Matrix) -> Matrix:
    low, high = plane.min(axis=0), plane.max(axis=0)
    return np.asarray((plane - low) / np.maximum(high - low, 1e-9) * 0.94 + 0.03)


def _apart(plane: Matrix) -> Matrix:
    """Push apart what would hide each other; two at one place part to the sides, in their order."""
    for _ in range(40):
        between = plane[:, None, :] - plane[None, :, :]
        length = np.sqrt((between**2).sum(axis=2))
        close = (length < LEAST_APART) & ~np.eye(len(plane), dtype=bool)
        if not close.any():
            break
        same = close & (length < 1e-9)
        for one, other in np.argwhere(same):
            between[one, other] = (1.0, 0.0) if one < other else (-1.0, 0.0)
        length[same] = 1.0
        step = np.where(close, (LEAST_APART - np.where(same, 0.0, length)) / 2, 0.0)
        plane = plane + (between / np.maximum(length, 1e-9)[:, :, None] * step[:, :, None]).sum(axis=1)
    return np.clip(plane, 0.0, 1.0)
