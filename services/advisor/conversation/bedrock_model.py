"""A model on Amazon Bedrock, over the Converse API of the runtime's own boto3."""

from __future__ import annotations

from typing import Any

from services.advisor.conversation.model import TOO_LONG, TOO_SLOW, UNAVAILABLE, Json, ModelUnavailable

STEP = 5
"""Seconds; patience is rounded down to a multiple."""


class BedrockModel:
    """Asks one Bedrock model or inference profile. `client` is for tests."""

    def __init__(self, model_id: str, client: Any = None) -> None:
        self._model_id = model_id
        self._client = client
        self._clients: dict[int, Any] = {}

    def converse(self, request: Json, seconds: float) -> Json:
        """Ask the model. Raises `ModelUnavailable`, which names the kind of error and never what was said."""
        # Here and not above: boto3 takes most of a second to import.
        from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

        try:
            answer = self._bedrock(seconds).converse(modelId=self._model_id, **request)
        except ReadTimeoutError as error:
            raise ModelUnavailable("The language model did not answer in time.", TOO_SLOW) from error
        except (BotoCoreError, ClientError) as error:
            why = TOO_LONG if "too long" in str(error).lower() else UNAVAILABLE
            raise ModelUnavailable(f"The language model does not answer ({type(error).__name__}).", why) from error
        return dict(answer)

    def _bedrock(self, seconds: float) -> Any:
        """Give a client that waits no longer: one is made for each step of patience, for it cannot change its own."""
        if self._client is not None:
            return self._client
        patience = max(1, int(seconds) // STEP * STEP)
        if patience not in self._clients:
            import boto3
            from botocore.config import Config

            limits = Config(connect_timeout=2, read_timeout=patience, retries={"total_max_attempts": 1})
            self._clients[patience] = boto3.client("bedrock-runtime", config=limits)
        return self._clients[patience]
