"""What `pulumi up` runs: it starts here, in this folder, so the repository goes onto the import path first."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from infra_pulumi.coursematch.program import program
from infra_pulumi.refusal import run_or_refuse

run_or_refuse(program)
