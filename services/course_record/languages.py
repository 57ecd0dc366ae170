"""Names of languages: as catalogues write them, as people ask for them, and the one English name we index."""

from __future__ import annotations

import unicodedata
from functools import cache

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

FURTHER_LANGUAGES: dict[str, str] = {
    "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish", "el": "Greek", "fa": "Persian", "fi": "Finnish",
    "he": "Hebrew", "hu": "Hungarian", "nb": "Norwegian", "no": "Norwegian", "ro": "Romanian", "sw": "Swahili",
    "ta": "Tamil", "th": "Thai", "ur": "Urdu",
}  # fmt: skip
"""Codes of languages that the index's rules do not speak of."""

OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "Arabic": (
        "arabes", "arabischen", "阿拉伯语", "阿拉伯文", "arabo", "アラビア語", "arabik", "arbic", "العربية", "عربي",
        "عربية", "اللغة العربية",
    ),
    "Bengali": ("বাংলা",),
    "Catalan": ("català",),
    "Chinese": (
        "mandarin chinese", "putonghua", "chinos", "chinoise", "chinesischen", "mandarim", "国语", "الصينية",
        "cinese", "中国語", "chinees", "chinease", "mandrin", "普通话", "漢語", "华语", "國語", "简体中文",
        "繁體中文", "chinese simplified", "simplified chinese", "traditional chinese", "zhongwen",
    ),
    "Czech": ("čeština", "česky"),
    "Danish": ("dansk",),
    "Dutch": ("neerlandes", "荷兰语", "الهولندية", "olandese"),
    "English": (
        "inglesa", "anglaise", "englischen", "englische", "英文", "الإنكليزية", "inglish", "englsh", "englis",
        "anglish", "английский", "الإنجليزية", "英語", "영어", "inglese", "ingilizce", "engels",
    ),
    "Finnish": ("suomi",),
    "French": (
        "francaise", "francesa", "franzosischen", "franzosische", "法文", "الفرنسية", "francese", "フランス語",
        "frensh", "frenche", "frech", "французский", "французском", "tiếng pháp", "फ्रेंच", "langue française",
        "法語",
    ),
    "German": (
        "deutschen", "deutsche", "deutscher", "alemanes", "allemande", "德文", "الألمانية", "ドイツ語", "germen",
        "germna", "duetsch", "tedesco", "德語",
    ),
    "Greek": ("ελληνικά", "ελληνική"),
    "Hebrew": ("עברית",),
    "Hindi": ("印地语", "الهندية", "हिन्दी", "हिंदी"),
    "Hungarian": ("magyar",),
    "Indonesian": ("indonesio", "indonesien", "indonesisch", "印尼语", "الإندونيسية", "bahasa"),
    "Italian": (
        "italiana", "italienne", "italienischen", "意大利文", "الإيطالية", "イタリア語", "itallian", "italain",
    ),
    "Japanese": ("japonesa", "japonaise", "japanischen", "日文", "اليابانية", "giapponese", "にほんご"),
    "Korean": ("coreana", "coreenne", "韩文", "الكورية", "韓国語", "한국어", "한국말", "조선말"),
    "Norwegian": ("norsk", "bokmål"),
    "Persian": ("فارسی", "farsi"),
    "Polish": ("polones", "波兰语", "البولندية", "polacco", "język polski"),
    "Portuguese": (
        "portuguesa", "portugaise", "portugiesischen", "葡语", "葡萄牙文", "البرتغالية", "portoghese",
        "ポルトガル語", "portugese", "portuguse", "portugeese", "portuguesse", "português do brasil",
        "língua portuguesa",
    ),
    "Romanian": ("română",),
    "Russian": (
        "rusa", "russa", "俄文", "الروسية", "ロシア語", "русском", "русский", "русский язык", "по-русски", "俄語",
    ),
    "Spanish": (
        "espanola", "espagnole", "spanischen", "spanische", "espanhola", "西语", "西班牙文", "الإسبانية",
        "spagnolo", "スペイン語", "spansh", "spansih", "spanis", "spanich", "lengua española", "西班牙語",
        "испанский",
    ),
    "Swahili": ("kiswahili",),
    "Swedish": ("sueco", "suedois", "schwedisch", "瑞典语", "السويدية", "på svenska"),
    "Tamil": ("தமிழ்",),
    "Thai": ("ไทย", "ภาษาไทย"),
    "Turkish": ("turkisch", "土耳其语", "التركية", "türk dili"),
    "Ukrainian": (
        "ucraniano", "ukrainien", "ukrainisch", "乌克兰语", "الأوكرانية", "українська", "українська мова",
        "українською",
    ),
    "Urdu": ("اردو",),
    "Vietnamese": ("vietnamita", "vietnamien", "vietnamesisch", "越南语", "الفيتنامية", "tiếng việt", "việt ngữ"),
}  # fmt: skip
"""What else a language is called, by catalogues and by people: in its own script, in others' languages, in a hurry."""

LANGUAGE_CODES: dict[str, str] = {
    **{english: code for code, english in FURTHER_LANGUAGES.items()},
    **{english: code for code, (english, _) in LANGUAGE_NAMES.items()},
}
"""The ISO 639-1 code of each language, by its English name."""


@cache
def names_by_language() -> dict[str, tuple[str, ...]]:
    """Give every name of each language, but no code, by its English name: what catalogues write and people say."""
    common = dict(LANGUAGE_NAMES.values())
    return {
        english: (english.casefold(), *common.get(english, ()), *OTHER_NAMES.get(english, ()))
        for english in (*common, *dict.fromkeys(FURTHER_LANGUAGES.values()))
    }


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
    codes = {code: english for code, (english, _) in LANGUAGE_NAMES.items()} | FURTHER_LANGUAGES
    return codes | {fold(name): english for english, names in names_by_language().items() for name in names}


def fold(text: str) -> str:
    """Lower-case a text, take its accents away and squeeze its spaces, as Algolia compares words."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


_BY_NAME = _by_name()
