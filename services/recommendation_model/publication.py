"""Put a model beside the course index: only records that changed are sent, and a worse model is not.

Every record stands for itself, so a reader may meet records of two trainings for a moment, and a run that was killed is
mended by the next one. What says how good the model is goes last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from services.course_record.related_record import MODEL, hashed
from services.index_writer.course_index import CourseIndex
from services.recommendation_model.choice import Choice
from services.recommendation_model.held_out import Measure
from services.recommendation_model.run_report import RunReport

BATCH_RECORDS = 1_000
SETTINGS: Mapping[str, Any] = {"searchableAttributes": ["objectID"]}
"""Records are read by id; nothing of them is to be searched."""


class RefusedToWorsen(RuntimeError):
    """The new model guesses worse than the published one by more than chance explains."""


def published_measure(index: CourseIndex, name: str) -> Measure:
    """Read how good the published model was when it was made; nothing measured where there is none."""
    found = (index.get(name, MODEL) or {}).get("measure")
    known = {key: value for key, value in found.items() if key in Measure.__slots__} if isinstance(found, dict) else {}
    return Measure(**{key: float(value) for key, value in known.items() if isinstance(value, int | float)})  # type: ignore[arg-type]  # learners is a whole float then


def refuse_to_worsen(new: Measure, published: Measure) -> None:
    """Raise `RefusedToWorsen` where the new model is clearly worse than the published one."""
    if new.worse_than(published):
        raise RefusedToWorsen(
            f"The new model guesses {new.learners} held-out courses with an NDCG@10 of {new.ndcg:.3f}; the published "
            f"one guessed {published.learners:.0f} with {published.ndcg:.3f}. It stays; if the enrollments are what "
            "they should be, run once with --force."
        )


def model_document(choice: Choice, measured: Measure, report: RunReport) -> dict[str, Any]:
    """Say how the model was made and how good it is."""
    read = {"enrollments": report.enrollments_read, "learners": report.learners, "courses": report.courses}
    return hashed({"objectID": MODEL, "choice": asdict(choice), "measure": measured.to_json(), "made_of": read})


def publish(index: CourseIndex, name: str, documents: Iterable[Mapping[str, Any]], report: RunReport) -> None:
    """Bring the index to these documents, and count in the report what was sent."""
    exists = name in index.indices()
    known = index.hashes(name) if exists else {}
    wanted = {str(document["objectID"]): document for document in documents}
    changed = [dict(document) for key, document in wanted.items() if known.get(key) != document["content_hash"]]
    gone = [key for key in known if key not in wanted]
    report.unchanged = len(wanted) - len(changed)
    report.created = sum(document["objectID"] not in known for document in changed)
    report.updated = len(changed) - report.created
    report.deleted = len(gone)
    if report.dry_run:
        return
    if not exists:
        index.set_settings(name, SETTINGS)
    for start in range(0, len(changed), BATCH_RECORDS):
        index.batch(name, changed[start : start + BATCH_RECORDS], ())
    for start in range(0, len(gone), BATCH_RECORDS):
        index.batch(name, (), gone[start : start + BATCH_RECORDS])
