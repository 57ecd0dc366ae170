"""The plan of a match: every way in which a term, or a run of terms, may stand for words of the query."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.mock_algolia.engine.arrays import Ints
from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.corpus.vocabulary import Dictionary
from services.mock_algolia.engine.kernels.layout import COLUMNS, EXACT, FLAGS, FORBIDDEN, TERM, TYPOS, WORD
from services.mock_algolia.engine.language.languages import ANY_STOP_WORD, plural_forms
from services.mock_algolia.engine.language.tokenizer import is_spelled, takes_typos
from services.mock_algolia.engine.parameters.synonyms import Synonyms
from services.mock_algolia.engine.query.parsing import Query
from services.mock_algolia.engine.query.search_request import SearchRequest
from services.mock_algolia.engine.weights import SPLIT_TYPOS

SHORTEST_EXACT = 3  # letters of a word that is exact wherever it stands (documented)
MAX_FIRST_PART = 12  # letters of the first part of a split word (documented)


@dataclass(frozen=True)
class Plan:
    """Entries (see `kernels.layout`), their runs of terms, and which words a record must match (a mask)."""

    entries: Ints
    run_starts: Ints
    run_terms: Ints
    words: int
    required: int
    counts_alone: bool
    """Whether a query of this one word is exact wherever the word stands (`exactOnSingleWordQuery` word)."""

    @property
    def terms(self) -> Ints:
        """The term of each entry."""
        return self.entries[:, TERM]

    @property
    def word(self) -> Ints:
        """The query word of each entry."""
        return self.entries[:, WORD]

    @property
    def typos(self) -> Ints:
        """The typos of each entry."""
        return self.entries[:, TYPOS]

    @property
    def flags(self) -> Ints:
        """The flags of each entry."""
        return self.entries[:, FLAGS]


class _Entries:
    def __init__(self) -> None:
        self.blocks: list[tuple[Ints, int]] = []  # entries for word 0, the word they stand for
        self.singles: list[tuple[int, int, int, int, int, int]] = []  # term, word, span, typos, flags, run
        self.run_starts = [0]
        self.run_terms: list[int] = []

    def add(self, numbers: list[int], word: int, span: int, typos: int, flags: int) -> None:
        run = -1
        if len(numbers) > 1:
            run = len(self.run_starts) - 1
            self.run_terms.extend(numbers)
            self.run_starts.append(len(self.run_terms))
        self.singles.append((numbers[0], word, span, typos, flags, run))


def budget(word: str, request: SearchRequest) -> int:
    """Tell how many typos a query word may have."""
    if request.typo_tolerance == "false" or word in request.no_typos_on_words or not takes_typos(word):
        return 0
    if not request.typos_on_numbers and word.isdecimal():
        return 0
    if len(word) >= request.two_typos_from:
        return 2
    return 1 if len(word) >= request.one_typo_from else 0


def make_plan(query: Query, request: SearchRequest, reader: Reader) -> Plan:
    """Expand every word of the query against the dictionary."""
    entries = _Entries()
    dictionary = reader.snapshot.dictionary
    joins = request.typo_tolerance != "false"
    words = query.words
    at = 0
    while at < len(words):
        word = words[at]
        if word.phrase >= 0:
            end = at
            while end < len(words) and words[end].phrase == word.phrase:
                end += 1
            numbers = [dictionary.find(part.text) for part in words[at:end]]
            if min(numbers) >= 0:
                entries.add(numbers, at, end - at, 0, EXACT)
            at = end
            continue
        if word.place >= 0:
            _characters(entries, query, at, dictionary)
            if request.synonyms:
                _synonyms(entries, query, at, dictionary, reader.synonyms, request.alternatives_as_exact)
            at += 1
            continue
        found = dictionary.expand(word.text, budget(word.text, request), word.prefix)
        entries.blocks.append((found.entries, at))
        if request.plurals_of:
            flag = EXACT if "ignorePlurals" in request.alternatives_as_exact else 0
            for form in sorted(plural_forms(word.text, request.plurals_of, reader.dictionaries)):
                if (number := dictionary.find(form)) >= 0:
                    entries.add([number], at, 1, 0, flag)
        if joins and word.text not in request.no_typos_on_words:
            _split_and_join(entries, query, at, dictionary, request.no_typos_on_words, request.one_typo_from)
        if request.synonyms:
            _synonyms(entries, query, at, dictionary, reader.synonyms, request.alternatives_as_exact)
        at += 1
    for excluded in query.excluded:
        numbers = [dictionary.find(part) for part in excluded]
        if min(numbers) >= 0:
            entries.add(numbers, 0, 1, 0, FORBIDDEN)
    return _arrays(entries, query)


MAX_ENDINGS = 64  # ways in which the last character of an unfinished word may go on (undocumented choice)


def _characters(entries: _Entries, query: Query, at: int, dictionary: Dictionary) -> None:
    """Add what a character of a script without spaces may match.

    A logogram counts together with a neighbour of the query, so that 数学 is not found in 数据科学, while 机器学习
    is in 学习机器; a word that is spelled out must be found whole. Algolia cuts at the words of dictionaries instead.
    """
    words = query.words
    word = words[at]
    if is_spelled(word.text):
        if at and words[at - 1].place == word.place - 1:
            return  # added with the first character
        end = at + 1
        while end < len(words) and words[end].place == words[end - 1].place + 1:
            end += 1
        numbers = [dictionary.find(part.text) for part in words[at : end - 1]]
        last = words[end - 1]
        endings = dictionary.expand(last.text, 0, last.prefix).terms[:MAX_ENDINGS].tolist()
        if not numbers or min(numbers) >= 0:
            for ending in endings:
                exact = EXACT if ending == dictionary.find(last.text) else 0
                entries.add([*numbers, ending], at, end - at, 0, exact)
        return
    before = words[at - 1] if at and words[at - 1].place == word.place - 1 else None
    after = words[at + 1] if at + 1 < len(words) and words[at + 1].place == word.place + 1 else None
    number = dictionary.find(word.text)
    if number < 0:
        return
    if after is not None and (following := dictionary.find(after.text)) >= 0:
        entries.add([number, following], at, 2, 0, EXACT)
    if all(neighbour is None or neighbour.optional for neighbour in (before, after)):
        entries.add([number], at, 1, 0, EXACT)


def _split_and_join(
    entries: _Entries, query: Query, at: int, dictionary: Dictionary, no_typos: frozenset[str], shortest: int
) -> None:
    text = query.words[at].text
    for cut in range(1, min(len(text), MAX_FIRST_PART + 1) if len(text) >= shortest else 1):
        left = dictionary.find(text[:cut])
        if left >= 0 and (right := dictionary.find(text[cut:])) >= 0:
            entries.add([left, right], at, 1, SPLIT_TYPOS, 0)
    if at + 1 < len(query.words):
        following = query.words[at + 1]
        if (
            following.phrase < 0
            and following.text not in no_typos
            and (joined := dictionary.find(text + following.text)) >= 0
        ):
            entries.add([joined], at, 2, SPLIT_TYPOS, 0)


def _synonyms(
    entries: _Entries,
    query: Query,
    at: int,
    dictionary: Dictionary,
    synonyms: Synonyms,
    exact_kinds: frozenset[str],
) -> None:
    for span in range(1, min(synonyms.longest, len(query.words) - at) + 1):
        run = query.words[at : at + span]
        if any(word.phrase >= 0 for word in run):
            break
        for alternative in synonyms.of([word.text for word in run]):
            numbers = [dictionary.find(part) for part in alternative.words]
            if min(numbers) < 0:
                continue
            kind = "singleWordSynonym" if len(numbers) == 1 else "multiWordsSynonym"
            flag = EXACT if kind in exact_kinds and alternative.typos == 0 else 0
            entries.add(numbers, at, span, alternative.typos, flag)


_NO_RUNS = (np.zeros(1, np.int32), np.empty(0, np.int32))


def _arrays(entries: _Entries, query: Query) -> Plan:
    required = 0
    for at, item in enumerate(query.words):
        if not item.optional:
            required |= 1 << at
    runs = _NO_RUNS
    if entries.run_terms:
        runs = (np.array(entries.run_starts, np.int32), np.array(entries.run_terms, np.int32))
    blocks = entries.blocks
    only = query.words[0].text if len(query.words) == 1 else ""
    counts_alone = len(only) >= SHORTEST_EXACT and only not in ANY_STOP_WORD
    if len(blocks) == 1 and not blocks[0][1] and not entries.singles:
        return Plan(blocks[0][0], *runs, len(query.words), required, counts_alone)
    table = np.empty((sum(len(block) for block, _ in blocks) + len(entries.singles), COLUMNS), np.int32)
    at = 0
    for block, word in blocks:
        part = table[at : at + len(block)]
        part[:] = block
        part[:, WORD] = word
        at += len(block)
    if entries.singles:
        table[at:] = entries.singles
    return Plan(table, *runs, len(query.words), required, counts_alone)
