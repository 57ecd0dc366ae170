"""The compact form of an index on disk: its arrays as they are, so that opening it again reads no record.

A dump belongs to the settings it was made under (`fits`); whoever stores it must also remember which writes it holds.
Not a safe format for files from strangers: load only what this server wrote.
"""

from __future__ import annotations

import hashlib
import io
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
import orjson

from services.mock_algolia.engine.arrays import Growable
from services.mock_algolia.engine.corpus.columns import FacetColumn
from services.mock_algolia.engine.corpus.corpus import Corpus
from services.mock_algolia.engine.corpus.postings import Postings
from services.mock_algolia.engine.parameters.settings import Settings
from services.mock_algolia.engine.semantic.vectors import VectorStore

FORMAT = 3


class DumpRefused(ValueError):
    """The bytes are no dump, of another format, or of an index with other settings."""


def _stamp(settings: Settings) -> str:
    text = repr((FORMAT, settings.indexing, sorted(settings.faceting)))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def dump(corpus: Corpus) -> bytes:
    """Write the corpus as bytes. Call under the index's write lock."""
    lengths = np.fromiter(map(len, corpus.records), np.int64, len(corpus.records))
    arrays: dict[str, npt.NDArray[Any]] = {
        "records": np.frombuffer(b"".join(corpus.records), np.uint8),
        "lengths": lengths,
        "alive": corpus.alive,
        "sequence": corpus.sequence.view(),
        "starts": corpus.text.starts.view(),
        "terms": corpus.text.terms.view(),
        "infos": corpus.text.infos.view(),
        "order": corpus.words.order,
        "common": corpus.words.common,
        "codes": corpus.words.codes.view(),
        "code_starts": corpus.words.starts.view(),
    }
    facets: list[dict[str, Any]] = []
    for (kind, name), column in corpus.columns.items():
        if kind == "facet" and isinstance(column, FacetColumn):
            at = len(facets)
            facets.append({"name": name, "values": column.values})
            arrays[f"facet_slots_{at}"] = column.slots.view()
            arrays[f"facet_ordinals_{at}"] = column.ordinals.view()
            arrays[f"facet_numbers_{at}"] = column.numbers.view()
    meta: dict[str, Any] = {
        "stamp": _stamp(corpus.settings),
        "ids": corpus.ids,
        "words": corpus.words.words,
        "attributes": corpus.text.attributes,
        "base": corpus.postings.base,
        "next_sequence": corpus.next_sequence,
        "version": corpus.version,
        "facets": facets,
    }
    if corpus.vectors is not None and corpus.store is not None:
        meta["model"] = corpus.store.embedder.name
        meta["without_vector"], meta["unplaced"] = corpus.without_vector, corpus.unplaced
        arrays["vectors"] = corpus.vectors.view()
        arrays["vector_keys"] = np.frombuffer(b"".join(corpus.vector_keys), np.uint8)
    arrays["meta"] = np.frombuffer(orjson.dumps(meta), np.uint8)
    out = io.BytesIO()
    np.savez(out, allow_pickle=False, **arrays)
    return out.getvalue()


def load(data: bytes, settings: Settings, store: VectorStore | None) -> Corpus:
    """Read the corpus of a dump; DumpRefused when it does not belong to these settings."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        meta = orjson.loads(arrays["meta"].tobytes())
    except (ValueError, KeyError, OSError, EOFError, BadZipFile) as error:
        raise DumpRefused("these bytes are not the dump of an index") from error
    if meta.get("stamp") != _stamp(settings):
        raise DumpRefused("the dump was made under other settings")
    corpus = Corpus(settings, store)
    blob = arrays["records"].tobytes()
    ends = np.cumsum(arrays["lengths"]).tolist()
    begin = 0
    for end in ends:
        corpus.records.append(blob[begin:end])
        begin = end
    corpus.ids = meta["ids"]
    corpus.alive = arrays["alive"].astype(np.bool_)
    corpus.slot_of = {corpus.ids[slot]: slot for slot in np.nonzero(corpus.alive)[0].tolist()}
    corpus.sequence = Growable(np.int64, arrays["sequence"])
    corpus.next_sequence = meta["next_sequence"]
    corpus.version = meta["version"]
    words = corpus.words
    words.words = meta["words"]
    words.numbers = {word: number for number, word in enumerate(words.words)}
    words.order, words.common = arrays["order"], arrays["common"]
    words.codes, words.starts = Growable(np.uint32, arrays["codes"]), Growable(np.int64, arrays["code_starts"])
    corpus.text.starts = Growable(np.int64, arrays["starts"])
    corpus.text.terms = Growable(np.int32, arrays["terms"])
    corpus.text.infos = Growable(np.uint32, arrays["infos"])
    corpus.text.attributes = meta["attributes"]
    corpus.text.attribute_of = {path: at for at, path in enumerate(corpus.text.attributes)}
    corpus.postings = Postings.of(
        corpus.text.starts.view(), corpus.text.terms.view(), corpus.text.infos.view(), meta["base"], len(words.words)
    )
    for at, facet in enumerate(meta["facets"]):
        column = FacetColumn(facet["name"])
        column.slots = Growable(np.int32, arrays[f"facet_slots_{at}"])
        column.ordinals = Growable(np.int32, arrays[f"facet_ordinals_{at}"])
        column.numbers = Growable(np.float64, arrays[f"facet_numbers_{at}"])
        column.values = facet["values"]
        column.known = {value: ordinal for ordinal, value in enumerate(column.values)}
        for ordinal, value in enumerate(column.values):
            column.folded.setdefault(value.casefold(), []).append(ordinal)
        column.numeric = not bool(np.isnan(column.numbers.view()).all())
        column.size = len(corpus.ids)
        begins = np.searchsorted(column.slots.view(), np.arange(column.size + 1))
        column.starts = Growable(np.int32, begins.astype(np.int32))
        corpus.columns["facet", facet["name"]] = column
    if store is not None and meta.get("model") == store.embedder.name:
        corpus.vectors = Growable(np.float32, arrays["vectors"])
        keys = arrays["vector_keys"].tobytes()
        corpus.vector_keys = [keys[at : at + 16] for at in range(0, len(keys), 16)]
        corpus.without_vector = meta["without_vector"]
        corpus.unplaced = meta.get("unplaced", corpus.without_vector)  # an older dump knows of no first vectors
        made = np.ones(len(corpus.vector_keys), np.bool_)
        made[corpus.without_vector] = False
        corpus.hold(np.nonzero(made)[0].tolist())
    return corpus
