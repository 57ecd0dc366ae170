"""The records of an index as arrays, and the snapshots that searches read.

Records only ever get appended: an update gives the record a new slot and retires the old one. Writers hold the
index's lock; a reader takes one `Snapshot` and keeps it. The postings cover the older slots; the newest
(`slots - base`) are scanned directly until enough have gathered, so that one update costs no rebuild.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from services.mock_algolia.engine.arrays import Bools, Growable, Ints, Longs
from services.mock_algolia.engine.corpus.columns import FacetColumn, GeoColumn, NumberColumn, SortColumn
from services.mock_algolia.engine.corpus.postings import Postings
from services.mock_algolia.engine.corpus.record_words import RecordWords
from services.mock_algolia.engine.corpus.vocabulary import Dictionary, Words
from services.mock_algolia.engine.parameters.settings import Settings
from services.mock_algolia.engine.semantic.vectors import Vectors, VectorStore, digest, text_of
from services.mock_algolia.engine.values import packed

Column = FacetColumn | NumberColumn | GeoColumn | SortColumn


@dataclass(frozen=True)
class Prepared:
    """Postings and dictionary order, ready to be installed."""

    order: Ints
    common: Ints
    postings: Postings


@dataclass(frozen=True)
class Snapshot:
    """All that a search reads; nothing in it changes."""

    corpus: Corpus
    settings: Settings
    slots: int
    alive: Bools
    count: int
    sequence: Longs
    starts: Longs
    terms: Ints
    infos: Longs
    postings: Postings
    dictionary: Dictionary
    attributes: tuple[str, ...]
    version: int
    vectors: Vectors | None = None
    without_vector: int = 0
    unplaced: int = 0

    def record(self, slot: int) -> dict[str, Any]:
        """Read the record in a slot, parsed anew."""
        return orjson.loads(self.corpus.records[slot])  # type: ignore[no-any-return] # only objects are stored

    def slots_of(self, identity: str) -> list[int]:
        """Find the slot of the record with this objectID, as the snapshot sees it; none if there is no such record."""
        slot = self.corpus.slot_of.get(identity, -1)
        if 0 <= slot < self.slots and self.alive[slot]:
            return [slot]
        if self.corpus.version == self.version:
            return []
        held = np.nonzero(self.alive)[0].tolist()  # a writer went on since: look among what this snapshot has
        return [at for at in held if self.corpus.ids[at] == identity]

    def records_with(self, terms: Ints) -> int:
        """Count the records in which each of some terms stands, added up: those that are there, however they came.

        What was replaced or removed keeps its slot for a while, and what is new is not among the postings yet.
        """
        base, terms = self.postings.base, np.unique(terms)
        found = self.postings.records_with(terms, None if self.count == self.slots else self.alive)
        if base < self.slots:
            begin, end = int(self.starts[base]), int(self.starts[self.slots])
            places = np.nonzero(np.isin(self.terms[begin:end], terms))[0]
            slots = base - 1 + np.searchsorted(self.starts[base : self.slots + 1], begin + places, side="right")
            held = self.alive[slots]
            found += len(np.unique(np.stack([slots[held], self.terms[begin:end][places][held]]), axis=1).T)
        return found

    def object_id(self, slot: int) -> str:
        """Tell the objectID of the record in a slot."""
        return self.corpus.ids[slot]


class Corpus:
    """What writers change. Not thread-safe: the index's lock guards it."""

    def __init__(self, settings: Settings, vectors: VectorStore | None = None) -> None:
        self.settings = settings
        self.store = vectors
        self.vectors: Growable | None = None
        self.vector_keys: list[bytes] = []
        self.vector_at: dict[bytes, int] = {}  # a slot for each text whose vector is made
        self.without_vector: list[int] = []  # slots whose vector is still to be made: their row is a first one, or zero
        self.unplaced: list[int] = []  # those of them that have no first one either
        self.records: list[bytes] = []
        self.ids: list[str] = []
        self.slot_of: dict[str, int] = {}
        self.alive: Bools = np.zeros(0, np.bool_)
        self.sequence = Growable(np.int64)
        self.next_sequence = 0
        self.words = Words()
        self.text = RecordWords(settings, self.words)
        self.postings = Postings.none()
        self.columns: dict[tuple[str, str], Column] = {}
        self.version = 0
        for name in settings.faceting:
            self.columns["facet", name] = FacetColumn(name)
        self.columns["facet", "_tags"] = FacetColumn("_tags")

    # -- writing

    def apply(self, upserts: Sequence[Mapping[str, Any]], deletes: Sequence[str]) -> None:
        """Delete, then add or replace; the last of equal objectIDs wins."""
        retired = [slot for identity in deletes if (slot := self.slot_of.pop(identity, -1)) >= 0]
        latest = {str(record["objectID"]): record for record in upserts}
        fresh = list(latest.values())
        begin = len(self.ids)
        sequences: list[int] = []
        for at, (identity, record) in enumerate(latest.items()):
            old = self.slot_of.get(identity, -1)
            if old >= 0:
                retired.append(old)
                sequences.append(int(self.sequence.view()[old]))
            else:
                sequences.append(self.next_sequence)
                self.next_sequence += 1
            self.slot_of[identity] = begin + at
            self.ids.append(identity)
            self.records.append(packed(record))
        self.sequence.extend(np.array(sequences, np.int64))
        self.text.extend(fresh)
        if self.vectors is not None:
            self._embed(fresh)
        for column in self.columns.values():
            column.extend(fresh)
        alive = np.ones(len(self.ids), np.bool_)
        alive[:begin] = self.alive
        alive[retired] = False
        self.alive = alive
        self.version += 1

    def embed(self) -> None:
        """Give every record its row among the vectors, now and from now on: zero where the vector is yet to be made."""
        if self.vectors is None and self.store is not None:
            self.vectors = Growable(np.float32, width=self.store.embedder.width)
            self._embed([orjson.loads(record) for record in self.records])

    def embed_ahead(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Make the vectors of records that will be applied next, so that applying them is quick."""
        if self.store is not None and self.vectors is not None and records:
            paths = [found.path for found in self.settings.searchable]
            self.store.rows([text_of(record, paths) for record in records])

    def _embed(self, records: Sequence[Mapping[str, Any]]) -> None:
        if self.store is not None and self.vectors is not None and records:
            paths = [found.path for found in self.settings.searchable]
            texts = [text_of(record, paths) for record in records]
            rows, unknown = self.store.known_rows(texts)
            missing = [self.vectors.size + at for at in unknown]
            self.without_vector += missing
            self.unplaced += missing
            begin = self.vectors.size
            self.vectors.extend(rows)
            self.vector_keys.extend(map(digest, texts))
            absent = set(unknown)
            self.hold(begin + at for at in range(len(texts)) if at not in absent)

    def texts_without_vector(self, most: int) -> tuple[list[int], list[str]]:
        """List slots that still need a vector, at most `most`, and the texts to embed for them."""
        return self._texts(self.without_vector[:most])

    def texts_unplaced(self, most: int) -> tuple[list[int], list[str]]:
        """List slots that have no row at all yet, at most `most`, and their texts."""
        return self._texts(self.unplaced[:most])

    def _texts(self, slots: list[int]) -> tuple[list[int], list[str]]:
        paths = [found.path for found in self.settings.searchable]
        return slots, [text_of(orjson.loads(self.records[slot]), paths) for slot in slots]

    def give_vectors(self, slots: Sequence[int], rows: Vectors) -> None:
        """Give slots the vectors that were made for them."""
        self.give_first_vectors(slots, rows)
        self.without_vector = _without(self.without_vector, slots)
        self.hold(slots)

    def hold(self, slots: Iterable[int]) -> None:
        """Let others find the vectors of some slots here: they stand nowhere else."""
        placed = {self.vector_keys[slot]: slot for slot in slots}
        self.vector_at.update(placed)
        if self.store is not None:
            self.store.held_by(self, placed)

    def vector_of(self, key: bytes) -> Vectors | None:
        """Give the vector of the text with this digest, where a record here has it."""
        slot = self.vector_at.get(key)
        return None if slot is None or self.vectors is None else self.vectors.view()[slot]

    def give_first_vectors(self, slots: Sequence[int], rows: Vectors) -> None:
        """Give slots rows near those that are still to be made for them."""
        if self.vectors is not None and slots:
            self.vectors.put(slots, rows)
            self.unplaced = _without(self.unplaced, slots)

    # -- keeping the postings up to date

    @property
    def behind(self) -> int:
        """How many slots the postings do not cover."""
        return len(self.ids) - self.postings.base

    def index_postings(self) -> None:
        """Bring every slot and word under the postings and the sorted dictionary."""
        self.install(prepare(self.snapshot()))

    def install(self, prepared: Prepared) -> None:
        """Take over postings and dictionary order, made from an earlier snapshot."""
        self.words.order, self.words.common = prepared.order, prepared.common
        self.postings = prepared.postings

    # -- reading

    def snapshot(self) -> Snapshot:
        """Take a consistent view for readers."""
        return Snapshot(
            corpus=self,
            settings=self.settings,
            slots=len(self.ids),
            alive=self.alive,
            count=len(self.slot_of),
            sequence=self.sequence.view(),
            starts=self.text.starts.view(),
            terms=self.text.terms.view(),
            infos=self.text.infos.view(),
            postings=self.postings,
            dictionary=self.words.snapshot(),
            attributes=tuple(self.text.attributes),
            version=self.version,
            vectors=None if self.vectors is None else self.vectors.view(),
            without_vector=len(self.without_vector),
            unplaced=len(self.unplaced),
        )

    def column(self, kind: str, name: str) -> Column:
        """Find the column, made from all records if it is the first time."""
        known = self.columns.get((kind, name))
        if known is not None:
            return known
        made: Column
        match kind:
            case "facet":
                made = FacetColumn(name)
            case "number":
                made = NumberColumn(name)
            case "geo":
                made = GeoColumn()
            case "group":
                made = SortColumn(name, None)
            case _:
                made = SortColumn(name)
        made.extend([orjson.loads(record) for record in self.records])
        self.columns[kind, name] = made
        return made


def _without(slots: list[int], given: Sequence[int]) -> list[int]:
    if slots[: len(given)] == given:  # nearly always: they are taken from the front
        return slots[len(given) :]
    gone = set(given)
    return [slot for slot in slots if slot not in gone]


def prepare(snapshot: Snapshot) -> Prepared:
    """Sort the dictionary and build the postings of a snapshot; needs no lock."""
    order, common = snapshot.dictionary.sorted()
    postings = Postings.of(snapshot.starts, snapshot.terms, snapshot.infos, snapshot.slots, snapshot.dictionary.size)
    return Prepared(order, common, postings)
