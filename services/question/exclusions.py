"""What a question does not want: "chemistry but without lab work", "todo menos economía", "Mathe mag ich nicht".

Neither leg of a search understands a "not": the word after it attracts the very courses that were not wanted. So the
phrase leaves the words that are searched, and what it names is told beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from services.question.phrases import Found as PhraseAt
from services.question.phrases import PhraseTable, filler_words, read_rows
from services.question.subjects import held, key_of, spellings, subject_at
from services.question.taught_in import language_named
from services.question.tokens import Token, contains, joined, same_words
from services.question.written_language import written_language

OBJECT_WORDS = 3
"""An unknown thing that is not wanted has at most so many words."""
OBJECTS_MOST = 6


@dataclass(frozen=True, slots=True)
class Excluded:
    """One thing that is not wanted: as it was said, and every lower-case spelling that means it or is a part of it."""

    said: str
    spellings: frozenset[str]

    def is_in(self, texts: Iterable[str]) -> bool:
        """Tell whether one of the texts names it as whole words, in the singular or the plural."""
        return names(tuple(texts), self.spellings)


@dataclass(frozen=True, slots=True)
class ExcludedPart:
    """Where a sentence excludes: from one token to before another, and what."""

    start: int
    end: int
    excluded: tuple[Excluded, ...]


def excluded(said: str) -> Excluded:
    """Build an exclusion from a name alone, with all that means the same and what a wide subject holds."""
    words = same_words(said)
    same = spellings().get(words, frozenset()) | {" ".join(said.casefold().split())}
    parts = frozenset(narrow for name in same for narrow in held().get(name, ()))
    return Excluded(" ".join(said.split()), same | parts)


def names(texts: tuple[str, ...], unwanted: Iterable[str]) -> bool:
    """Tell whether one of the texts has one of the spellings as whole words, in the singular or the plural."""
    plain = [same_words(text) for text in texts]
    return any(contains(words, phrase) for phrase in map(same_words, unwanted) for words in plain)


def find_exclusions(sentence: Sequence[Token], taken: Sequence[bool], text: str) -> Iterator[ExcludedPart]:
    """Find each part of a sentence that excludes something; `taken` tokens mean something else already."""
    place = 0
    while place < len(sentence):
        part = None if taken[place] or sentence[place].sign else _part_at(sentence, taken, place, text)
        if part is None:
            place += 1
        else:
            yield part
            place = part.end


def _part_at(sentence: Sequence[Token], taken: Sequence[bool], place: int, text: str) -> ExcludedPart | None:
    cue = _before().at(sentence, place)
    if cue is not None and not any(taken[cue.start : cue.end]) and not _refuses_nothing(cue, sentence, text):
        kinds = {row.meaning for row in _before().rows if row.phrase == cue.row.phrase}
        spans, end = _objects(sentence, taken, cue.end, only_subjects="plain" not in kinds)
        if not spans and cue.end < len(sentence) and _letter(sentence[cue.end], text):
            spans, end = [(cue.end, cue.end + 1)], cue.end + 1
        if not spans and cue.row.phrase in _WITHOUT and _is_thing(sentence, taken, cue.end):
            spans, end = [(cue.end, cue.end + 1)], cue.end + 1
        if spans:
            return ExcludedPart(place, end, _told(sentence, spans, text))
    stop = _named_at(sentence, place)
    if stop == place and (place == 0 or sentence[place - 1].sign):
        stop = _short_clause(sentence, taken, place)
    if stop > place and not any(taken[place:stop]):
        if _free_of(sentence, stop):
            return ExcludedPart(place, stop + 2, _told(sentence, [(place, stop)], text))
        spans, stop = _joined_with(sentence, taken, place, stop)
        after = _skip(sentence, stop)
        if _asked_and_denied(sentence, place, after):
            return ExcludedPart(place, _clause_end(sentence, after + 1), _told(sentence, spans, text))
        cue = _after().at(sentence, after) if after < len(sentence) and not sentence[after].sign else None
        refused = cue is not None and not any(taken[cue.start : cue.end]) and clause_ends(sentence, cue.end)
        if cue is not None and refused and not _refuses_what_follows(sentence, taken, after):
            return ExcludedPart(place, cue.end, _told(sentence, spans, text))
        if around := _around(sentence, place, stop):
            return ExcludedPart(*around, _told(sentence, [(place, stop)], text))
    return None


def _refuses_nothing(cue: PhraseAt, sentence: Sequence[Token], text: str) -> bool:
    """See "from nothing to Kubernetes", and the Portuguese "no", which is "in the"."""
    if cue.row.phrase == "nothing" and cue.end < len(sentence) and sentence[cue.end].word == "to":
        return True
    return cue.row.phrase == "no" and written_language(text) == "Portuguese"


def _named_at(sentence: Sequence[Token], place: int) -> int:
    """Find where a subject or a language ends that begins at a place; `place` where none does."""
    language = language_named(sentence, place)
    return max(subject_at(sentence, place), language[1] if language else place)


def _joined_with(
    sentence: Sequence[Token], taken: Sequence[bool], place: int, stop: int
) -> tuple[list[tuple[int, int]], int]:
    """Read on from one subject to others that are joined to it: "maths and statistics bore me"."""
    spans = [(place, stop)]
    while stop + 1 < len(sentence) and sentence[stop].word in _JOINERS:
        after = _named_at(sentence, stop + 1)
        if after == stop + 1 or any(taken[stop:after]):
            break
        spans.append((stop + 1, after))
        stop = after
    return spans, stop


def _asked_and_denied(sentence: Sequence[Token], place: int, after: int) -> bool:
    """See "bees? no ta": something alone is asked, and denied at once."""
    alone = place == 0 or sentence[place - 1].sign
    asked = after + 1 < len(sentence) and sentence[after].word in "?？؟"
    return alone and asked and sentence[after + 1].word in _DENIALS and _clause_end(sentence, after + 1) <= after + 3


def _clause_end(sentence: Sequence[Token], place: int) -> int:
    return next((at for at in range(place, len(sentence)) if sentence[at].sign), len(sentence))


def _is_thing(sentence: Sequence[Token], taken: Sequence[bool], place: int) -> bool:
    """See a word that no table knows after "without", which ends its clause and is no manner ("without stress")."""
    if place >= len(sentence) or taken[place] or sentence[place].sign or not clause_ends(sentence, place + 1):
        return False
    word = sentence[place].word
    return len(word) > 3 and word not in _MANNERS | _STOPS | _JOINERS | _SKIPPED | filler_words()


def _letter(token: Token, text: str) -> bool:
    """See a language of one letter, where it is written large: "without R"."""
    return text[token.start : token.end] in ("R", "C")


def _short_clause(sentence: Sequence[Token], taken: Sequence[bool], place: int) -> int:
    """Find where something that no table knows ends, before the word that refuses it: "hacking yes, forensics no"."""
    ideographs = "㐀" <= sentence[place].word[:1] <= "鿿"  # which are small words alone, and none within a name
    most, small = (5, frozenset[str]()) if ideographs else (3, filler_words())
    for stop in range(place + 1, min(place + most, len(sentence))):
        if (
            taken[stop - 1]
            or sentence[stop - 1].sign
            or sentence[stop - 1].word in _STOPS | _JOINERS | _SKIPPED | small
        ):
            break
        if _asked_and_denied(sentence, place, stop):
            return stop
        cue = _after().at(sentence, stop) if not sentence[stop].sign else None
        if cue is not None and clause_ends(sentence, cue.end):
            return stop
    return place


def _free_of(sentence: Sequence[Token], stop: int) -> bool:
    """See "maths-free" and "mathe-frei"."""
    follows = [token.word for token in sentence[stop : stop + 2]]
    return len(follows) == 2 and follows[0] == "-" and follows[1] in ("free", "frei", "freie", "freier", "freies")


def _refuses_what_follows(sentence: Sequence[Token], taken: Sequence[bool], place: int) -> bool:
    cue = _before().at(sentence, place)
    return cue is not None and bool(_objects(sentence, taken, cue.end, only_subjects=True)[0])


def _objects(
    sentence: Sequence[Token], taken: Sequence[bool], place: int, *, only_subjects: bool
) -> tuple[list[tuple[int, int]], int]:
    """Read what follows a cue: one thing, or several in a row ("maths, physics or chemistry")."""
    spans: list[tuple[int, int]] = []
    end = place
    while len(spans) < OBJECTS_MOST:
        start = place
        while start < len(sentence) and not taken[start] and sentence[start].word in _SKIPPED:
            start += 1
        if start >= len(sentence) or sentence[start].sign or taken[start]:
            break
        stop = subject_at(sentence, start)
        if stop == start:
            if only_subjects or (spans and not _ends_list(sentence, start)):
                break
            stop = _unknown(sentence, taken, start, 1 if spans else OBJECT_WORDS)
            inner = _subject_within(sentence, start, stop)
            if inner:
                start, stop = inner
        if stop == start:
            break
        spans.append((start, stop))
        end = stop
        place = stop
        joiner = place
        while joiner < len(sentence) and (sentence[joiner].word in _JOINERS or sentence[joiner].word == ","):
            joiner += 1
        if joiner == place and _example_follows(sentence, place):
            joiner += 1
        if joiner == place:
            break
        place = joiner
        again = _before().at(sentence, place) if place < len(sentence) and not sentence[place].sign else None
        if again is not None:  # "no maths, no physics" says so anew; "ni física" goes on
            if again.end - again.start == 1 and sentence[place].word in _JOINERS:
                place = again.end
                continue
            break
    return spans, end


def _example_follows(sentence: Sequence[Token], place: int) -> bool:
    if place >= len(sentence) or sentence[place].word not in _EXAMPLES:
        return False
    start = place + 1
    while start < len(sentence) and sentence[start].word in _SKIPPED:
        start += 1
    return start < len(sentence) and subject_at(sentence, start) > start


def _unknown(sentence: Sequence[Token], taken: Sequence[bool], start: int, most: int) -> int:
    """Take the words of something that no table knows, up to where another thought begins."""
    stop = start
    ideographs = 0
    while stop < len(sentence) and stop - start < (most if not ideographs else 4):
        token = sentence[stop]
        if token.sign or taken[stop] or token.word in _STOPS or token.word in _JOINERS:
            break
        if "㐀" <= token.word <= "鿿":
            ideographs += 1
        stop += 1
    return stop


def _subject_within(sentence: Sequence[Token], start: int, stop: int) -> tuple[int, int] | None:
    """Find the subject that ends a run of ideographs: "再碰统计" is about statistics."""
    if start >= len(sentence) or not "㐀" <= sentence[start].word <= "鿿":
        return None
    return next(((at, stop) for at in range(start + 1, stop) if subject_at(sentence, at) == stop), None)


def _ends_list(sentence: Sequence[Token], start: int) -> bool:
    """Say whether the last thing of a list stands here: one word, and then nothing of this clause."""
    return clause_ends(sentence, start + 1)


def clause_ends(sentence: Sequence[Token], place: int) -> bool:
    """Say whether a clause ends before a place."""
    return place >= len(sentence) or sentence[place].sign or sentence[place].word in _STOPS | _JOINERS


def _around(sentence: Sequence[Token], place: int, stop: int) -> tuple[int, int] | None:
    """See "ich mag Mathe nicht": the refusal comes after what is refused."""
    if stop >= len(sentence) or sentence[stop].word not in ("nicht", "nich"):
        return None
    for start in range(max(0, place - 3), place):
        found = _around_table().at(sentence, start)
        if found and found.end == place:
            return start, stop + 1
    return None


def _told(sentence: Sequence[Token], spans: Iterable[tuple[int, int]], text: str) -> tuple[Excluded, ...]:
    return tuple(excluded(joined(text, sentence[start:stop])) for start, stop in spans if key_of(sentence[start:stop]))


def _skip(sentence: Sequence[Token], place: int) -> int:
    while place < len(sentence) and sentence[place].word in ("stuff", "courses", "course", "kurse", "课", "课程", "的"):
        place += 1
    return place


def cue_longer_than(sentence: Sequence[Token], start: int, end: int) -> bool:
    """Say whether a phrase that refuses goes on where a manner of speaking ends ("I can't" and "I can't stand")."""
    before, after = _before().at(sentence, start), _after().at(sentence, start)
    return (before is not None and before.end > end) or (after is not None and after.end > end)


def refusal_before(sentence: Sequence[Token], place: int) -> int:
    """Find where a phrase ends that refuses what follows it ("anything but"); `place` where none begins there."""
    found = _before().at(sentence, place)
    return found.end if found else place


def refusal_behind(sentence: Sequence[Token], place: int) -> int:
    """Find where a phrase ends that refuses what stands before it ("… bores me"); `place` where none begins there."""
    found = _after().at(sentence, place)
    return found.end if found else place


@cache
def _before() -> PhraseTable:
    return PhraseTable(row for row in read_rows("exclusion_cues") if row.meaning in ("plain", "subject"))


@cache
def _after() -> PhraseTable:
    return PhraseTable(row for row in read_rows("exclusion_cues") if row.meaning == "after")


@cache
def _around_table() -> PhraseTable:
    return PhraseTable(row for row in read_rows("exclusion_cues") if row.meaning == "around")


_DENIALS = frozenset("no nope nah non nein nee nao 不 لا".split())
_WITHOUT = frozenset({"without", "w/o", "without the", "sin", "sans", "ohne", "sem"})
_MANNERS = frozenset(
    "fear stress hurry rush problem problems pressure experience background knowledge degree diploma prerequisites "
    "prerequisite requirements paying money effort sweat doubt delay deadline deadlines exam exams test tests homework "
    "registration certificate frills fluff jargon fuss pain tears hassle help teacher travelling travel shame guilt "
    "success luck interest result results "
    "miedo estres prisa prisas problema problemas presion experiencia conocimientos titulo pagar dinero esfuerzo duda "
    "examen examenes deberes certificado dolor ayuda exito "
    "peur stress probleme problemes pression experience connaissances diplome payer argent effort doute examen examens "
    "devoirs certificat douleur aide succes "
    "angst stress eile problem probleme druck erfahrung vorkenntnisse vorwissen abschluss geld aufwand zweifel prufung "
    "prufungen hausaufgaben zertifikat hilfe erfolg voraussetzungen "
    "medo estresse pressa pressao experiencia conhecimento conhecimentos diploma dinheiro esforco duvida prova provas "
    "exames certificado dor ajuda sucesso".split()
)
"""How something may be learnt: who says "without stress" refuses no subject."""
_EXAMPLES = frozenset("like como wie comme 像 مثل".split())
"""Between what is not wanted and an example of it: "not an instrument like the guitar"."""
_JOINERS = frozenset("or nor and & o u ni y e ou et und oder noch nem 和 或 与 及 跟 او و ولا".split())
_SKIPPED = frozenset(
    "not any anything something the a an using use doing learning writing to of my more much too do with "
    "about on for "
    "studying study having have need all that kind type sort into hard heavy courses course involving "
    "another other really "
    "cualquier la las los el un una de del usar hacer con mas aprender estudiar tener que mucha mucho tanta "
    "tanto otro otra "
    "le les l' d' du des une faire utiliser avec apprendre avoir devoir beaucoup trop autre cours cursos "
    "curso kurse kurs "
    "die der das den dem viel etwas mit zu mehr eine einen einem einer nutzung irgendwas irgendwelche "
    "o os as um uma da do das dos muita muito tanta ter que com fazer aprender mais outro outra nada "
    "学 学习 任何 太多 关于 有关 那些 的 涉及 اي شيء عن في ال ماده تعلم دراسه دورات دوره".split()
)
_STOPS = frozenset(
    "wait hang sorry oh ok okay well yeah yes hmm those these them "
    "but for in with that which who because since please pls though although instead rather then so if when where "
    "it i me my you we is are was to from by just only like love want give show what how can course courses at on "
    "stuff thanks either anymore again ever this time tho though also too as an no nor thats that's its it's "
    "theyre they're one ones thing things "
    "pero para en con que quien porque por favor sino si cuando yo me quiero dame muestra es son como cursos curso "
    "mais pour dans avec qui car parce s'il svp si quand je j' veux donne est sont comme cours plutot merci "
    "aber fur in mit das die was weil bitte wenn ich mir will gib zeig ist sind sondern lieber kurse kurs "
    "mas em com porque se quando eu quero mostre sao por "
    "但 但是 而 请 我 想 吧 的 课 了 可 لكن ولكن لان من فضلك انا اريد في الى دورات رجاء".split()
) | {"，"}
