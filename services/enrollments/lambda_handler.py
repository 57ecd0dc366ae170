"""AWS Lambda's entry: `services.enrollments.lambda_handler.handler`."""

from __future__ import annotations

import os

from services import VERSION
from services.enrollments.app import create_app
from services.enrollments.settings import Settings
from services.telemetry.provider import install
from services.telemetry.settings import telemetry_settings
from services.telemetry.short_pauses import keep_pauses_short
from services.web_edge.gateway_event import lambda_handler_for
from services.web_edge.settings import base_path

install("enrollments", telemetry_settings(os.environ), VERSION)
handler = lambda_handler_for(create_app(Settings.from_environment(os.environ)), base_path(os.environ))
keep_pauses_short()
