"""The stand-in providers over the engine's own protocol, spoken by a client of the test's: no Pulumi CLI is needed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from infra_pulumi.examples import PLATFORM, SYSTEM, resources
from infra_pulumi.program_runner import UNKNOWN
from infra_pulumi.secret_text import revealed
from sandbox.engine.provider.__main__ import serve
from sandbox.engine.provider.cloud import Cloud, sdk_version
from sandbox.engine.provider.emulated_aws import EmulatedAws
from sandbox.engine.provider.journal import Call, Journal
from sandbox.engine.provider.recorded_cluster import RecordedCluster
from tests.support.deployed_system import KEYS, emulator

__all__ = ["emulator"]

CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
KEY = "aws:kms/key:Key"
SECRET = {rpc._special_sig_key: rpc._special_secret_sig, "value": "hush"}


def struct(value: dict[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(value, struct_pb2.Struct())


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:aws::coursematch::coursematch:components:Task${kind}::{name}"


class Engine:
    """Says to a provider what the engine would."""

    def __init__(self, address: str) -> None:
        self.channel = grpc.insecure_channel(address)
        self.say = provider_pb2_grpc.ResourceProviderStub(self.channel)

    def configure(self, **settings: Any) -> None:
        self.say.Configure(provider_pb2.ConfigureRequest(args=struct(settings)))

    def create(self, kind: str, name: str, inputs: dict[str, Any], *, preview: bool = False) -> Any:
        request = provider_pb2.CreateRequest(urn=urn(kind, name), properties=struct(inputs), preview=preview)
        return self.say.Create(request)

    def diff(self, kind: str, old: dict[str, Any], new: dict[str, Any]) -> Any:
        request = provider_pb2.DiffRequest(urn=urn(kind, "x"), old_inputs=struct(old), news=struct(new))
        return self.say.Diff(request)

    def update(self, kind: str, made: Any, old: dict[str, Any], new: dict[str, Any], *, preview: bool = False) -> Any:
        request = provider_pb2.UpdateRequest(
            urn=urn(kind, "x"),
            id=made.id,
            olds=made.properties,
            old_inputs=struct(old),
            news=struct(new),
            preview=preview,
        )
        return self.say.Update(request)

    def read(self, kind: str, made: Any, inputs: dict[str, Any]) -> Any:
        request = provider_pb2.ReadRequest(
            urn=urn(kind, "x"), id=made.id, properties=made.properties, inputs=struct(inputs)
        )
        return self.say.Read(request)

    def delete(self, kind: str, made: Any, inputs: dict[str, Any]) -> None:
        self.say.Delete(
            provider_pb2.DeleteRequest(
                urn=urn(kind, "x"), id=made.id, properties=made.properties, old_inputs=struct(inputs)
            )
        )


@contextmanager
def speaking(cloud: Cloud, folder: Path) -> Iterator[Engine]:
    server, port = serve(cloud, Journal(folder), sdk_version("aws"))
    engine = Engine(f"127.0.0.1:{port}")
    yield engine
    engine.channel.close()
    server.stop(None).wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Engine]:
    with speaking(RecordedCluster(tmp_path / "cluster.json"), tmp_path) as engine:
        engine.create("kubernetes:core/v1:Namespace", "n", manifest("Namespace", "n", namespace=None))
        yield engine


@pytest.fixture
def nowhere(tmp_path: Path) -> Iterator[Engine]:
    """AWS with no emulator: what is only echoed."""
    with speaking(EmulatedAws("http://127.0.0.1:9", KEYS), tmp_path) as engine:
        yield engine


def manifest(kind: str, name: str, namespace: str | None = "n", **more: Any) -> dict[str, Any]:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **more}


def refusal(call: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments, **named)
    return str(caught.value.details())


def test_a_preview_makes_nothing_and_says_what_it_cannot_know(nowhere: Engine, tmp_path: Path) -> None:
    answered = nowhere.create(KEY, "key", {"enableKeyRotation": True, "description": SECRET}, preview=True)
    assert answered.id == ""
    assert answered.properties["arn"] == UNKNOWN
    assert answered.properties["enableKeyRotation"] is True
    assert json_format.MessageToDict(answered.properties)["description"] == SECRET
    assert Journal(tmp_path).calls() == []


def test_what_the_emulator_has_not_is_echoed_with_plausible_answers(nowhere: Engine) -> None:
    made = nowhere.create(KEY, "key", {"enableKeyRotation": True})
    assert made.id == "key-id"
    assert made.properties["arn"].startswith("arn:aws:kms:")
    assert nowhere.read(KEY, made, {"enableKeyRotation": True}).id == made.id


def test_answers_inside_an_input_are_there_in_a_preview_and_after(nowhere: Engine) -> None:
    """The network of a cluster holds the group that AWS makes for it."""
    (cluster,) = [found for found in resources(PLATFORM, "aws") if found.type == "aws:eks/cluster:Cluster"]
    inputs = json.loads(json.dumps(revealed(cluster.inputs)))
    previewed = nowhere.create(cluster.type, "cluster", inputs, preview=True)
    assert previewed.properties["vpcConfig"]["clusterSecurityGroupId"] == UNKNOWN
    assert (
        nowhere.create(cluster.type, "cluster", inputs).properties["vpcConfig"]["clusterSecurityGroupId"]
        == "sg-cluster"
    )


@pytest.mark.parametrize(
    ("kind", "inputs", "reason"),
    [
        (KEY, {"enableKeyRotations": True}, "enableKeyRotations is no property of it"),
        (KEY, {"enableKeyRotation": "yes"}, "enableKeyRotation is 'yes', not bool"),
        ("aws:moon/base:Base", {}, "no SDK of ours has a resource of type aws:moon/base:Base"),
    ],
)
def test_refuses_what_a_type_does_not_take(nowhere: Engine, kind: str, inputs: dict[str, Any], reason: str) -> None:
    checked = nowhere.say.Check(provider_pb2.CheckRequest(urn=urn(kind, "x"), news=struct(inputs)))
    assert [failure.reason for failure in checked.failures] == [reason]


def test_accepts_everything_that_the_programs_say(nowhere: Engine) -> None:
    for project in (SYSTEM, PLATFORM):
        for found in resources(project, "aws"):
            if found.type.startswith("aws:"):
                request = provider_pb2.CheckRequest(urn=urn(found.type, "x"), news=struct(revealed(dict(found.inputs))))
                assert list(nowhere.say.Check(request).failures) == [], found


@pytest.mark.parametrize(
    ("kind", "old", "new", "replaces", "first"),
    [
        (LOG_GROUP, {"name": "a", "retentionInDays": 7}, {"name": "a", "retentionInDays": 30}, [], False),
        (LOG_GROUP, {"name": "a"}, {"name": "b"}, ["name"], False),
        (LOG_GROUP, {"name": "a"}, {"name": UNKNOWN}, ["name"], False),
        (
            "aws:secretsmanager/secretVersion:SecretVersion",
            {"secretString": "a"},
            {"secretString": "b"},
            ["secretString"],
            False,
        ),
        (
            "kubernetes:batch/v1:Job",
            manifest("Job", "j", spec={"a": 1}),
            manifest("Job", "j", spec={"a": 2}),
            ["spec"],
            True,
        ),
        (CONFIG_MAP, manifest("ConfigMap", "c"), manifest("ConfigMap", "d"), ["metadata"], False),
        (
            CONFIG_MAP,
            manifest("ConfigMap", "c", data={"A": "1"}),
            manifest("ConfigMap", "c", data={"A": "2"}),
            [],
            False,
        ),
    ],
)
def test_says_what_only_a_new_one_can_have(
    nowhere: Engine,
    cluster: Engine,
    kind: str,
    old: dict[str, Any],
    new: dict[str, Any],
    replaces: list[str],
    first: bool,
) -> None:
    engine = nowhere if kind.startswith("aws:") else cluster
    assert engine.diff(kind, old, old).changes == provider_pb2.DiffResponse.DIFF_NONE
    answered = engine.diff(kind, old, new)
    assert answered.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert list(answered.replaces) == replaces
    assert answered.deleteBeforeReplace is first


def archive(content: str, **where: str) -> dict[str, str]:
    return {rpc._special_sig_key: rpc._special_archive_sig, "hash": content, **where}


def test_compares_files_by_what_is_in_them(nowhere: Engine) -> None:
    """Of the last deploy's archives the engine keeps the hash alone; where they lay then is no matter."""
    function, code = "aws:lambda/function:Function", archive("one", path="/here/f.zip")
    same = nowhere.diff(function, {"role": "r", "code": archive("one")}, {"role": "r", "code": code})
    assert same.changes == provider_pb2.DiffResponse.DIFF_NONE
    other = nowhere.diff(function, {"role": "r", "code": archive("two")}, {"role": "r", "code": code})
    assert (list(other.diffs), list(other.replaces)) == (["code"], [])


