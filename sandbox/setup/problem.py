"""What the sandbox tells a person when it cannot go on."""

from __future__ import annotations

from sandbox.setup.as_typed import as_typed


class SandboxProblem(Exception):
    """Ends the command with a message that says what is wrong and what mends it; never a traceback.

    `remedy` is one or more whole sentences, with commands ready to paste.
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(as_typed(what))
        self.what = as_typed(what)
        self.remedy = as_typed(remedy)

    def __str__(self) -> str:
        return f"{self.what}\n{self.remedy}".rstrip()
