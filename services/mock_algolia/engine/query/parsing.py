"""From the text of a query to its words: phrases and exclusions, stop words, optional words, prefixes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.mock_algolia.engine.errors import BadRequest
from services.mock_algolia.engine.language.languages import Dictionaries, stop_words
from services.mock_algolia.engine.language.tokenizer import Tokenizer, is_hangul, is_logogram, is_spelled
from services.mock_algolia.engine.query.search_request import SearchRequest

MAX_WORDS = 50  # words past that are ignored (undocumented choice)
MAX_QUERY = 512  # bytes, as documented for `query`


@dataclass(frozen=True)
class QueryWord:
    """One word to match. `phrase`: number of the quoted phrase it belongs to, or -1.

    `place`: for a character of a script without spaces, numbered so that neighbours in the text follow each other;
    else -1. Such a character counts only beside a neighbour of the query (see `plan`).
    """

    text: str
    prefix: bool = False
    optional: bool = False
    phrase: int = -1
    place: int = -1


@dataclass(frozen=True)
class Query:
    """A parsed query; `excluded` holds words or phrases that must not occur."""

    words: tuple[QueryWord, ...]
    excluded: tuple[tuple[str, ...], ...] = ()

    @property
    def text(self) -> str:
        """The words as one text."""
        return " ".join(word.text for word in self.words)

    def with_optional(self, positions: Sequence[int]) -> Query:
        """Make the same query with the words at these positions optional."""
        chosen = set(positions)
        return replace(
            self,
            words=tuple(replace(word, optional=word.optional or at in chosen) for at, word in enumerate(self.words)),
        )

    def without(self, positions: Sequence[int]) -> Query:
        """Make the same query without the words at these positions."""
        chosen = set(positions)
        return replace(self, words=tuple(word for at, word in enumerate(self.words) if at not in chosen))


_ADVANCED = re.compile(
    r"""(?P<minus>(?<!\S)-)?"(?P<phrase>[^"]*)"|(?<!\S)-(?P<word>[^\s"]+)|(?P<plain>[^\s"]+)""", re.S
)


def _placed(tokenizer: Tokenizer, text: str) -> list[QueryWord]:
    """Find the words of a text that is no phrase."""
    if text.isascii():
        return [QueryWord(word) for word in tokenizer.words(text)]
    out: list[QueryWord] = []
    place = last = -1
    spelled = False
    for word, start, end in tokenizer.spans(text):
        if is_logogram(text[start]) or is_spelled(text[start]):
            place += 1 if start == last and spelled == is_spelled(text[start]) else 2
            last, spelled = end, is_spelled(text[start])
            out.append(QueryWord(word, place=place))
        else:
            out.append(QueryWord(word))
    return out


def parse_query(request: SearchRequest, tokenizer: Tokenizer, dictionaries: Dictionaries) -> Query:
    """Parse the query of a search."""
    text = request.query
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_QUERY:
        raise BadRequest(f'Invalid value for "query" parameter, expected string shorter than {MAX_QUERY} bytes')
    words: list[QueryWord] = []
    excluded: list[tuple[str, ...]] = []
    features = request.advanced_syntax
    last_plain = True
    if features:
        phrases = 0
        for found in _ADVANCED.finditer(text):
            if found["phrase"] is not None:
                inner = tokenizer.words(found["phrase"])
                if not inner:
                    continue
                if found["minus"] and "excludeWords" in features:
                    excluded.append(tuple(inner))
                elif "exactPhrase" in features:
                    words.extend(QueryWord(word, phrase=phrases) for word in inner)
                    phrases += 1
                    last_plain = False
                else:
                    words.extend(map(QueryWord, inner))
                    last_plain = True
            elif found["word"] is not None:
                inner = tokenizer.words(found["word"])
                if "excludeWords" in features:
                    if inner:
                        excluded.append(tuple(inner))
                else:
                    words.extend(map(QueryWord, inner))
            else:
                words.extend(_placed(tokenizer, found["plain"]))
                last_plain = True
    else:
        words = _placed(tokenizer, text)
    words = words[:MAX_WORDS]
    kind = request.query_type
    if kind == "prefixAll":
        words = [replace(word, prefix=word.phrase < 0) for word in words]
    elif kind == "prefixLast" and words and last_plain and words[-1].phrase < 0:
        words[-1] = replace(words[-1], prefix=True)
    if kind != "prefixNone":  # particles follow Korean words without a space: every word may go on
        words = [replace(word, prefix=True) if word.phrase < 0 and is_hangul(word.text) else word for word in words]
    stopped = stop_words(request.stop_words_of, dictionaries)
    if stopped:  # a word that may be a prefix is never a stop word (documented)
        kept = [
            replace(word, optional=True) if word.place >= 0 and word.text in stopped else word
            for word in words  # a character may be a stop word or part of another: it is not missed, but counts
            if word.prefix or word.phrase >= 0 or word.place >= 0 or word.text not in stopped
        ]
        words = kept if any(not word.optional for word in kept) else words
    if request.optional_words:
        chosen = {word for entry in request.optional_words for word in tokenizer.words(entry)}
        words = [replace(word, optional=word.optional or word.text in chosen) for word in words]
    return Query(tuple(words), tuple(excluded))
