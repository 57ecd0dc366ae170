"""Read one tensor out of an ONNX file, mapped: only the rows that are asked for are read, and no package is needed.

The format is protobuf (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto): a model's field 7 is its graph, a
graph's field 5 a tensor, and a tensor's fields 1, 2, 8 and 9 are its shape, type, name and bytes.
"""

from __future__ import annotations

import math
import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_TYPES = {1: np.float32, 2: np.uint8, 3: np.int8}
_GRAPH, _TENSOR = 7, 5
_SHAPE, _TYPE, _NAME, _BYTES = 1, 2, 8, 9


def mapped_tensor(model: Path, name_ends: str) -> npt.NDArray[Any]:
    """Give the tensor whose name ends so. Raises LookupError where the file has none with its bytes inside."""
    with model.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    for graph, begin, size in _fields(data, 0, len(data)):
        if graph != _GRAPH:
            continue
        for field, at, length in _fields(data, begin, begin + size):
            if field == _TENSOR and (found := _tensor(data, at, at + length, name_ends)) is not None:
                return found
    raise LookupError(f"{model} holds no tensor whose name ends in {name_ends!r}")


def _tensor(data: mmap.mmap, begin: int, end: int, name_ends: str) -> npt.NDArray[Any] | None:
    shape: list[int] = []
    kind, name, place = 0, "", None
    for field, at, size in _fields(data, begin, end):
        if field == _SHAPE:
            shape += [size] if at < 0 else list(_numbers(data, at, at + size))
        elif field == _TYPE:
            kind = size
        elif field == _NAME:
            name = data[at : at + size].decode()
        elif field == _BYTES:
            place = at
    if not name.endswith(name_ends) or place is None or kind not in _TYPES:
        return None
    return np.frombuffer(data, _TYPES[kind], math.prod(shape), place).reshape(shape)


def _fields(data: mmap.mmap, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Walk a message: (field, where its bytes begin, how many), or (field, -1, its number)."""
    while begin < end:
        key, begin = _number(data, begin)
        match key & 7:
            case 0:
                value, begin = _number(data, begin)
                yield key >> 3, -1, value
            case 2:
                size, begin = _number(data, begin)
                yield key >> 3, begin, size
                begin += size
            case wire:
                begin += 8 if wire == 1 else 4


def _numbers(data: mmap.mmap, begin: int, end: int) -> Iterator[int]:
    while begin < end:
        value, begin = _number(data, begin)
        yield value


def _number(data: mmap.mmap, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
