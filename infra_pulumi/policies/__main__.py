"""What `pulumi up --policy-pack infra_pulumi/policies` runs."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pulumi_policy import PolicyPack

from infra_pulumi.policies.rules import POLICIES

PolicyPack("coursematch", policies=list(POLICIES))
