"""Tell what kind of thing a reply says, by its words alone, in the suite's seven languages.

The adviser's own account (`stop`) is not asked: a judge must not believe the judged. The tables are lenient on wording
and strict on place: what has to be said at once has to stand in the first sentence.
"""

from __future__ import annotations

import re

from evaluation.advisor.mentions import plain

LEAST_WORDS = 3
"""Shorter sentences ("Sorry.", "Hm, no.") only open the first one."""
LEAST_LETTERS = 5
"""The same for languages that are written without spaces."""
MOST_OF_A_CHAT = 500
_END = re.compile(r"(?<=[!?。！？؟])\s*|(?<=[.:：])\s+|\n+")
_DECLINES = {
    "en": r"can(?:no|')t|can not|\bunable\b|\bnot able\b|won't|\bwill not\b|not (?:something|a thing|for me)|isn't (?:something|for me)|"
    r"(?:don't|do not|didn't|doesn't|does not) (?:have|know|see|do|handle|share|show|give|tell|offer|keep|deal|get|forecast|look|write|track)|"
    r"\bonly (?:help|advise|know|find|look|talk|answer|speak|do|see|tell|show|share)|\bhelp (?:you )?only\b|just (?:help|know|do) |no (?:access|way) (?:to|for)|"
    r"\bhave no\b|\bnot (?:allowed|possible|my|here to)\b|\boutside\b|\bbeyond\b|\bi'm (?:just|only)\b|no forecast|must not|may not|couldn't|\bnever (?:show|share|tell|see|speak)",
    "es": r"\bno (?:puedo|podemos|puede|se puede|es posible|tengo|tenemos|s[eé]\b|me es|estoy|hago|hacemos|veo|gestiono|doy|est[aá] en mi|soy|comparto|muestro|cuento|manejo)|"
    r"\bs[oó]lo (?:puedo|te puedo|ayudo|s[eé]|conozco|busco|hablo|doy)|\bfuera de\b|\bimposible\b|\bincapaz\b|\bnunca (?:muestro|comparto)",
    "fr": r"\bne (?:peux|puis|peut|pouvons|sais|suis|fais|vois|connais|g[eè]re|m'occupe|dispose|donne|partage|montre)|\bn'(?:ai|est|en|y) (?:pas|suis|ai)|"
    r"\bn'ai (?:pas|aucun)|peux pas|pas possible|\bimpossible\b|\bincapable\b|\bseulement (?:aider|vous)|\bque (?:vous )?(?:aider|conseiller|trouver|chercher)|\bhors de\b|pas en mesure",
    "de": r"\bkann (?:[\wäöüß]+ ){0,6}?(?:nicht|nichts|kein\w*|nur)\b|\bkann nicht\b|\bnicht m[oö]glich\b|\bnicht in der lage\b|\bdarf (?:[\wäöüß]+ ){0,4}?nicht\b|"
    r"\bwei[sß]+ (?:[\wäöüß]+ ){0,4}?nicht\b|\bhabe (?:ich )?(?:[\wäöüß]+ ){0,3}?(?:kein|nicht)|\bleider (?:nicht|kein)|\bk[oö]nnen (?:wir )?(?:[\wäöüß]+ ){0,4}?nicht\b|\bnur bei\b|\bhelfe nur\b|unm[oö]glich",
    "pt": r"\bn[aã]o (?:posso|podemos|pode|consigo|[eé] poss[ií]vel|tenho|temos|sei\b|fa[cç]o|vejo|me [eé]|estou|sou|mostro|partilho|compartilho)|\b(?:s[oó]|apenas|somente) (?:posso|ajudo|sei|consigo)|\bfora d[oae]\b|\bimposs[ií]vel\b",
    "zh": r"不能|無法|无法|没法|沒法|没办法|不可以|不会(?:提供|透露|做)|做不到|帮不了|不了|不方便|不便|只能|只(?:会|负责|回答|懂|知道)|没有权限|无权|不知道|不清楚|不提供|不在我",
    "ar": r"لا (?:أستطيع|استطيع|يمكنني|يمكن|أقدر|اقدر|نستطيع|أملك|املك|أعرف|اعرف|أعلم|يسعني|أقوم|نقوم|أرى|أشارك|أعرض)|ليس (?:بإمكاني|بامكاني|بوسعي|لدي|عندي|من)|"
    r"لست|غير (?:قادر|ممكن|متاح)|(?:أساعد|مساعدت\w*|المساعدة) (?:فقط|إلا)|فقط (?:أن|في)|خارج|لن (?:أستطيع|أتمكن)|لا ?يمكن|يتعذر",
}
_NOTHING = {
    "en": r"\b(?:no|not|none|nothing|never|neither|nowhere|zero|without)\b|n't\b|\bcannot\b|\bunfortunately\b|\bnearest\b|\bclosest\b|\black(?:s|ing)?\b|\bmissing\b|"
    r"\bonly (?:at|in|available|offered|taught|exists?|as|comes?|has|have|advanced|intermediate|introductory)\b",
    "es": r"\bno\b|\bning[uú]n\w*|\bnada\b|\bnadie\b|\bsin\b|\btampoco\b|\bfalta\w*|lo m[aá]s (?:cercano|parecido)|\bs[oó]lo (?:hay|existe\w*|est[aá]|se|en|a)\b|lamentablemente|por desgracia",
    "fr": r"\bn(?:e|')|\baucun\w*|\bpas\b|\brien\b|\bsans\b|\bmalheureusement\b|plus proche|\b(?:seulement|uniquement)\b",
    "de": r"\bkein\w*|\bnicht\w*|\bleider\b|\bohne\b|\bam n[aä]chsten\b|\bfehlt\b|\bnur (?:auf|in|f[uü]r|als)\b|\bgar nichts\b",
    "pt": r"\bn[aã]o\b|\bnenhum\w*|\bnada\b|\bsem\b|\binfelizmente\b|mais (?:pr[oó]xim\w+|parecid\w+)|\b(?:s[oó]|apenas|somente) (?:h[aá]|existe\w*|em|est[aá])\b",
    "zh": r"没有|沒有|暂无|暫無|并无|無|无\S{0,6}课|未(?:找到|能|有)|找不到|没(?:找|查|能|发现)|不(?:到|存在|提供|符合|完全)|缺|最接近|只有|仅有",
    "ar": r"(?:^|\s)(?:لا|لم|ليس|ليست|ما من|لن|للأسف|بدون|دون)(?=\s|$)|لا (?:توجد|يوجد|أجد)|أي دورة|غير (?:متوفر|متاح|موجود)|الأقرب|الاقرب|فقط",
}
_NO_PROBLEM = re.compile(r"\bno (?:problem|worries)\b[,!.]?|\bsin problema\b|\bpas de (?:souci|probl[eè]me)\b|\bkein problem\b|\bsem problema\b|\bwithout further ado\b|没问题", re.IGNORECASE)  # fmt: skip
_DECLINING = re.compile("|".join(_DECLINES.values()))
_MISSING = re.compile("|".join(_NOTHING.values()))


def first_sentence(text: str) -> str:
    """Return the first sentence, with any short ones that open it."""
    said = ""
    for part in _END.split(text.strip()):
        said = f"{said} {part}".strip()
        if len(said.split()) >= LEAST_WORDS or (len(said) >= LEAST_LETTERS and not said.isascii() and " " not in said):
            break
    return said


def asks(text: str) -> bool:
    """Say whether a text asks a question."""
    return any(mark in text for mark in "?？؟")


def declines(text: str) -> bool:
    """Say whether a text says that something can't or won't be done."""
    return _DECLINING.search(plain(text)) is not None


def nothing_fits(text: str) -> bool:
    """Say whether the first sentence says that nothing fits, or nothing exactly."""
    return _MISSING.search(_NO_PROBLEM.sub(" ", plain(first_sentence(text)))) is not None


def chats(text: str) -> bool:
    """Say whether a text is small talk: short, and not opened by a refusal or by an empty search."""
    return 0 < len(text.strip()) <= MOST_OF_A_CHAT and not declines(first_sentence(text))
