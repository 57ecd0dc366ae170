"""Synonyms as code: acronyms and names of one technology, in both directions.

The form is Algolia's (https://www.algolia.com/doc/api-reference/api-methods/save-synonyms/).
"""

from __future__ import annotations

import re
from typing import Any

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
    ("golang", "go programming", "go language"),
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
    ("ee", "electrical engineering"),
    ("esl", "efl", "english as a second language"),
    ("stem", "science technology engineering mathematics"),
    ("ww2", "wwii", "world war ii", "second world war"),
    ("ww1", "wwi", "world war i", "first world war"),
)
"""Groups whose members mean the same in a course catalogue."""

ONE_WAY: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("excel", ("spreadsheet", "spreadsheets")),
    ("spreadsheet", ("excel",)),
    ("website", ("web development", "html")),
    ("websites", ("web development", "html")),
    ("investing", ("investment", "finance")),
    ("startup", ("entrepreneurship",)),
    ("startups", ("entrepreneurship",)),
    ("chatbot", ("natural language processing", "conversational ai")),
    ("hacking", ("cybersecurity", "security")),
    ("accounting", ("bookkeeping",)),
    ("climate change", ("global warming", "climate")),
    ("global warming", ("climate change",)),
    ("public speaking", ("presentation", "rhetoric")),
    ("photo", ("photography",)),
    ("app development", ("mobile development", "android", "ios")),
    ("dataviz", ("data visualization", "data visualisation")),
)
"""A word, and what also answers it; not the other way round."""


def synonyms() -> list[dict[str, Any]]:
    """Build every synonym of the index, each under an `objectID` that stays the same from run to run."""
    two_way: list[dict[str, Any]] = [
        {"objectID": f"same-{_slug(group[0])}", "type": "synonym", "synonyms": list(group)} for group in SAME
    ]
    one_way: list[dict[str, Any]] = [
        {"objectID": f"also-{_slug(word)}", "type": "oneWaySynonym", "input": word, "synonyms": list(others)}
        for word, others in ONE_WAY
    ]
    return sorted(two_way + one_way, key=lambda synonym: str(synonym["objectID"]))


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text.replace("+", "p").replace("#", "sharp")).strip("-")
