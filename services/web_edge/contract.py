"""`GET /openapi.yaml`: the contract, as it stands at the root of the repository and of every zip."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, request

from services.web_edge.parameters import Parameters

CONTRACT = Path(__file__).parents[2] / "openapi.yaml"


def contract_views() -> Blueprint:
    """Build the blueprint that serves the contract, byte for byte, with the media type of RFC 9512."""
    views = Blueprint("contract", __name__)

    @views.get("/openapi.yaml")
    def read_contract() -> Response:
        Parameters(request.args, known=())
        return Response(CONTRACT.read_bytes(), content_type="application/yaml")

    return views
