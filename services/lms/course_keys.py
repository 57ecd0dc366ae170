"""Course keys (ORG+NUM) and run ids (course-v1:ORG+NUM+RUN).

The allowed characters are those of Open edX's opaque keys (opaque_keys.edx.locator: word characters of any language,
and `-~.:%`), so that a key which loads here would also load there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PART = r"[\w\-~.:%]+"
_KEY = re.compile(rf"({_PART})\+({_PART})")
_RUN_ID = re.compile(rf"course-v1:({_PART})\+({_PART})\+({_PART})")
_RUN = re.compile(_PART)
EXAMPLE = "MITx+6.00.1x"
MOST_CHARACTERS = 200
"""Open edX keeps run ids in 255 characters; this leaves room for the run."""


class BadCourseKey(ValueError):
    """Something that is no course key, with how to write one."""


@dataclass(frozen=True)
class RunId:
    """The three parts of a run id."""

    org: str
    number: str
    run: str

    @property
    def course_key(self) -> str:
        return f"{self.org}+{self.number}"

    def __str__(self) -> str:
        return f"course-v1:{self.org}+{self.number}+{self.run}"


def split_key(key: str) -> tuple[str, str]:
    """Return org and number of a course key; raise BadCourseKey for anything else."""
    if key.startswith("course-v1:"):
        run = run_id(key)
        hint = f'write the key as "{run.course_key}" and the run as "{run.run}"' if run else f"write it as {EXAMPLE}"
        raise BadCourseKey(f"{key!r} is the id of a run, not of a course; {hint}")
    match = _KEY.fullmatch(key)
    if len(key) > MOST_CHARACTERS:
        raise BadCourseKey(f"{key[:40]!r}… has {len(key)} characters; a key has at most {MOST_CHARACTERS}")
    if match is None:
        raise BadCourseKey(f"{key!r} is not ORG+NUM; write the organisation, a +, and the number, as in {EXAMPLE}")
    return match[1], match[2]


def run_id(written: str) -> RunId | None:
    """Read a run id; None when it is none."""
    match = _RUN_ID.fullmatch(written)
    return RunId(match[1], match[2], match[3]) if match else None


def is_run(written: str) -> bool:
    """Say whether a text can be the last part of a run id."""
    return len(written) <= 40 and _RUN.fullmatch(written) is not None
