"""The composition root of the advisor Lambda: what is built from what."""

from __future__ import annotations

import time

from flask import Flask

from services.advisor.addresses import api_address, public_address
from services.advisor.asking import asker_by
from services.advisor.chat_request import BadChat
from services.advisor.chat_views import chat_views
from services.advisor.conversation.adviser import Adviser, Budget
from services.advisor.conversation.bedrock_model import BedrockModel
from services.advisor.conversation.model import Model
from services.advisor.conversation.offline_model import OfflineModel
from services.advisor.conversation.openai_model import OpenAiModel
from services.advisor.manifest_views import manifest_views
from services.advisor.mcp.server import McpServer
from services.advisor.mcp.views import mcp_views
from services.advisor.page_views import page_views
from services.advisor.settings import ModelSettings, Settings
from services.advisor.tools.course_api import ApiRefused, ApiUnavailable, CourseApi, HttpCourseApi
from services.advisor.tools.registry import build_tools
from services.web_edge.identity import Identity
from services.web_edge.problems import Problem, ProblemTable
from services.web_edge.secrets import Secrets
from services.web_edge.service_app import build_service_app
from services.web_edge.settings import SettingMissing

PROBLEMS: ProblemTable = {
    BadChat: Problem(400, "bad-chat", "The chat request is not right"),
    ApiUnavailable: Problem(503, "source-unavailable", "A part does not answer", source="courses"),
    SettingMissing: Problem(503, "source-unavailable", "A part does not answer", source="courses"),
    ApiRefused: Problem(400, "bad-parameter", "A parameter is not right"),
}

OFFLINE_SECONDS = 8.0
"""For a whole turn where only parts of ours are asked: what a person waits for before being told what is missing."""
MODEL_SECONDS = 27.0
"""Where a language model writes: API Gateway waits for 29."""


def create_app(settings: Settings) -> Flask:
    """Build the application from settings; secrets and connections wait for the first request that needs them."""
    secrets = Secrets(time.monotonic)
    signing_key = secrets.reader(settings.identity.secret_id, "signing_key")
    identity = Identity(signing_key, settings.identity.issuer, settings.identity.audience)
    model = model_of(settings.model, secrets)
    return assemble(HttpCourseApi(lambda: api_address(settings)), identity, model, settings)


def model_of(settings: ModelSettings, secrets: Secrets) -> Model:
    """Choose the model that talks."""
    if settings.kind == "bedrock":
        return BedrockModel(settings.model_id)
    if settings.kind == "openai":
        key = secrets.reader(settings.secret_id, "api_key") if settings.secret_id else str
        return OpenAiModel(settings.base_url, settings.model_id, key)
    return OfflineModel()


def assemble(
    api: CourseApi, identity: Identity, model: Model, settings: Settings, budget: Budget | None = None
) -> Flask:
    """Build the application over any course API and any model; without a `budget` a turn has that of a deployed one."""
    most = budget.seconds if budget else OFFLINE_SECONDS if settings.model.kind == "offline" else MODEL_SECONDS
    app = build_service_app("advisor", PROBLEMS, most)

    def address() -> str:
        return public_address(settings)

    tools = build_tools(address)
    asker = asker_by(identity)
    name = settings.model.model_id or settings.model.kind
    app.register_blueprint(manifest_views(address))
    app.register_blueprint(mcp_views(McpServer(tools, api), asker, settings.allowed_origins, address))
    app.register_blueprint(page_views())
    app.register_blueprint(chat_views(Adviser(model, tools, api, time.monotonic, budget), asker, name))
    return app
