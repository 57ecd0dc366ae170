"""Telemetry of one sandbox: receives spans and metrics (OTLP/HTTP), keeps the last hours, and answers the console."""
