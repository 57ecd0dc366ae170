"""Tell in which language a reply's own words are: by script, by a language identifier, and by function words.

What the catalogue wrote (titles, keys, tags, descriptions) and what stands in quotes is taken out first. The identifier
is py3langid, held to the seven languages of the suite; a few words are little for it, so function words decide where it
is not sure.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LATIN = ("en", "es", "fr", "de", "pt")
SURE = 0.9
_QUOTED = re.compile(
    r'"[^"\n]{0,300}"|“[^”\n]{0,300}”|„[^“”\n]{0,300}[“”]|«[^»\n]{0,300}»|「[^」\n]{0,300}」|https?://\S+'
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_FUNCTION_WORDS = {
    "en": "the a an is are was you your i it its and or of to in on for with that this what which not no can do does have has be at "
    "from before there would like hello hi thanks welcome don't can't it's you've i'm course courses about",
    "es": "el la los las un una unos es son está están hay tu tus te yo lo y o u de del en para con que qué este esta estos no sí puedo "
    "puedes tiene tienes se su sus al antes más muy hola gracias nada me mi curso cursos sobre ningún ninguno pero también ya encaja",
    "fr": "le la les un une des est sont il y a vous votre vos je j' et ou de du en pour avec que qui ce cette ces ne pas n' peux peut "
    "avez au aux avant plus très bonjour merci rien me mon cours sur aucun aucune mais aussi déjà sans quel quelle c'est d' l'",
    "de": "der die das den dem ein eine einen einem ist sind es gibt du dein deine sie ihr ihre ich und oder von im in für mit dass was "
    "nicht kein keine keinen kann kannst hast hat zu zum zur vor mehr sehr hallo danke bitte kurs kurse über aber auch schon auf gern",
    "pt": "o a os as um uma uns é são está há seu sua você te eu isso e ou de do da dos das em no na para com que este esta não sim posso "
    "pode tem se ao antes mais muito olá obrigado obrigada nada me meu curso cursos sobre nenhum mas também já sem qual por",
}
_OF_LANGUAGE = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}


def own_words(text: str) -> str:
    """Take quotations and addresses out of a text."""
    return _QUOTED.sub(" ", text)


def language_of(text: str) -> str | None:
    """Name the language of a text (ISO 639), among the suite's and Japanese; None where it has no words."""
    letters = Counter(_script(letter) for letter in text if letter.isalpha())
    if not letters:
        return None
    # A Chinese or Arabic reply quotes names in Latin letters, and those are longer; the other way round is rare.
    if letters["kana"] * 8 > letters["han"] + letters["kana"] > 0 and letters["kana"] * 4 > letters["latin"]:
        return "ja"
    if letters["han"] * 4 > letters["latin"]:
        return "zh"
    if letters["arabic"] * 3 > letters["latin"]:
        return "ar"
    words = [word.replace("’", "'").lower() for word in _WORD.findall(text)]
    counts = {language: sum(word in known for word in words) for language, known in _OF_LANGUAGE.items()}
    ranked = _identifier().rank(text.lower())
    probable = {language: float(probability) for language, probability in ranked}
    best = max(LATIN, key=lambda language: probable.get(language, 0.0))
    most = max(counts.values())
    if counts[best] == most or (probable[best] >= SURE and counts[best] * 2 > most):
        return best
    return max(LATIN, key=lambda language: (counts[language], probable.get(language, 0.0)))


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LATIN))
    return identifier


def _script(letter: str) -> str:
    if letter < "\u0250":
        return "latin"
    if "\u0600" <= letter <= "\u06ff" or "\u0750" <= letter <= "\u077f" or "\ufb50" <= letter <= "\ufefc":
        return "arabic"
    if "\u3040" <= letter <= "\u30ff":
        return "kana"
    if "\u3400" <= letter <= "\u9fff":
        return "han"
    return "other"
