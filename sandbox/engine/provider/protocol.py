"""The engine's protocol for providers (`pulumi/provider.proto`), in front of a `Cloud`."""

from __future__ import annotations

from typing import Any, NoReturn

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from sandbox.engine.provider import wire
from sandbox.engine.provider.cloud import Change, Cloud, Refused
from sandbox.engine.provider.journal import Call, Journal

SEPARATOR = "::"
"""Of a URN: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`."""


class StandIn(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine; previews touch nothing, secrets stay marked in what it keeps."""

    def __init__(self, cloud: Cloud, journal: Journal, version: str) -> None:
        self._cloud = cloud
        self._journal = journal
        self._version = version

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Say how properties may be sent."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Say which version this stands in for."""
        return plugin_pb2.PluginInfo(version=self._version)

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Take the provider's settings as they are."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Say that no setting of a provider ever replaces its resources."""
        changed = request.olds != request.news
        kind = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=kind)

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Take the settings into use."""
        try:
            self._cloud.configure(wire.read(request.args))
        except Refused as refused:
            _fail(context, str(refused))
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Say what a type does not take."""
        wrong = self._cloud.wrong(_kind(request.urn), wire.read(request.news))
        failures = [provider_pb2.CheckFailure(property="", reason=reason) for reason in wrong]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Compare the last inputs with the new ones."""
        change: Change = self._cloud.change(
            _kind(request.urn), wire.compared(request.old_inputs), wire.compared(request.news)
        )
        some = provider_pb2.DiffResponse.DIFF_SOME if change.changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=some,
            diffs=sorted(change.changed),
            replaces=sorted(change.replacing),
            deleteBeforeReplace=change.delete_first,
        )

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Create a resource; in a preview only say what would be known."""
        kind, name = _kind(request.urn), _name(request.urn)
        if request.preview:
            return provider_pb2.CreateResponse(
                properties=wire.unknown(request.properties, self._cloud.answers(kind) - set(request.properties.fields))
            )
        self._enter(Call("create", kind, name), context)
        try:
            made = self._cloud.create(kind, name, wire.read(request.properties))
        except Refused as refused:
            _fail(context, str(refused))
        return provider_pb2.CreateResponse(id=made.identity, properties=wire.state(request.properties, made.answered))

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Change a resource; in a preview, what a change moves is unknown again."""
        kind, name = _kind(request.urn), _name(request.urn)
        kept = wire.carried_over(request.olds, request.old_inputs, request.news)
        if request.preview:
            return provider_pb2.UpdateResponse(properties=wire.unknown(kept, self._cloud.moving(kind)))
        self._enter(Call("update", kind, name), context)
        try:
            made = self._cloud.update(kind, request.id, name, wire.read(request.news))
        except Refused as refused:
            _fail(context, str(refused))
        return provider_pb2.UpdateResponse(properties=wire.state(kept, made.answered))

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Say whether a resource is still there; one that is, is as it was."""
        if not self._cloud.exists(_kind(request.urn), request.id, wire.read(request.inputs)):
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Remove a resource."""
        kind = _kind(request.urn)
        self._enter(Call("delete", kind, _name(request.urn)), context)
        properties: struct_pb2.Struct = request.old_inputs if request.old_inputs.fields else request.properties
        try:
            self._cloud.delete(kind, request.id, wire.read(properties))
        except Refused as refused:
            _fail(context, str(refused))
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Answer a function of the provider."""
        try:
            answered = self._cloud.invoke(request.tok)
        except Refused as refused:
            _fail(context, str(refused))
        return provider_pb2.InvokeResponse(**{"return": wire.state(struct_pb2.Struct(), answered)})

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        """End nothing early: every call is short."""
        return empty_pb2.Empty()

    def _enter(self, call: Call, context: grpc.ServicerContext) -> None:
        if self._journal.refuses(call):
            _fail(context, f"{call.type} {call.name!r}: refused, as this run was told to")
        self._journal.note(call)


def _fail(context: grpc.ServicerContext, message: str) -> NoReturn:
    context.abort(grpc.StatusCode.UNKNOWN, message)
    raise AssertionError("abort raises")


def _kind(urn: str) -> str:
    return urn.split(SEPARATOR)[2].rpartition("$")[2]


def _name(urn: str) -> str:
    return urn.split(SEPARATOR, 3)[3]
