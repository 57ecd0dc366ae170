"""The settings of the advisor Lambda (`docs/settings.md`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.web_edge.settings import IdentitySettings, SettingMissing, identity_settings, required

MODELS = ("offline", "bedrock", "openai")


@dataclass(frozen=True)
class ModelSettings:
    """Which model talks: `offline` (ours), `bedrock`, or `openai` (any OpenAI-compatible endpoint, Ollama's too)."""

    kind: str
    model_id: str
    base_url: str
    secret_id: str


@dataclass(frozen=True)
class Settings:
    """Everything the Lambda is told from outside.

    `public_url` empty: links follow the request's own address. `api_url` empty: the API is the one that the gateway's
    event names, at `gateway_url` (an emulator's endpoint) or at AWS in `region`.
    """

    api_url: str
    gateway_url: str
    region: str
    public_url: str
    allowed_origins: frozenset[str]
    identity: IdentitySettings
    model: ModelSettings

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; raises `SettingMissing`, which names the one that is not right."""
        return cls(
            api_url=environment.get("COURSEMATCH_API_URL", "").strip().rstrip("/"),
            gateway_url=environment.get("AWS_ENDPOINT_URL", "").strip().rstrip("/"),
            region=environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or "us-east-1",
            public_url=environment.get("ADVISOR_PUBLIC_URL", "").strip().rstrip("/"),
            allowed_origins=frozenset(
                origin.strip().rstrip("/")
                for origin in environment.get("ADVISOR_ORIGINS", "").split(",")
                if origin.strip()
            ),
            identity=identity_settings(environment),
            model=model_settings(environment),
        )


def model_settings(environment: Mapping[str, str]) -> ModelSettings:
    """Read which model talks; raises `SettingMissing`."""
    kind = environment.get("ADVISOR_MODEL", "").strip() or "offline"
    if kind not in MODELS:
        raise SettingMissing(f"ADVISOR_MODEL is {kind!r}; it must be one of {', '.join(MODELS)}.")
    return ModelSettings(
        kind=kind,
        model_id="" if kind == "offline" else required(environment, "ADVISOR_MODEL_ID"),
        base_url=required(environment, "ADVISOR_MODEL_URL").rstrip("/") if kind == "openai" else "",
        secret_id=environment.get("ADVISOR_MODEL_SECRET", "").strip(),
    )
