"""What a deployment lives through: functions that raise Broken when the engine says another thing than it should."""

from __future__ import annotations

import zipfile
from collections.abc import Callable

from pulumi import automation

from infra_pulumi.examples import SYSTEM, resources, settings
from infra_pulumi.secret_text import Secret
from sandbox.engine.provider.journal import Call
from sandbox.engine.sandbox_stack import SandboxStack
from sandbox.engine.stacks import Changes, EngineStack
from sandbox.setup.aws_keys import AwsKeys

ALIAS = "aws:lambda/alias:Alias"
NEW_SECRET = "another-invented-secret-of-32-chars"  # noqa: S105 - invented
KUBERNETES = "kubernetes:"


class Broken(Exception):
    """The engine did something else than a phase expects; the message says what."""


def expect(true: bool, otherwise: str) -> None:
    """Raise Broken unless it is true."""
    if not true:
        raise Broken(otherwise)


def preview(stack: EngineStack) -> str:
    """Preview: everything is to be created, nothing is made."""
    changes = stack.preview()
    expect(set(changes) == {"create"}, f"a first preview says {changes}")
    expect(stack.journal.calls() == [], "a preview made something")
    return f"{changes['create']} to create"


def failing_up(stack: EngineStack) -> str:
    """Fail half-way: one resource is refused, what does not need it is made."""
    refused = Call("create", ALIAS, "advisor")
    stack.journal.refuse(refused)
    try:
        stack.up()
    except automation.CommandError as error:
        expect("refused, as this run was told to" in str(error), f"it failed otherwise: {str(error)[-1500:]}")
    else:
        raise Broken("an up whose alias is refused succeeded")
    finally:
        stack.journal.refuse()
    made = [call for call in stack.journal.calls() if call.operation == "create"]
    expect(bool(made) and refused not in made, "nothing was made before the failure")
    return f"{len(made)} created before it"


def up(stack: EngineStack) -> str:
    """Go on from there, or start: everything is made, and nothing twice."""
    changes = stack.up()
    created = [call for call in stack.journal.calls() if call.operation == "create"]
    expect(len(created) == len(set(created)), "something was created twice")
    expect(set(changes) <= {"create", "same"}, f"up says {changes}")
    return f"{len(created)} created in all"


def again(stack: EngineStack) -> str:
    """Change nothing: neither a refresh nor an up finds anything to do."""
    for changes in (stack.refresh(), stack.up()):
        expect(set(changes) == {"same"}, f"with nothing changed the engine says {changes}")
    return f"{changes['same']} the same, after a refresh too"


def drift(stack: EngineStack, remove: Callable[[], None]) -> str:
    """Lose something behind the engine's back: a refresh notices, an up makes it again."""
    remove()
    noticed = stack.refresh()
    expect(noticed.get("delete") == 1, f"the refresh says {noticed}")
    mended = stack.up()
    expect(mended.get("create", 0) >= 1 and "delete" not in mended, f"the up says {mended}")
    return f"refresh {_said(noticed)}; up {_said(mended)}"


def config_change(stack: EngineStack) -> str:
    """Change a setting: functions get a version of their own, pods a new template."""
    stack.configure({"identityIssuer": "https://another.example.org"})
    changes, touched = _up(stack)
    for kind, name in (
        (ALIAS, "coursematch"),
        ("kubernetes:core/v1:ConfigMap", "lms"),
        ("kubernetes:apps/v1:Deployment", "lms"),
    ):
        expect(Call("update", kind, name) in touched, f"{kind} {name} was not updated: {changes}")
    job = "kubernetes:batch/v1:Job"
    order = [call.operation for call in touched if (call.type, call.name) == (job, "lms-load")]
    expect(order == ["delete", "create"], f"the Job was {order or 'left'}, not replaced")
    return _said(changes)


def code_change(stack: EngineStack) -> str:
    """Change one function's code: that function and its alias, nothing else."""
    with zipfile.ZipFile(stack.tree / "build" / "lambda" / "enrollments.zip", "a") as archive:
        archive.writestr("a_change.txt", "changed")
    changes, touched = _up(stack)
    names = {(call.type, call.name) for call in touched}
    expect(
        names == {("aws:lambda/function:Function", "enrollments"), (ALIAS, "enrollments")},
        f"a change of one function's code touched {sorted(names)}",
    )
    return _said(changes)


