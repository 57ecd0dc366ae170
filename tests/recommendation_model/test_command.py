"""The job as its CronJob runs it: a process, an exit code, one line that says what was done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from fixtures.files import ENROLLMENTS, SAMPLE_RECORDS
from services.course_record.index_settings import index_settings
from services.mock_algolia import AlgoliaMock


def run(*arguments: str, **told: str) -> tuple[int, dict[str, Any], str]:
    """Run the job; answers its code, its report and its log."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ALGOLIA_", "MODEL_", "DATA"))}
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "services.recommendation_model", *arguments],
        env=kept | told, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout.splitlines()[-1]), done.stderr


def test_names_every_setting_that_is_missing() -> None:
    code, report, log = run(MODEL_LEAST_LEARNERS="1")
    assert code == 2
    for name in ("DATABASE_URL", "MODEL_ENROLLMENTS_FILE", "ALGOLIA_APP_ID", "ALGOLIA_ADMIN_KEY", "MODEL_LEAST"):
        assert name in report["message"]
    assert "Traceback" not in log


def test_publishes_from_a_file_and_says_so_where_it_was_told_to(tmp_path: Path) -> None:
    with AlgoliaMock() as algolia:
        access = {
            "ALGOLIA_APP_ID": algolia.app_id,
            "ALGOLIA_ADMIN_KEY": algolia.admin_key,
            "ALGOLIA_HOSTS": algolia.url,
        }
        source = {"MODEL_ENROLLMENTS_FILE": str(ENROLLMENTS), "MODEL_REPORT_FILE": str(tmp_path / "report.json")}
        code, report, _ = run(**access, **source)
        assert (code, report["error"]) == (4, "CatalogueMissing")
        algolia.seed("courses", SAMPLE_RECORDS, index_settings())
        code, report, log = run(**access, **source)
    assert (code, report["status"], report["event"]) == (0, "ok", "recommendation_model")
    assert report["enrollments_read"] == 124
    assert report["created"] == report["catalogue"] + 2
    assert set(report["steps"]) == {"read", "count", "choose", "measure", "publish"}
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8")) == report
    assert algolia.admin_key not in log + json.dumps(report)


def test_says_what_it_cannot_read(tmp_path: Path) -> None:
    access = {"ALGOLIA_APP_ID": "x", "ALGOLIA_ADMIN_KEY": "x", "ALGOLIA_HOSTS": "http://127.0.0.1:1"}
    code, report, _ = run(**access, MODEL_ENROLLMENTS_FILE=str(tmp_path / "none.csv"))
    assert (code, report["error"]) == (3, "EnrollmentsUnreadable")
