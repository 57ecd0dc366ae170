"""Whether two names are one organisation's: "HaldenX", "haldenx" and "Halden" are, for edX writes an X at the end."""

from __future__ import annotations

from services.course_record.course_record import CourseRecord
from services.course_record.languages import fold


def organisation_key(name: str) -> str:
    """Fold an organisation's name for comparing: no case, accents or spaces, and no X at its end."""
    folded = "".join(fold(name).split())
    return folded.removesuffix("x") or folded


def organisation_names(name: str) -> tuple[str, ...]:
    """List the ways in which a record may write an organisation's name, case apart: with and without its X."""
    said = " ".join(name.split())
    together = said.replace(" ", "")
    bare = together[:-1] if together[-1:] in ("x", "X") else together
    return tuple(dict.fromkeys(one for one in (said, bare, f"{bare}X") if one))


def organisation_keys(course: CourseRecord) -> frozenset[str]:
    """Give a course's organisation as compared: by its record and by its key (ORG+NUM), which may write it shorter."""
    names = (course.org, course.course_key.partition("+")[0])
    return frozenset(organisation_key(name) for name in names if name)
