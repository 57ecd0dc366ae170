"""One unpacked copy of a zip for all workers, whole or not there at all."""

from __future__ import annotations

import importlib.util
import os
import py_compile
import threading
import zipfile
from pathlib import Path

from sandbox.gateway.emulator_start import MOST_CODE, forget_old_code
from sandbox.gateway.shared_code import shared


def zip_of(path: Path, text: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("room/handler.py", text)
    return path


def unpack(archive: Path, place: Path, folder: Path) -> Path:
    place.mkdir()
    with shared(folder).ZipFile(archive) as opened:
        opened.extractall(place)
    return place


def test_unpacks_a_zip_once_for_all_who_ask(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "code.zip", "answer = 1\n")
    places = [tmp_path / f"worker-{number}" for number in range(8)]
    threads = [threading.Thread(target=unpack, args=(archive, place, tmp_path / "code")) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [(place / "room" / "handler.py").read_text() for place in places] == ["answer = 1\n"] * 8
    assert len({place.resolve() for place in places}) == 1
    assert len(list((tmp_path / "code").iterdir())) == 1


def test_keeps_different_zips_apart(tmp_path: Path) -> None:
    places = [
        unpack(zip_of(tmp_path / "code.zip", f"answer = {number}\n"), tmp_path / str(number), tmp_path / "code")
        for number in range(2)
    ]

    assert [(place / "room" / "handler.py").read_text() for place in places] == ["answer = 0\n", "answer = 1\n"]


def test_takes_bytecode_along_for_what_is_as_before(tmp_path: Path) -> None:
    def zipped(handler: str) -> Path:
        path = tmp_path / "code.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("room/handler.py", handler)
            archive.writestr("room/same.py", "answer = 1\n")
        return path

    before = unpack(zipped("first = 1\n"), tmp_path / "before", tmp_path / "code").resolve()
    for name in ("handler", "same"):
        py_compile.compile(str(before / "room" / f"{name}.py"))
    after = unpack(zipped("other = 2\n"), tmp_path / "after", tmp_path / "code").resolve()

    assert after != before
    assert (after / "room" / "handler.py").read_text() == "other = 2\n"
    kept = importlib.util.cache_from_source(str(after / "room" / "same.py"))
    assert Path(kept).is_file()
    assert not Path(importlib.util.cache_from_source(str(after / "room" / "handler.py"))).exists()
    # Python takes it only for the file whose time and size stand in it.
    told = int.from_bytes(Path(kept).read_bytes()[8:12], "little")
    assert told == int((after / "room" / "same.py").stat().st_mtime)


def test_forgets_the_code_that_was_used_longest_ago(tmp_path: Path) -> None:
    for number in range(MOST_CODE + 3):
        (tmp_path / str(number)).mkdir()
        os.utime(tmp_path / str(number), (number, number))

    forget_old_code(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {str(number) for number in range(3, MOST_CODE + 3)}


def test_has_nothing_to_forget_at_first(tmp_path: Path) -> None:
    forget_old_code(tmp_path / "nowhere")
