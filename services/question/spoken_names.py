"""Names with signs as people say them, written as courses are called: "c sharp" is C#, and no course about C."""

from __future__ import annotations

import re

SPOKEN: dict[str, tuple[str, ...]] = {
    "C#": ("c sharp", "csharp", "c-sharp"),
    "F#": ("f sharp", "fsharp", "f-sharp"),
    "C++": ("c plus plus", "c plusplus", "cplusplus", "c + +"),
    ".NET": ("dot net", "dotnet"),
    "Node.js": ("node js", "nodejs", "node dot js"),
    "Vue.js": ("vue js", "vuejs"),
    "Next.js": ("next js", "nextjs"),
    "Objective-C": ("objective c", "objectivec"),
    "Go": ("golang", "go lang", "go programming language", "go language"),
    "R": ("r language", "r programming language", "rlang"),
}
"""A name as it is written, and how it is said. Each row is a test."""

_WRITTEN = {said: name for name, ways in SPOKEN.items() for said in ways}
_SAID = re.compile(
    rf"(?<![\w+#.-])(?:{'|'.join(sorted(map(re.escape, _WRITTEN), key=len, reverse=True))})(?![\w+#-])", re.IGNORECASE
)


def as_written(text: str) -> str:
    """Write the names in a text that are said in words: "learn c sharp" becomes "learn C#"."""
    return _SAID.sub(lambda found: _WRITTEN[found[0].casefold()], text)
