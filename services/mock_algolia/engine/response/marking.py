"""Which words of a record to mark, asked word by word of the plan that matched it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.kernels.counting import gather
from services.mock_algolia.engine.kernels.layout import EXACT, FLAGS, FORBIDDEN, PREFIX, RUN, SPAN, WORD
from services.mock_algolia.engine.matching.selection import Selection
from services.mock_algolia.engine.response.ascii_marker import Mark, Run


class Marking:
    """word → mark, worked out when first asked: a short prefix stands for thousands of words, hits show a few."""

    def __init__(self, reader: Reader, selection: Selection, *, replacing: bool, whole: bool) -> None:
        self._snapshot = reader.snapshot
        self._scored = selection.scored
        self._synonyms = reader.synonyms
        self._replacing = replacing
        self._whole = whole  # only exact matches are marked
        self._texts = [word.text for word in selection.query.words]
        self._known: dict[str, tuple[Mark | None, tuple[Run, ...]]] = {}

    def present(self, slots: Sequence[int]) -> list[dict[str, list[str]]]:
        """List for each record its top-level attributes that hold matching words, and those words."""
        out: list[dict[str, list[str]]] = [{} for _ in slots]
        if self._scored is not None and slots:
            snapshot = self._snapshot
            chosen = np.array(slots, np.int64)
            total = int((snapshot.starts[chosen + 1] - snapshot.starts[chosen]).sum())
            rows = np.empty((total, 3), np.int64)
            count = gather(chosen, snapshot.starts, snapshot.terms, snapshot.infos, self._scored.links.first, rows)
            names = [path.partition(".")[0] for path in snapshot.attributes]
            text = snapshot.dictionary.word
            for at, term, attribute in rows[:count].tolist():
                word = text(term)
                if word[0] != "<":  # a placeholder is no text
                    held = out[at].setdefault(names[attribute], [])
                    if word not in held:
                        held.append(word)
        return out

    def of(self, word: str) -> tuple[Mark | None, tuple[Run, ...]]:
        """Find the mark of a word, and the runs that begin with it."""
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = self._find(word)
        return known

    def _find(self, word: str) -> tuple[Mark | None, tuple[Run, ...]]:
        if self._scored is None:
            return None, ()
        number = self._snapshot.dictionary.find(word)
        if number < 0:
            return None, ()
        plan, links = self._scored.plan, self._scored.links
        mark: Mark | None = None
        runs: list[Run] = []
        entry = int(links.first[number])
        while entry >= 0:
            row = plan.entries[entry].tolist()
            flags, at, span, run = row[FLAGS], row[WORD], row[SPAN], row[RUN]
            entry = int(links.chain[entry])
            if flags & FORBIDDEN or (self._whole and not flags & EXACT):
                continue
            matched = tuple(self._texts[at : at + span])
            if run >= 0:
                numbers = plan.run_terms[plan.run_starts[run] : plan.run_starts[run + 1]].tolist()
                runs.append((tuple(map(self._snapshot.dictionary.word, numbers)), Mark(matched)))
                continue
            letters = len(self._texts[at]) if flags & PREFIX else 0
            replacement = None
            if self._replacing and flags & EXACT and matched != (word,):
                alternatives = self._synonyms.of(matched)
                replacement = " ".join(matched) if any(one.words == (word,) for one in alternatives) else None
            if mark is None:
                mark = Mark(matched, letters, replacement)
            else:
                both = tuple(dict.fromkeys((*mark.words, *matched)))
                mark = Mark(both, mark.letters and letters and max(mark.letters, letters), mark.replacement)
        return mark, tuple(runs)