def test_a_cluster_keeps_a_name_for_one(cluster: Engine) -> None:
    cluster.create(CONFIG_MAP, "c", manifest("ConfigMap", "c"))
    assert "already exists" in refusal(cluster.create, CONFIG_MAP, "c", manifest("ConfigMap", "c"))
    cluster.configure(upsertExistingObjects="true")
    assert cluster.create(CONFIG_MAP, "c", manifest("ConfigMap", "c")).id == "n/c"


def test_a_namespace_goes_with_all_that_is_in_it(cluster: Engine) -> None:
    made = cluster.create(CONFIG_MAP, "c", manifest("ConfigMap", "c"))
    namespace = manifest("Namespace", "n", namespace=None)
    cluster.delete("kubernetes:core/v1:Namespace", made, namespace)
    assert cluster.read(CONFIG_MAP, made, manifest("ConfigMap", "c")).id == ""
    assert "there is no namespace n" in refusal(cluster.create, CONFIG_MAP, "c", manifest("ConfigMap", "c"))


def test_refuses_what_a_run_says_and_notes_every_other_call(cluster: Engine, tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.refuse(Call("create", CONFIG_MAP, "c"))
    assert "refused, as this run was told to" in refusal(cluster.create, CONFIG_MAP, "c", manifest("ConfigMap", "c"))
    journal.refuse()
    cluster.create(CONFIG_MAP, "c", manifest("ConfigMap", "c"))
    assert [call.name for call in journal.calls()] == ["n", "c"]


def test_calls_no_other_emulator_than_its_own(nowhere: Engine) -> None:
    assert "not at the emulator" in refusal(nowhere.configure, endpoints='[{"lambda": "http://127.0.0.1:1"}]')
    nowhere.configure(endpoints='[{"lambda": "http://127.0.0.1:9"}]', region="us-east-1")


def test_what_the_emulator_has_is_made_changed_found_and_removed(emulator: str, tmp_path: Path) -> None:
    with speaking(EmulatedAws(emulator, KEYS), tmp_path) as engine:
        old = {"name": "/aws/lambda/x", "retentionInDays": 7}
        new = old | {"retentionInDays": 30}
        made = engine.create(LOG_GROUP, "x", old)
        assert made.properties["arn"].endswith(":log-group:/aws/lambda/x")
        assert "exist" in refusal(engine.create, LOG_GROUP, "x", old)
        updated = engine.update(LOG_GROUP, made, old, new)
        assert updated.properties["arn"] == made.properties["arn"]
        assert updated.properties["retentionInDays"] == 30
        assert engine.read(LOG_GROUP, made, new).id == made.id
        engine.delete(LOG_GROUP, made, new)
        assert engine.read(LOG_GROUP, made, new).id == ""
        engine.delete(LOG_GROUP, made, new)
