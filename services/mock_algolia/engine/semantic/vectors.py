"""The semantic leg: texts as vectors, and how it is fused with the keyword leg.

Algolia embeds on its side with models of its own. Here two local models that come in wheels stand in for them: a
substitution, good enough to test against, not Algolia's order. Neither needs the network.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Any, ClassVar, Protocol, runtime_checkable
from weakref import WeakKeyDictionary, WeakSet

import numpy as np
import numpy.typing as npt

from services.mock_algolia.engine.errors import BadRequest
from services.mock_algolia.engine.values import leaves, reach

Vectors = npt.NDArray[np.float32]

TEXT_WORDS = 20  # words of a record that are embedded: quality stays flat past that, time does not
TEXT_CHARACTERS = 200  # the same for languages that write without spaces
REMEMBERED = 10_000  # vectors that no index holds yet, at most
MISSING = (
    "neuralSearch is not available: the semantic models are not installed. "
    "Install the dependency group `semantic`, or search with mode keywordSearch"
)


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """Identifies the models; vectors of different names must not be mixed."""

    @property
    def width(self) -> int:
        """Numbers in a vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Make one row of unit length for each text."""

    def knows(self, word: str) -> bool:
        """Tell whether the models have met a word as a word; of others they know the letters only."""


@runtime_checkable
class Approximating(Protocol):
    """An embedder that can also say at once roughly what it will say."""

    def approximate(self, texts: Sequence[str]) -> Vectors:
        """Make rows near those of `embed`, to be compared with them, in a small part of the time."""


@runtime_checkable
class Keeping(Protocol):
    """An embedder whose vectors outlive its process."""

    @property
    def kept(self) -> Kept:
        """What other processes made with the same models, and where what is made here is kept for others."""


class Kept(Protocol):
    """Vectors by the digest of their text."""

    def find(self, digests: Sequence[bytes]) -> dict[bytes, npt.NDArray[np.float32]]:
        """Give those that are kept."""

    def keep(self, made: Mapping[bytes, npt.NDArray[np.float32]]) -> None:
        """Keep these."""


def text_of(record: Mapping[str, Any], paths: Sequence[str]) -> str:
    """Make the text of a record to embed: its searchable attributes in order, ids left out, its first words."""
    parts: list[str] = []
    count = 0
    for path in paths or [name for name in record if name not in ("objectID", "_tags", "_geoloc")]:
        values = [
            value
            for found in reach(record, path)
            for value in leaves(found)
            if isinstance(value, str) and value != record.get("objectID")
        ]
        if values:
            text = ", ".join(values)
            parts.append(text)
            count += len(text.split())
            if count >= TEXT_WORDS:
                break
    return " ".join(". ".join(parts).split()[:TEXT_WORDS])[:TEXT_CHARACTERS]


def digest(text: str) -> bytes:
    """Make the key under which a text's vector is kept."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Holder(Protocol):
    """What holds vectors for as long as it lives: the records of an index."""

    def vector_of(self, key: bytes) -> npt.NDArray[np.float32] | None:
        """Give the vector of the text with this digest, where it is held."""


class _Known:
    """The vectors of one embedder in this process: those that indices hold, and those that none has taken yet."""

    def __init__(self) -> None:
        self.holders: WeakSet[Holder] = WeakSet()
        self.waiting: dict[bytes, npt.NDArray[np.float32]] = {}


class VectorStore:
    """Vectors by the digest of their text, each text embedded once in this process, whichever index holds it.

    Where the embedder keeps vectors, once on this machine. A vector stands in memory once for each index that holds it.
    """

    _all: ClassVar[WeakKeyDictionary[Embedder, _Known]] = WeakKeyDictionary()
    _lock: ClassVar[Lock] = Lock()

    def __init__(self, embedder: Embedder, known: Mapping[bytes, npt.NDArray[np.float32]] | None = None) -> None:
        self.embedder = embedder
        self.approximating = embedder if isinstance(embedder, Approximating) else None
        self._kept = embedder.kept if isinstance(embedder, Keeping) else None
        with self._lock:
            self._known = self._all.setdefault(embedder, _Known())
        self._add(known or {})

    def held_by(self, holder: Holder, keys: Iterable[bytes]) -> None:
        """Remember who holds the vectors of these digests, in place of the vectors."""
        with self._lock:
            self._known.holders.add(holder)
            for key in keys:
                self._known.waiting.pop(key, None)

    def _add(self, made: Mapping[bytes, npt.NDArray[np.float32]]) -> None:
        """Remember vectors until somebody holds them; the oldest go when there are too many."""
        with self._lock:
            waiting = self._known.waiting
            waiting.update(made)
            for key in list(waiting)[: max(0, len(waiting) - REMEMBERED)]:
                del waiting[key]

    def _find(self, digests: Sequence[bytes]) -> list[npt.NDArray[np.float32] | None]:
        with self._lock:
            waiting, holders = self._known.waiting, list(self._known.holders)
            found = [waiting.get(digest) for digest in digests]
        for at, digest in enumerate(digests):
            if found[at] is None:
                held = (row for holder in holders if (row := holder.vector_of(digest)) is not None)
                found[at] = next(held, None)
        return found

    def rows(self, texts: Sequence[str]) -> Vectors:
        """Give a vector for each text; those that are not known yet are made, which takes some 10 ms each."""
        rows, unknown = self.known_rows(texts)
        if unknown:
            missing = {digest(texts[at]): texts[at] for at in unknown}
            made = dict(zip(missing, self.embedder.embed(list(missing.values())), strict=True))
            self._add(made)
            if self._kept is not None:
                self._kept.keep(made)
            rows[unknown] = [made[digest(texts[at])] for at in unknown]
        return rows

    def known_rows(self, texts: Sequence[str]) -> tuple[Vectors, list[int]]:
        """Give a vector for each text that has one already, and where the others stand, whose rows are zero."""
        digests = [digest(text) for text in texts]
        found = self._find(digests)
        if self._kept is not None and (absent := [one for one, row in zip(digests, found, strict=True) if row is None]):
            kept = self._kept.find(absent)
            self._add(kept)
            found = [kept.get(one) if row is None else row for one, row in zip(digests, found, strict=True)]
        rows = np.zeros((len(texts), self.embedder.width), np.float32)
        for at, row in enumerate(found):
            if row is not None:
                rows[at] = row
        return rows, [at for at, row in enumerate(found) if row is None]


def query_variants(
    words: Sequence[str], corrected: Sequence[str], alternatives: Callable[[Sequence[str]], list[tuple[str, ...]]]
) -> list[str]:
    """List the texts that stand for a query: as typed, with typing mistakes repaired, with synonyms spelled out."""
    out = [" ".join(words)]
    if list(corrected) != list(words):
        out.append(" ".join(corrected))
    for at in range(len(corrected)):
        for span in (3, 2, 1):
            run = corrected[at : at + span]
            if len(run) < span:
                continue
            longest = max(alternatives(run), key=lambda words_: len(" ".join(words_)), default=())
            if longest and len(" ".join(longest)) > len(" ".join(run)):
                out.append(" ".join([*corrected[:at], *longest, *corrected[at + span :]]))
    return list(dict.fromkeys(out))[:4]


def require(embedder: Embedder | None) -> Embedder:
    """Demand the embedder, or raise the 4xx that says why there is none."""
    if embedder is None:
        raise BadRequest(MISSING)
    return embedder
