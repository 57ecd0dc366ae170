"""Tests of what stands behind OpenTelemetry's API in the services."""
