"""Names of languages: as catalogues write them, as people ask for them, and the one English name we index."""

from __future__ import annotations

import unicodedata

LANGUAGE_NAMES: dict[str, tuple[str, tuple[str, ...]]] = {
    "ar": ("Arabic", ("arabe", "arabisch")),
    "de": ("German", ("deutsch", "aleman", "allemand", "alemao", "德语")),
    "en": ("English", ("ingles", "anglais", "englisch", "英语")),
    "es": ("Spanish", ("espanol", "castellano", "espagnol", "spanisch", "espanhol", "西班牙语")),
    "fr": ("French", ("francais", "frances", "franzosisch", "法语")),
    "hi": ("Hindi", ()),
    "id": ("Indonesian", ("bahasa indonesia",)),
    "it": ("Italian", ("italiano", "italien", "italienisch", "意大利语")),
    "ja": ("Japanese", ("japones", "japonais", "japanisch", "日本語", "日语")),
    "ko": ("Korean", ("coreano", "coreen", "koreanisch", "韩语")),
    "nl": ("Dutch", ("nederlands", "neerlandais", "niederlandisch", "holandes")),
    "pl": ("Polish", ("polski", "polonais", "polnisch", "polaco")),
    "pt": ("Portuguese", ("portugues", "portugais", "portugiesisch", "葡萄牙语")),
    "ru": ("Russian", ("ruso", "russe", "russisch", "russo", "俄语")),
    "sv": ("Swedish", ("svenska",)),
    "tr": ("Turkish", ("turkce", "turco", "turc")),
    "uk": ("Ukrainian", ()),
    "vi": ("Vietnamese", ()),
    "zh": ("Chinese", ("mandarin", "chino", "chinois", "chinesisch", "chines", "中文", "汉语")),
}
"""ISO 639-1 code: the English name, and other names (lower case, without accents)."""

OWN_NAMES: dict[str, tuple[str, ...]] = {
    "Arabic": ("العربية", "عربي", "عربية", "اللغة العربية"),
    "Bengali": ("bn", "বাংলা"),
    "Catalan": ("ca", "català", "catalán"),
    "Chinese": (
        "普通话", "漢語", "华语", "國語", "简体中文", "繁體中文", "chinese simplified", "simplified chinese",
        "traditional chinese", "zhongwen",
    ),
    "Czech": ("cs", "čeština", "česky"),
    "Danish": ("da", "dansk"),
    "English": ("английский", "الإنجليزية", "英語", "영어", "inglese", "ingilizce", "engels"),
    "Finnish": ("fi", "suomi"),
    "French": ("langue française", "法語"),
    "German": ("tedesco", "德語"),
    "Greek": ("el", "ελληνικά", "ελληνική"),
    "Hebrew": ("he", "עברית"),
    "Hindi": ("हिन्दी", "हिंदी"),
    "Hungarian": ("hu", "magyar"),
    "Indonesian": ("bahasa",),
    "Japanese": ("にほんご",),
    "Korean": ("한국어", "한국말", "조선말"),
    "Norwegian": ("no", "nb", "norsk", "bokmål"),
    "Persian": ("fa", "فارسی", "farsi"),
    "Polish": ("język polski",),
    "Portuguese": ("português do brasil", "língua portuguesa"),
    "Romanian": ("ro", "română"),
    "Russian": ("русский", "русский язык", "по-русски", "俄語"),
    "Spanish": ("lengua española", "西班牙語", "испанский"),
    "Swahili": ("sw", "kiswahili"),
    "Swedish": ("på svenska",),
    "Tamil": ("ta", "தமிழ்"),
    "Thai": ("th", "ไทย", "ภาษาไทย"),
    "Turkish": ("türk dili",),
    "Ukrainian": ("українська", "українська мова", "українською"),
    "Urdu": ("ur", "اردو"),
    "Vietnamese": ("tiếng việt", "việt ngữ", "tieng viet"),
}  # fmt: skip
"""What catalogues call a language in its own words and script, and some that have no other name here."""


def canonical_language(text: str | None) -> str | None:
    """Name a language in English: `es`, `es-419`, `Spanish - Mexico` and `español` are all `Spanish`.

    A language we do not know stays as it is written; None and blank are None.
    """
    if text is None or not text.strip():
        return None
    plain = fold(text)
    base = plain.replace("_", "-").split("-")[0].split("(")[0].strip()
    return _BY_NAME.get(plain) or _BY_NAME.get(base) or " ".join(text.split())


def _by_name() -> dict[str, str]:
    named = {code: (english, code, *others) for code, (english, others) in LANGUAGE_NAMES.items()}
    found = {fold(name): names[0] for names in named.values() for name in names}
    return found | {fold(name): english for english, names in OWN_NAMES.items() for name in (english, *names)}


def fold(text: str) -> str:
    """Lower-case a text, take its accents away and squeeze its spaces, as Algolia compares words."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


_BY_NAME = _by_name()
