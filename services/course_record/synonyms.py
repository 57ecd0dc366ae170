"""Synonyms as code: acronyms and names of one technology in both directions, other languages' words into English.

The form is Algolia's (https://www.algolia.com/doc/api-reference/api-methods/save-synonyms/).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from services.course_record.languages import fold
from services.course_record.subject_terms import subject_terms
from services.course_record.technical_terms import technical_terms

NUMBERS: tuple[tuple[str, ...], ...] = (("2", "ii"), ("3", "iii"), ("4", "iv"))
"""Parts and editions, which are no subject; not I and V, which are words and letters."""
SAME: tuple[tuple[str, ...], ...] = (
    # data and artificial intelligence
    ("ai", "artificial intelligence"),
    ("ml", "machine learning"),
    ("dl", "deep learning"),
    ("nlp", "natural language processing"),
    ("llm", "llms", "large language model", "large language models"),
    ("genai", "gen ai", "generative ai"),
    ("cv", "computer vision"),
    ("rl", "reinforcement learning"),
    ("nn", "neural network", "neural networks"),
    ("cnn", "convolutional neural network"),
    ("rnn", "recurrent neural network"),
    ("gan", "generative adversarial network"),
    ("eda", "exploratory data analysis"),
    ("etl", "extract transform load", "data pipeline"),
    ("bi", "business intelligence"),
    ("sklearn", "scikit-learn"),
    ("stats", "statistics"),
    ("maths", "math", "mathematics"),
    ("pca", "principal component analysis"),
    # databases and programming
    ("sql", "structured query language"),
    ("db", "database"),
    ("rdbms", "relational database"),
    ("postgres", "postgresql"),
    ("mongo", "mongodb"),
    ("js", "javascript"),
    ("ts", "typescript"),
    ("py", "python"),
    ("golang", "go"),
    ("cpp", "c++"),
    ("csharp", "c#", "c sharp"),
    ("dotnet", ".net"),
    ("node", "nodejs", "node.js"),
    ("react", "reactjs", "react.js"),
    ("vue", "vuejs", "vue.js"),
    ("oop", "object oriented programming", "object-oriented programming"),
    ("dsa", "data structures and algorithms"),
    ("algo", "algorithms"),
    ("fp", "functional programming"),
    ("regex", "regular expressions"),
    ("api", "application programming interface"),
    ("css", "cascading style sheets"),
    ("html", "hypertext markup language"),
    ("frontend", "front end", "front-end"),
    ("backend", "back end", "back-end"),
    ("fullstack", "full stack", "full-stack"),
    ("webdev", "web development"),
    ("coding", "programming"),
    ("cs", "computer science"),
    ("swe", "software engineering"),
    ("sdlc", "software development life cycle"),
    ("qa", "quality assurance", "software testing"),
    ("tdd", "test driven development", "test-driven development"),
    ("os", "operating system", "operating systems"),
    # clouds, machines and safety
    ("k8s", "kubernetes"),
    ("aws", "amazon web services"),
    ("gcp", "google cloud", "google cloud platform"),
    ("ci cd", "cicd", "continuous integration", "continuous delivery"),
    ("devops", "development operations"),
    ("iac", "infrastructure as code"),
    ("iot", "internet of things"),
    ("infosec", "information security"),
    ("cybersecurity", "cyber security", "cyber-security"),
    ("pentesting", "penetration testing", "ethical hacking"),
    ("crypto", "cryptography"),
    ("fpga", "field programmable gate array"),
    ("plc", "programmable logic controller"),
    ("ros", "robot operating system"),
    ("vpn", "virtual private network"),
    ("soc", "security operations center"),
    ("llmops", "mlops", "machine learning operations"),
    ("rag", "retrieval augmented generation", "retrieval-augmented generation"),
    ("ocr", "optical character recognition"),
    ("asr", "speech recognition"),
    ("sre", "site reliability engineering"),
    ("http", "hypertext transfer protocol"),
    ("ajax", "asynchronous javascript"),
    ("vba", "visual basic for applications"),
    ("cae", "computer aided engineering"),
    ("bim", "building information modeling", "building information modelling"),
    ("cfd", "computational fluid dynamics"),
    ("fea", "fem", "finite element analysis", "finite element method"),
    ("dsp", "digital signal processing"),
    # design, work and business
    ("ux", "user experience"),
    ("ui", "user interface"),
    ("hci", "human computer interaction", "human-computer interaction"),
    ("ar", "augmented reality"),
    ("vr", "virtual reality"),
    ("gamedev", "game development"),
    ("cad", "computer aided design", "computer-aided design"),
    ("seo", "search engine optimization"),
    ("hr", "human resources"),
    ("pm", "project management"),
    ("crm", "customer relationship management"),
    ("erp", "enterprise resource planning"),
    ("kpi", "key performance indicator"),
    ("roi", "return on investment"),
    ("mba", "business administration"),
    ("scm", "supply chain management", "supply chain"),
    ("b2b", "business to business"),
    ("esg", "environmental social governance"),
    ("gdpr", "rgpd", "dsgvo", "general data protection regulation"),
    ("csr", "corporate social responsibility"),
    ("sdg", "sdgs", "sustainable development goals"),
    ("ngo", "ngos", "nonprofit", "non-profit", "nonprofits"),
    ("ip", "intellectual property"),
    ("cx", "customer experience"),
    ("okr", "okrs", "objectives and key results"),
    ("pmp", "project management professional"),
    ("capm", "certified associate in project management"),
    ("cfa", "chartered financial analyst"),
    ("cpa", "certified public accountant"),
    ("ifrs", "international financial reporting standards"),
    ("gaap", "generally accepted accounting principles"),
    ("vc", "venture capital"),
    ("ipo", "initial public offering"),
    ("fintech", "financial technology"),
    ("edtech", "educational technology"),
    ("hrm", "human resource management"),
    ("dei", "diversity equity and inclusion", "diversity, equity and inclusion"),
    ("bpm", "business process management"),
    ("six sigma", "lean six sigma"),
    ("sem", "search engine marketing"),
    ("smm", "social media marketing"),
    ("econ", "economics"),
    # sciences and languages
    ("bio", "biology"),
    ("chem", "chemistry"),
    ("ode", "odes", "differential equations"),
    ("pde", "partial differential equations"),
    ("linalg", "linear algebra"),
    ("calc", "calculus"),
    ("gis", "geographic information systems", "geographic information system"),
    ("dna", "deoxyribonucleic acid"),
    ("rna", "ribonucleic acid"),
    ("pcr", "polymerase chain reaction"),
    ("crispr", "gene editing", "genome editing"),
    ("hiv", "aids"),
    ("ecg", "ekg", "electrocardiogram", "electrocardiography"),
    ("mri", "magnetic resonance imaging"),
    ("cpr", "cardiopulmonary resuscitation"),
    ("adhd", "attention deficit hyperactivity disorder"),
    ("ptsd", "post traumatic stress disorder", "post-traumatic stress disorder"),
    ("cbt", "cognitive behavioral therapy", "cognitive behavioural therapy"),
    ("pt", "physical therapy", "physiotherapy"),
    ("epi", "epidemiology"),
    ("nmr", "nuclear magnetic resonance"),
    ("pv", "photovoltaics", "photovoltaic"),
    ("ev", "evs", "electric vehicles", "electric vehicle"),
    ("ee", "electrical engineering"),
    ("esl", "efl", "english as a second language"),
    ("tefl", "tesol", "teaching english"),
    ("cv writing", "resume writing"),
    ("gcse", "general certificate of secondary education"),
    ("gmat", "graduate management admission test"),
    ("gre", "graduate record examination"),
    ("lsat", "law school admission test"),
    ("mcat", "medical college admission test"),
    ("stem", "science technology engineering mathematics"),
    ("ww2", "wwii", "world war ii", "second world war"),
    ("ww1", "wwi", "world war i", "first world war"),
)
"""Groups whose members mean the same in a course catalogue."""

ONE_WAY: tuple[tuple[str, tuple[str, ...]], ...] = (
    # computers
    ("excel", ("spreadsheet", "spreadsheets")),
    ("spreadsheet", ("excel",)),
    ("website", ("web development", "html")),
    ("websites", ("web development", "html")),
    ("app development", ("mobile development", "android", "ios")),
    ("chatbot", ("natural language processing", "conversational ai")),
    ("recognise pictures", ("computer vision", "image recognition")),
    ("recognize pictures", ("computer vision", "image recognition")),
    ("self-driving", ("autonomous", "robotics")),
    ("robots", ("robotics",)),
    ("hackers", ("cybersecurity", "security")),
    ("hacking", ("cybersecurity", "security")),
    ("passwords", ("cybersecurity", "security")),
    ("bitcoin", ("blockchain", "cryptocurrency")),
    ("dataviz", ("data visualization", "data visualisation")),
    ("predict", ("forecasting", "prediction")),
    # work and money
    ("investing", ("investment", "finance")),
    ("stock market", ("investing", "finance")),
    ("save money", ("personal finance", "budgeting")),
    ("debt", ("personal finance",)),
    ("accounting", ("bookkeeping",)),
    ("startup", ("entrepreneurship",)),
    ("startups", ("entrepreneurship",)),
    ("start a company", ("entrepreneurship",)),
    ("start a business", ("entrepreneurship",)),
    ("boss", ("management", "leadership")),
    ("manager", ("management", "leadership")),
    ("job interview", ("career", "interviewing")),
    ("public speaking", ("presentation", "rhetoric")),
    ("speaking in front of people", ("public speaking",)),
    ("win an argument", ("argumentation", "debate", "rhetoric", "negotiation")),
    # body and mind
    ("anxious", ("anxiety", "mental health")),
    ("depressed", ("depression", "mental health")),
    ("stress", ("mental health", "mindfulness")),
    ("procrastinate", ("procrastination", "productivity", "psychology")),
    ("habits", ("behaviour", "behavior", "psychology")),
    ("brain", ("neuroscience",)),
    ("eat healthy", ("nutrition",)),
    ("diet", ("nutrition",)),
    ("lose weight", ("nutrition", "fitness")),
    ("medicines", ("pharmacology", "drug development")),
    ("drugs", ("pharmacology", "drug development")),
    ("stops breathing", ("first aid", "cpr", "emergency")),
    ("forgets things", ("dementia", "memory")),
    ("elderly", ("ageing", "aging", "dementia")),
    # world and arts
    ("climate change", ("global warming", "climate")),
    ("global warming", ("climate change",)),
    ("night sky", ("astronomy",)),
    ("telescope", ("astronomy",)),
    ("stars and planets", ("astronomy",)),
    ("farming", ("agriculture",)),
    ("lawyer", ("law",)),
    ("photo", ("photography",)),
    ("novel", ("fiction", "creative writing")),
    ("recipes", ("cooking", "culinary")),
    ("cooking", ("culinary", "food")),
    ("make beats", ("music production",)),
    ("songs", ("songwriting", "music")),
    ("guitar", ("music",)),
    ("teach online", ("online teaching",)),
    ("over zoom", ("online teaching", "online")),
)
"""A word of everyday, and what also answers it; not the other way round."""
_GROUPS = {word: group for group in SAME for word in group}


def synonyms() -> list[dict[str, Any]]:
    """Build every synonym of the index, each under an `objectID` that stays the same from run to run."""
    found: list[dict[str, Any]] = [
        {"objectID": f"same-{_slug(group[0])}", "type": "synonym", "synonyms": list(group)}
        for group in (*NUMBERS, *SAME)
    ]
    found += [_one_way(f"also-{_slug(word)}", word, others) for word, others in ONE_WAY]
    found += [
        _one_way(f"abroad-{_slug(fold(term))}", term, _spelled_out(meanings))
        for term, meanings in _foreign_terms().items()
    ]
    found += [
        {"objectID": f"taught-{term}", "type": "altCorrection1", "word": term, "corrections": list(subjects)}
        for term, subjects in technical_terms()
    ]
    return sorted(found, key=lambda synonym: str(synonym["objectID"]))


def _one_way(object_id: str, word: str, others: Iterable[str]) -> dict[str, Any]:
    return {"objectID": object_id, "type": "oneWaySynonym", "input": word, "synonyms": list(others)}


def _foreign_terms() -> dict[str, tuple[str, ...]]:
    """Gather the English meanings of each term: `cocina` is one term, whichever languages have it."""
    taken = {*_GROUPS, *(english for *_, english in subject_terms())}
    spelling: dict[str, str] = {}
    meanings: dict[str, dict[str, None]] = {}
    for _, term, english in subject_terms():
        plain = fold(term)
        if plain not in taken:
            spelling.setdefault(plain, term)
            meanings.setdefault(plain, {})[english] = None
    return {spelling[term]: tuple(found) for term, found in meanings.items()}


def _spelled_out(meanings: Iterable[str]) -> list[str]:
    """Add an English term's acronyms: synonyms of synonyms are not followed."""
    return list(dict.fromkeys(word for meaning in meanings for word in (meaning, *_GROUPS.get(meaning, ()))))


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text.replace("+", "p").replace("#", "sharp")).strip("-")
