"""Stop words and plurals of the supported languages, small and rule-based.

Algolia ships dictionaries for 70 languages; here stop words exist for ten and plural rules for seven. Custom
dictionary entries (`stopwords`, `plurals`, `compounds`) add to or take from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

STOP_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(
        "a about above after again all am an and any are as at be because been before being below between both but "
        "by can could did do does doing down during each few for from further had has have having he her here hers "
        "him his how i if in into is it its just me more most my no nor not now of off on once only or other our "
        "ours out over own same she should so some such than that the their theirs them then there these they this "
        "those through to too under until up very was we were what when where which while who whom why will with "
        "would you your yours".split()
    ),
    "fr": frozenset(
        "a à au aux avec ce ces cette cet dans de des du elle elles en et est eux il ils j je l la le les leur leurs "
        "lui ma mais me même mes moi mon n ne nos notre nous on ou où par pas pour qu que qui s sa se ses si son "
        "sont sur t ta te tes toi ton tu un une vos votre vous d c y comment quel quelle quels quelles".split()
    ),
    "es": frozenset(
        "a al algo como con contra cual cuales de del desde donde durante e el ella ellas ellos en entre era es esa "
        "ese eso esta este esto estos estas está están hay la las le les lo los más me mi mis mucho muy no nos "
        "nosotros o os otra otro para pero por porque que qué quien se ser si sí sin sobre son su sus también te tu "
        "tus un una uno unos unas y ya yo cómo".split()
    ),
    "de": frozenset(
        "aber als am an auch auf aus bei bin bis bist da dann das dass dein deine dem den der des die dies diese "
        "dieser dir doch du durch ein eine einem einen einer eines er es für hat hatte ich ihr ihre im in ist ja "
        "kann kein keine man mein meine mich mir mit nach nicht noch nun nur ob oder ohne sein seine sich sie sind "
        "so über um und uns unser unter vom von vor war was wenn wer wie wir wird wo zu zum zur".split()
    ),
    "it": frozenset(
        "a ad al alla alle ai agli anche che chi ci come con da dal dalla dei del della delle di e è ed gli ha ho i "
        "il in io la le lei li lo loro lui ma mi mia mio ne nel nella noi non nostro o per più se si sono su sul "
        "sulla suo sua ti tra tu un una uno vi".split()
    ),
    "pt": frozenset(
        "a à ao aos as às até com como da das de dela dele do dos e é ela ele eles em entre era essa esse esta este "
        "eu foi há isso isto já lhe mais mas me meu minha muito na nas não nem no nos nós o os ou para pela pelo por "
        "qual quando que quem se sem seu sua são só também te tem um uma você".split()
    ),
    "nl": frozenset(
        "aan al als bij dan dat de der deze die dit doch door een en er geen haar had heb heeft het hij hoe hun ik "
        "in is ja je kan me met mijn naar niet nog nu of om omdat onder ons ook op over te tegen toen tot u uit van "
        "veel voor want was wat we wel werd wie wij wordt zal ze zich zij zijn zo zou".split()
    ),
    "ru": frozenset(
        "а без более бы был была были было быть в вам вас весь во вот все всех вы да для до его ее если есть ещё же "
        "за и из или им их к как ко когда кто ли мне мы на над не нет но о об он она они оно от по под при с со так "
        "также то только ты у уже что чтобы это эта этот я".split()
    ),
    "zh": frozenset("的 了 和 是 在 我 有 他 这 那 之 与 及 或 吗 呢 吧 啊".split()),
    "ja": frozenset("の に は を た が で て と し れ さ".split()),
}
ANY_STOP_WORD = frozenset().union(*STOP_WORDS.values())


def _english(word: str) -> set[str]:
    out: set[str] = set()
    if word in _IRREGULAR:
        out.add(_IRREGULAR[word])
    if word.endswith("ies") and len(word) > 4:
        out.add(word[:-3] + "y")
    elif word.endswith(("sses", "shes", "ches", "xes", "zes")):
        out.add(word[:-2])
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        out.add(word[:-1])
    else:
        if word.endswith("y") and len(word) > 2 and word[-2] not in "aeiou":
            out.add(word[:-1] + "ies")
        elif word.endswith(("s", "sh", "ch", "x", "z")):
            out.add(word + "es")
        elif not word.endswith("ies"):
            out.add(word + "s")
    return out


_PAIRS = (
    "child children|person people|man men|woman women|foot feet|tooth teeth|goose geese|mouse mice|"
    "criterion criteria|datum data|analysis analyses|index indices|matrix matrices|knife knives|"
    "wife wives|life lives|leaf leaves|shelf shelves|wolf wolves|half halves|basis bases|crisis crises|"
    "thesis theses|hypothesis hypotheses|phenomenon phenomena|vertex vertices"
)
_IRREGULAR: dict[str, str] = {}
for _pair in _PAIRS.split("|"):
    _one, _many = _pair.split()
    _IRREGULAR[_one], _IRREGULAR[_many] = _many, _one


def _romance(word: str) -> set[str]:
    if word.endswith("s") and len(word) > 3:
        return {word[:-1], word[:-2]} if word.endswith("es") else {word[:-1]}
    return {word + "s"} if word[-1:] in "aeiou" else {word + "s", word + "es"}


def _french(word: str) -> set[str]:
    if word.endswith("aux") and len(word) > 4:
        return {word[:-3] + "al", word[:-1]}
    if word.endswith(("s", "x")) and len(word) > 3:
        return {word[:-1]}
    return {word[:-2] + "aux"} if word.endswith("al") else {word + "s", *({word + "x"} if word.endswith("eu") else ())}


def _german(word: str) -> set[str]:
    out = {word + end for end in ("e", "en", "er", "n", "s")}
    out |= {word[: -len(end)] for end in ("en", "er", "e", "n", "s") if word.endswith(end) and len(word) > len(end) + 2}
    return out


def _italian(word: str) -> set[str]:
    swaps = {"o": "i", "a": "e", "e": "i", "i": "oe"}
    return {word[:-1] + end for end in swaps.get(word[-1:], "")}


PLURALS = {
    "en": _english, "fr": _french, "es": _romance, "pt": _romance, "de": _german, "it": _italian, "nl": _german,
}  # fmt: skip


LANGUAGES = tuple(dict.fromkeys((*STOP_WORDS, *PLURALS)))


@dataclass(frozen=True)
class Dictionaries:
    """Custom dictionary entries of the application; words already normalised."""

    stop_words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kept_words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    plurals: Mapping[str, tuple[frozenset[str], ...]] = field(default_factory=dict)
    compounds: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    no_rules: frozenset[str] = frozenset()
    """Languages whose standard plurals are switched off."""


def read_dictionaries(entries: Mapping[str, Sequence[Mapping[str, Any]]] | None) -> Dictionaries:
    """Read custom entries by dictionary name (`stopwords`, `plurals`, `compounds`), as the dictionary API stores them.

    Entries under `no plurals` name the languages whose standard plurals are switched off.
    """
    entries = entries or {}
    stop: dict[str, set[str]] = {}
    kept: dict[str, set[str]] = {}
    plurals: dict[str, list[frozenset[str]]] = {}
    compounds: dict[str, dict[str, tuple[str, ...]]] = {}
    for entry in entries.get("stopwords", ()):
        table = kept if entry.get("state") == "disabled" else stop
        table.setdefault(str(entry.get("language")), set()).add(str(entry.get("word", "")).lower())
    for entry in entries.get("plurals", ()):
        words = frozenset(str(word).lower() for word in entry.get("words", ()))
        plurals.setdefault(str(entry.get("language")), []).append(words)
    for entry in entries.get("compounds", ()):
        parts = tuple(str(part).lower() for part in entry.get("decomposition", ()))
        compounds.setdefault(str(entry.get("language")), {})[str(entry.get("word", "")).lower()] = parts
    off = frozenset(str(entry.get("language")) for entry in entries.get("no plurals", ()))
    return Dictionaries(
        {language: frozenset(words) for language, words in stop.items()},
        {language: frozenset(words) for language, words in kept.items()},
        {language: tuple(groups) for language, groups in plurals.items()},
        compounds,
        off,
    )


def stop_words(languages: Sequence[str], dictionaries: Dictionaries) -> frozenset[str]:
    """List the stop words of some languages."""
    out: set[str] = set()
    for language in languages:
        out |= STOP_WORDS.get(language, frozenset())
        out |= dictionaries.stop_words.get(language, frozenset())
        out -= dictionaries.kept_words.get(language, frozenset())
    return frozenset(out)


def plural_forms(word: str, languages: Sequence[str], dictionaries: Dictionaries) -> set[str]:
    """List the other singular and plural forms of a word."""
    out: set[str] = set()
    for language in languages:
        if (rule := PLURALS.get(language)) and language not in dictionaries.no_rules:
            out |= rule(word)
        for group in dictionaries.plurals.get(language, ()):
            if word in group:
                out |= group
    out.discard(word)
    return {form for form in out if len(form) > 1}
