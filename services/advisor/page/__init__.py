"""The adviser's page and its web component `<course-adviser>`: one source for every place that shows it.

The parts of the component stand one after another in one function, so that no name of theirs meets a name of the page
that holds it, and other people's pages need one file. A package that a view imports, so that the Lambda's zip holds the
files (infra_pulumi/package/reach.py).
"""

from __future__ import annotations

import json
from pathlib import Path

HERE = Path(__file__).parent
PARTS = ("elements.js", "talk.js", "memory.js", "cards.js", "path.js", "next.js", "account.js", "adviser.js")
"""In the order of the file: a part uses those before it."""
PLACE = "/* course-adviser.js */"
"""Where `chat.html` takes the component in."""


def component() -> str:
    """Join the component's parts, and its style as a text, into one script."""
    parts = "\n".join((HERE / part).read_text("utf-8") for part in PARTS)
    style = json.dumps((HERE / "style.css").read_text("utf-8"), ensure_ascii=False)
    return f'(() => {{\n"use strict";\nconst STYLE = {style};\n{parts}}})();\n'


def page() -> str:
    """Make the page for people: `chat.html` with the component in it, so that one request brings it all."""
    return (HERE / "chat.html").read_text("utf-8").replace(PLACE, component())