def rotation(stack: EngineStack) -> str:
    """Rotate a secret: its version, what is warm with the old one, and no state or export that shows it."""
    stack.configure({"algoliaSearchKey": Secret(NEW_SECRET)})
    changes, touched = _up(stack)
    for call in (
        Call("create", "aws:secretsmanager/secretVersion:SecretVersion", "algolia-search"),
        Call("update", "aws:lambda/function:Function", "coursematch"),
        Call("update", ALIAS, "coursematch"),
        Call("update", "kubernetes:apps/v1:Deployment", "mock-algolia"),
    ):
        expect(call in touched, f"{call} is not among what a rotation touched: {touched}")
    expect(NEW_SECRET in str(stack.exported()), "the new secret is not in the state at all")
    expect(not stack.shows(NEW_SECRET), "the engine keeps the secret in the clear")
    return _said(changes)


def switch(stack: EngineStack) -> str:
    """Give the workloads to Argo CD and take them back: in four deploys nothing that runs is removed."""
    from infra_pulumi.deploy import would_delete

    running = set(stack.objects())
    said = []
    for owner in ("handover", "argocd", "handover", "pulumi"):
        if owner == "argocd":
            expect(would_delete(stack.exported()) is None, "the deploy would still refuse the switch")
        stack.configure({"workloads": owner})
        changes, touched = _up(stack)
        removed = [call for call in touched if call.operation == "delete" and call.type.startswith(KUBERNETES)]
        expect(removed == [], f"on the way to {owner} the cluster lost {removed}")
        expect(set(stack.objects()) == running, f"on the way to {owner} the cluster's objects changed")
        owned = [
            one["type"] for one in stack.exported()["deployment"]["resources"] if one["type"].startswith(KUBERNETES)
        ]
        expect(bool(owned) == (owner != "argocd"), f"with {owner} Pulumi knows {len(owned)} objects")
        said.append(f"{owner}: {_said(changes)}")
    expect("would delete" in str(would_delete(stack.exported())), "the deploy would let the plain switch delete")
    return "; ".join(said)


def protected(stack: EngineStack) -> str:
    """Destroy what is protected, as the CLI does, with a preview first: refused there, and nothing is removed."""
    before = len(stack.journal.calls())
    try:
        stack.preview_destroy()
    except automation.CommandError as error:
        expect("protect" in str(error), f"it failed otherwise: {str(error)[-1500:]}")
    else:
        raise Broken("a protected database was destroyed")
    expect(len(stack.journal.calls()) == before, "something was removed before the refusal")
    return "refused"


def nodes_change(stack: EngineStack) -> str:
    """Preview another node: one update."""
    stack.configure({"nodes": "3"})
    changes = stack.preview()
    expect(changes.get("update") == 1 and set(changes) == {"update", "same"}, f"the preview says {changes}")
    return _said(changes)


def destroy(stack: EngineStack) -> str:
    """Remove everything."""
    stack.unprotect()
    changes = stack.destroy()
    # What was only read, the platform's outputs, is let go of.
    expect(set(changes) - {"discard"} == {"delete"}, f"destroy says {changes}")
    expect(stack.objects() == {}, "the cluster still holds objects")
    expect(not (stack.tree / ".venv").exists(), "the CLI made an environment of its own beside uv.lock")
    return f"{changes['delete']} deleted"


def in_a_sandbox(stack: SandboxStack, endpoint: str, keys: AwsKeys) -> str:
    """Deploy a sandbox as `up --engine pulumi` does: the objects that the program declares, and nothing to preview."""
    told = {key.partition(":")[2]: value for key, value in settings(SYSTEM, "embedded").items() if SYSTEM in key}
    made = stack.deploy(told | {"awsEndpoint": endpoint, "awsSecretKey": Secret(keys.secret_access_key)})
    expect(made["outputs"]["apiUrl"].startswith(endpoint), f"the API is at {made['outputs']['apiUrl']}")
    found = sorted((one["kind"], one["metadata"]["name"]) for one in made["manifests"])
    declared = sorted(
        (one.inputs["kind"], one.inputs["metadata"]["name"])
        for one in resources(SYSTEM, "embedded")
        if one.type.startswith(KUBERNETES)
    )
    expect(found == declared, f"the cluster has {found}, and {declared} are declared")
    expect(stack.preview("--expect-no-changes") == 0, "a preview with nothing changed shows a change")
    return f"{len(found)} objects; a preview finds nothing to do"


def _up(stack: EngineStack) -> tuple[Changes, list[Call]]:
    """Deploy; answers what changed, and the calls that did it."""
    before = len(stack.journal.calls())
    changes = stack.up()
    touched = stack.journal.calls()[before:]
    return changes, touched


def _said(changes: Changes) -> str:
    return (
        ", ".join(f"{count} {kind}" for kind, count in sorted(changes.items()) if kind != "same") or "nothing changed"
    )
