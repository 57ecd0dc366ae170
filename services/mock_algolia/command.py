"""`mock-algolia serve`, `mock-algolia compile`: the command of the distribution."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version

from services.mock_algolia.serving import serve
from services.mock_algolia.settings import from_command_line
from services.mock_algolia.warm_up import compile_now

PROGRAM = "mock-algolia"
USAGE = f"""usage: {PROGRAM} serve [options]     an Algolia of your own on this machine (`serve --help`)
       {PROGRAM} compile             compile the search loops now (for an image; `serve` does it beside searching)
       {PROGRAM} --version"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 2 if there is none of this name."""
    given = sys.argv[1:] if arguments is None else arguments
    told = f"{PROGRAM} {version(PROGRAM)}"
    match given:
        case ["serve", *options]:
            settings, show_key = from_command_line(options, os.environ, f"{PROGRAM} serve", told)
            return serve(settings, show_key=show_key)
        case ["compile"]:
            compile_now()
            return 0
        case ["--version"]:
            print(told)
            return 0
        case ["--help" | "-h"]:
            print(USAGE)
            return 0
    print(USAGE, file=sys.stderr)
    return 2
