"""Telemetry: what a service did, as OpenTelemetry's spans, which any collector takes. Nothing of ours is imported.

The services speak the official API (`opentelemetry.trace`); this room is what stands behind it in place of the SDK,
which would double a Lambda's start (docs/decisions/0112-spans-without-the-sdk.md).
"""
