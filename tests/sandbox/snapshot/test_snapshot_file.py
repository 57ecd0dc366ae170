"""A snapshot comes from anybody: a whole one is read as it was written, everything else is refused in a sentence."""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.snapshot import snapshot_file
from sandbox.snapshot.snapshot_file import KIND, TABLES, VERSION, NotASnapshot, Snapshot, read, write

INDEX: dict[str, Any] = {"settings": {"mode": "keywordSearch"}, "synonyms": [], "rules": [], "records": [{"a": "é"}]}
WHOLE = Snapshot("2026-11-27T12:00:00+00:00", {name: [{"id": "1"}] for name in TABLES}, INDEX)
DOCUMENT: dict[str, Any] = {"kind": KIND, "version": VERSION, **vars(WHOLE)}


def document(**changes: Any) -> bytes:
    return gzip.compress(json.dumps({**DOCUMENT, **changes}).encode())


def a_tar(content: bytes = b"x") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in ("../../outside", "/etc/passwd"):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        archive.addfile(link)
    return packed.getvalue()


def a_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../outside", "x")
    return packed.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"hello",
    "a tar that leads out": a_tar,
    "a zip that leads out": a_zip,
    "cut short": lambda: document()[:-20],
    "goes on after its end": lambda: document() + document(),
    "no JSON": lambda: gzip.compress(b"{"),
    "deep": lambda: gzip.compress(b"[" * 200_000),
    "a list": lambda: gzip.compress(b"[]"),
    "another kind": lambda: document(kind="coursematch-sandbox"),
    "a later version": lambda: document(version=VERSION + 1),
    "no version": lambda: document(version=None),
    "a table too many": lambda: document(tables={**WHOLE.tables, "pg_authid": []}),
    "a table too few": lambda: document(tables={}),
    "rows that are none": lambda: document(tables={**WHOLE.tables, "courses": "x"}),
    "records that are none": lambda: document(index={**INDEX, "records": [1]}),
    "settings that are none": lambda: document(index={**INDEX, "settings": []}),
    "no index": lambda: document(index=None),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_refuses(name: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(HOSTILE[name]())
    with pytest.raises(NotASnapshot, match="file"):
        read(file)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_refuses_what_unpacks_to_too_much_without_unpacking_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_file, "UNPACKED_BYTES", 100_000)
    file = tmp_path / "bomb"
    file.write_bytes(gzip.compress(b" " * 10_000_000))
    with pytest.raises(NotASnapshot, match="unpacks to more than"):
        read(file)


def test_refuses_what_is_no_file_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_file, "PACKED_BYTES", 10)
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(NotASnapshot, match="is no file"):
            read(path)
    (tmp_path / "large").write_bytes(document())
    with pytest.raises(NotASnapshot, match="is larger than"):
        read(tmp_path / "large")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_does_not_wait_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotASnapshot, match="is no file"):
        read(tmp_path / "pipe")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_is_for_its_owner_only(tmp_path: Path) -> None:
    write(tmp_path / "file", WHOLE)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600


@given(
    rows=st.lists(st.dictionaries(st.text(max_size=5), st.one_of(st.none(), st.text(), st.integers(), st.booleans()))),
    taken_at=st.text(),
)
def test_reads_what_it_wrote_and_writes_the_same_again(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], taken_at: str
) -> None:
    folder = tmp_path_factory.mktemp("files")
    snapshot = Snapshot(taken_at, dict.fromkeys(TABLES, rows), {**INDEX, "records": rows})
    size = write(folder / "one", snapshot)
    assert read(folder / "one") == snapshot
    write(folder / "two", read(folder / "one"))
    assert (folder / "one").read_bytes() == (folder / "two").read_bytes()
    assert size == (folder / "one").stat().st_size
