"""The models' numbers in files that memory maps: only rows that texts need are read, and the system may drop them.

Read as the packages ship them they stand in memory whole, some 150 MB of which a class's questions touch a few.
They are unpacked once into the user's cache folder (198 MB); where that cannot be written, or another user can have
written it, they stay in memory.
"""

from __future__ import annotations

import ctypes
import hashlib
import logging
import os
import sys
import tempfile
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from services.mock_algolia.engine.semantic.own_folder import PRIVATE, is_ours_alone

log = logging.getLogger("mock_algolia.models")

MODEL, NUMBERS, TABLE = "model.onnx", "numbers.bin", "table.npy"
_MADV_DONTNEED = 4
_LAID_OUT = sys.platform == "linux"  # where it was tried
"""Keep the weights as multiplying wants them, too (42 MB more): else each process makes that copy in its own memory.

A file that another kind of processor laid out does no harm: the copy is made all the same, and thrown away only where
the file's has the same hash.
"""


def cache_folder() -> Path:
    """Name the folder in which the unpacked models of this user are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(base) / "mock-algolia"


def mapped_session(model: Path, settings: Callable[[], Any], folder: Path) -> Any:
    """Open an ONNX model with its numbers mapped. `settings` makes the session's options, anew at each call."""
    import onnxruntime  # type: ignore[import-untyped] # ships no types

    def session(path: Path, options: Any) -> Any:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def unpack(into: Path) -> None:
        options = settings()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED  # fits any processor
        options.optimized_model_filepath = str(into / MODEL)
        options.add_session_config_entry("session.optimized_model_external_initializers_file_name", NUMBERS)
        options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "4096")
        if _LAID_OUT:
            options.add_session_config_entry("session.save_external_prepacked_constant_initializers", "1")
        session(model, options)

    try:
        kept = _kept(model, f"{version('onnxruntime')}{'-laid-out' if _LAID_OUT else ''}", folder, unpack)
        if kept is not None:
            return session(kept / MODEL, settings())
    except Exception as error:  # noqa: BLE001 - onnxruntime's errors have no other class in common
        log.warning("unpacked_model_refused", extra={"folder": str(folder), "error": str(error)})
    return session(model, settings())


def mapped_table(shipped: Path, table: npt.NDArray[np.uint8], folder: Path) -> npt.NDArray[np.uint8]:
    """Give a table that was unpacked from the file `shipped`, mapped; or itself."""
    kept = _kept(shipped, "1", folder, lambda into: np.save(into / TABLE, table))
    if kept is not None:
        try:
            found: npt.NDArray[np.uint8] = np.load(kept / TABLE, mmap_mode="r")
        except (OSError, ValueError) as error:  # cut short, or not to be read
            log.warning("unpacked_model_refused", extra={"folder": str(kept), "error": str(error)})
        else:
            if found.shape == table.shape and found.dtype == table.dtype:
                return found
    return table


def let_go_of(folder: Path) -> None:
    """Let the pages of files kept there leave this process, on Linux; what is needed is read again."""
    try:
        lines = Path("/proc/self/smaps").read_text(encoding="utf-8", errors="replace").splitlines()
        advise = ctypes.CDLL(None).madvise
    except (OSError, TypeError, AttributeError):  # another system
        return
    begin = end = 0
    for line in lines:
        name, *rest = line.split(maxsplit=5)
        if not name.endswith(":"):  # a mapping begins; what is said of it follows
            kept_there = len(rest) == 5 and rest[4].startswith(f"{folder}{os.sep}")
            begin, end = (int(address, 16) for address in name.split("-")) if kept_there else (0, 0)
        elif name == "Anonymous:" and rest[0] == "0" and end:  # nobody wrote there: what is written would be lost
            advise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), _MADV_DONTNEED)


def _kept(shipped: Path, way: str, folder: Path, unpack: Callable[[Path], None]) -> Path | None:
    """Give the folder that holds what `unpack` makes of a file; None where it cannot be written, or others can too."""
    final = folder / f"{shipped.stem}-{_digest(shipped)}-{way}"
    if not final.is_dir() and not _unpacked(final, folder, unpack):
        return None
    if is_ours_alone(final):
        return final
    log.warning("models_stay_in_memory", extra={"folder": str(final), "error": "another user may write there"})
    return None


def _unpacked(final: Path, folder: Path, unpack: Callable[[Path], None]) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix="unpacking-", ignore_cleanup_errors=True) as made:
            whole = Path(made) / "whole"
            whole.mkdir(mode=PRIVATE)
            unpack(whole)
            whole.rename(final)  # at once: nobody sees half of it
    except OSError as error:  # another process was first; else no room, or nothing may be written
        if not final.is_dir():
            log.warning("models_stay_in_memory", extra={"folder": str(folder), "error": str(error)})
            return False
    return True


@lru_cache
def _digest(file: Path) -> str:
    return hashlib.blake2b(file.read_bytes(), digest_size=8).hexdigest()
