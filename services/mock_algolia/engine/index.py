"""The index: one writer at a time, any number of readers, each on a snapshot of its own."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import Lock, Thread
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from services.mock_algolia.engine.corpus.corpus import Corpus, Snapshot, prepare
from services.mock_algolia.engine.corpus.dump import dump, load
from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.language.languages import Dictionaries, read_dictionaries
from services.mock_algolia.engine.parameters.settings import Settings
from services.mock_algolia.engine.parameters.synonyms import Synonyms
from services.mock_algolia.engine.query.reading import read_request
from services.mock_algolia.engine.query.rule_matching import Rules
from services.mock_algolia.engine.ranking.ordering import Standing
from services.mock_algolia.engine.search import Search
from services.mock_algolia.engine.semantic.vector_filling import fill_beside
from services.mock_algolia.engine.semantic.vectors import Embedder, VectorStore, require
from services.mock_algolia.engine.stopwatch import Stopwatch

TAIL = 128  # newest slots that searches may scan directly before the postings are brought up to date
INLINE = 500  # vectors that a write makes before it is visible; more are made beside it
CHUNK = 128  # vectors made at a time beside the writers
FIRST_CHUNK = 2048  # first vectors, which take some hundredth of that
COMPLETE = 0.9  # share of the records that need a vector, or a first one, before searches use any
SMALL = 100  # a write of at most so many records never waits for the postings
WASTE = 10_000  # retired slots beyond the number of records before the corpus is made anew


class Index:
    """One searchable index, in memory. Thread-safe: writers queue, readers never wait for them."""

    def __init__(
        self,
        settings: Mapping[str, Any],
        synonyms: Sequence[Mapping[str, Any]] = (),
        rules: Sequence[Mapping[str, Any]] = (),
        *,
        embedder: Embedder | None = None,
        dictionaries: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        vectors: Mapping[bytes, npt.NDArray[np.float32]] | None = None,
    ) -> None:
        self._write = Lock()
        self._columns = Lock()
        self._catching_up = Lock()
        self._closed = False
        self._filling: Thread | None = None
        self._began = False
        self.unsaved_vectors = 0
        """Vectors made beside the writers since the last `dump`."""
        self._dictionaries: Dictionaries = read_dictionaries(dictionaries)
        self._vectors = None if embedder is None else VectorStore(embedder, vectors)
        self._corpus = Corpus(Settings(settings), self._vectors)
        tokenizer = self._corpus.settings.tokenizer
        self._state = (self._corpus.snapshot(), Synonyms(synonyms, tokenizer), Rules(rules, tokenizer))
        with self._write:
            self._embed()
            self._publish(self._corpus.snapshot())

    def apply(self, upserts: Sequence[Mapping[str, Any]], deletes: Sequence[str] = ()) -> None:
        """Add, replace and delete records; visible at once to the next search, all or nothing."""
        with self._write:
            if len(upserts) <= INLINE:
                self._corpus.embed_ahead(upserts)  # readers need not wait for the models
            with self._columns:
                self._corpus.apply(upserts, deletes)
            corpus = self._corpus
            if len(corpus.ids) > 2 * len(corpus.slot_of) + WASTE:
                self._corpus = self._rebuilt(corpus.settings)
            elif corpus.behind > TAIL and corpus.behind > corpus.postings.base // 8:
                if len(upserts) > SMALL:
                    corpus.index_postings()
                else:
                    self._catch_up_soon(corpus)
            self._embed()
            self._publish(self._corpus.snapshot())

    def _catch_up_soon(self, corpus: Corpus) -> None:
        if not self._catching_up.locked():
            Thread(target=self._catch_up, args=(corpus,), daemon=True).start()

    def _catch_up(self, corpus: Corpus) -> None:
        """Bring the postings up to date beside the writers; give the work up if the corpus was replaced meanwhile."""
        if not self._catching_up.acquire(blocking=False):
            return
        try:
            with self._write:
                snapshot = corpus.snapshot()
            prepared = prepare(snapshot)
            with self._write:
                if self._corpus is corpus and prepared.postings.base > corpus.postings.base:
                    corpus.install(prepared)
                    self._publish(corpus.snapshot())
        finally:
            self._catching_up.release()

    def _embed(self, wanted: bool = False) -> None:
        """Make the vectors that are missing: a few at once, many beside the writers. Under the write lock."""
        corpus = self._corpus
        if wanted or corpus.settings["mode"] == "neuralSearch":
            corpus.embed()
        if not corpus.without_vector or self._filling is not None:
            return
        if len(corpus.without_vector) <= INLINE:
            self._make_vectors(corpus, INLINE)
        else:
            self._began = not wanted
            self._filling = fill_beside(self)

    def fill_some(self) -> bool:
        """Make one chunk of what is missing without holding up writers; False when there is no more to do.

        First vectors come first, where the models have such, and are replaced as the records' own are made.
        """
        with self._write:
            corpus, store = self._corpus, self._vectors
            if self._closed or not corpus.without_vector or store is None:
                self._filling = None
                return False
            quick = store.approximating if corpus.unplaced else None
            slots, texts = corpus.texts_unplaced(FIRST_CHUNK) if quick else corpus.texts_without_vector(CHUNK)
        try:
            rows = quick.approximate(texts) if quick else store.rows(texts)
        except Exception:
            with self._write:
                self._filling = None
            raise
        with self._write:
            if self._corpus is corpus:
                if quick:
                    corpus.give_first_vectors(slots, rows)
                else:
                    corpus.give_vectors(slots, rows)
                    self.unsaved_vectors += len(slots)
                self._publish(corpus.snapshot())
        return True

    def _make_vectors(self, corpus: Corpus, most: int) -> None:
        slots, texts = corpus.texts_without_vector(most)
        if self._vectors is not None:
            corpus.give_vectors(slots, self._vectors.rows(texts))

    @property
    def preparing(self) -> bool:
        """Whether vectors are being made beside the writers: until then searches go by first ones, or by words."""
        return self._filling is not None

    def began_preparing(self) -> bool:
        """Tell whether a write has begun such making since this was asked last."""
        began, self._began = self._began, False
        return began

    def stop(self) -> None:
        """Let what goes on beside the writers end with the chunk that is being made."""
        self._closed = True

    def close(self) -> None:
        """Stop, and wait for the end; what is missing then is made when the index is opened again."""
        self.stop()
        filling = self._filling
        if filling is not None:
            filling.join()

    def vectors(self) -> dict[bytes, npt.NDArray[np.float32]]:
        """Give the vectors of the records by the digest of their text; none while some are still being made."""
        snapshot = self._state[0]
        if snapshot.vectors is None or snapshot.without_vector:
            return {}
        return dict(zip(snapshot.corpus.vector_keys, snapshot.vectors, strict=False))

    def dump(self) -> bytes:
        """Write the index in a compact form for `load`, with everything but synonyms and rules."""
        with self._write, self._columns:
            self._corpus.index_postings()
            self._publish(self._corpus.snapshot())
            self.unsaved_vectors = 0
            return dump(self._corpus)

    @classmethod
    def load(
        cls,
        data: bytes,
        settings: Mapping[str, Any],
        synonyms: Sequence[Mapping[str, Any]] = (),
        rules: Sequence[Mapping[str, Any]] = (),
        *,
        embedder: Embedder | None = None,
        dictionaries: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    ) -> Index:
        """Open the index of a dump made under the same settings; DumpRefused (a ValueError) otherwise."""
        made = cls(settings, synonyms, rules, embedder=embedder, dictionaries=dictionaries)
        with made._write:
            made._corpus = load(data, Settings(settings), made._vectors)
            made._embed()
            made._publish(made._corpus.snapshot())
        return made

    def explain(self, params: Mapping[str, Any]) -> list[tuple[str, float]]:
        """Time one search: (part, seconds), its JSON included."""
        search = self._search(params)
        response = search.response("explain")
        began = time.perf_counter()
        orjson.dumps(response)
        return [*search.watch.spent, ("JSON", time.perf_counter() - began)]

    def reconfigure(
        self, settings: Mapping[str, Any], synonyms: Sequence[Mapping[str, Any]], rules: Sequence[Mapping[str, Any]]
    ) -> None:
        """Change settings, synonyms and rules; records are read again only where the settings ask for it."""
        with self._write:
            fresh = Settings(settings)
            old = self._corpus.settings
            if fresh.indexing != old.indexing:
                self._corpus = self._rebuilt(fresh)
            else:
                with self._columns:
                    self._corpus.settings = fresh
                    for name in fresh.faceting:
                        self._corpus.column("facet", name)
            self._embed()
            self._state = (
                self._corpus.snapshot(), Synonyms(synonyms, fresh.tokenizer), Rules(rules, fresh.tokenizer)
            )  # fmt: skip

    def _rebuilt(self, settings: Settings) -> Corpus:
        old = self._corpus
        made = Corpus(settings, self._vectors)
        order = sorted(old.slot_of.values(), key=old.sequence.view().__getitem__)
        made.apply([orjson.loads(old.records[slot]) for slot in order], ())
        made.index_postings()
        return made

    def _publish(self, snapshot: Snapshot) -> None:
        self._state = (snapshot, *self._state[1:])

    def _search(self, params: Mapping[str, Any]) -> Search:
        snapshot, synonyms, rules = self._state
        if snapshot.slots - snapshot.postings.base > max(TAIL, snapshot.postings.base // 128):
            self._catch_up_soon(snapshot.corpus)  # a load left it so: the searches after it will be quicker
        watch = Stopwatch()
        reader = Reader(snapshot, self._columns, synonyms, self._dictionaries)
        request = read_request(params, reader, rules)
        return Search(request, self._with_meaning(reader) if request.neural else reader, watch)

    def _with_meaning(self, reader: Reader) -> Reader:
        """Let a search go by meaning too, once most of the records have a vector, be it a first one."""
        embedder = require(self._vectors.embedder if self._vectors else None)
        snapshot = reader.snapshot
        if snapshot.vectors is None:
            with self._write:
                self._embed(wanted=True)
                self._publish(self._corpus.snapshot())
            snapshot = self._state[0]
        ready = snapshot.unplaced <= (1 - COMPLETE) * snapshot.slots
        return reader.with_meaning(snapshot, embedder if ready else None)

    def search(self, params: Mapping[str, Any], *, index_name: str, unretrievable: bool = False) -> dict[str, Any]:
        """Give the documented response to a search; BadRequest for a wrong parameter.

        `unretrievable`: whether hits show `unretrievableAttributes` too (the key's right, not a parameter).
        """
        search = self._search(params)
        if unretrievable and search.request.unretrievable:
            search.request = replace(search.request, unretrievable=frozenset())
        return search.response(index_name)

    def search_with_reasons(
        self, params: Mapping[str, Any], *, index_name: str
    ) -> tuple[dict[str, Any], list[Standing]]:
        """Give the response to a search, and of each hit what every criterion of the tie-break saw, in their order."""
        search = self._search(params)
        search.request = replace(search.request, unretrievable=frozenset())
        return search.explained(index_name, reasons=True)

    def browse_ids(self, params: Mapping[str, Any]) -> list[str]:
        """List the ids of all matches in ranking order, without a limit (distinct does not apply to browse)."""
        return self._search({**params, "distinct": 0}).ids()

    def matching_ids(self, params: Mapping[str, Any]) -> list[str]:
        """List the ids of the records that pass the filters of a deleteByQuery."""
        return self.browse_ids({**params, "query": "", "enableRules": False})

    def search_facet_values(self, facet: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Give the documented response to a search for facet values (`facetQuery` in the params)."""
        given = {name: value for name, value in params.items() if name != "facetQuery"}
        return self._search(given).facet_values(facet, str(params.get("facetQuery") or ""))

    @property
    def count(self) -> int:
        """How many records."""
        return self._state[0].count
