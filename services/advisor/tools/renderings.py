"""How a tool is told to those who may call it: MCP clients, Bedrock Converse models, OpenAI models, GPT Actions."""

from __future__ import annotations

from collections.abc import Iterable

from services.advisor.tools.tool import Json, Tool


def as_mcp(tool: Tool) -> Json:
    """Render MCP's Tool: read-only, no side effects, closed world."""
    return {
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": tool.input_schema,
        "outputSchema": tool.output_schema,
        "annotations": {
            "title": tool.title,
            "readOnlyHint": True,
            "destructiveHint": False,
            "idempotentHint": True,
            "openWorldHint": False,
        },
    }


def as_converse(tools: Iterable[Tool]) -> Json:
    """Render Bedrock Converse's toolConfig."""
    return {
        "tools": [
            {
                "toolSpec": {
                    "name": tool.name,
                    "description": tool.description,
                    "inputSchema": {"json": tool.input_schema},
                }
            }
            for tool in tools
        ],
        "toolChoice": {"auto": {}},
    }


def as_openapi(tool: Tool) -> Json:
    """Find the operation of `openapi.yaml` that the tool calls: its id and its query parameters."""
    return {
        "operationId": tool.operation_id,
        "parameters": [
            {
                "name": parameter.name,
                "in": "query",
                "required": parameter.required,
                "description": parameter.description,
                "schema": parameter.schema,
            }
            for parameter in tool.parameters
        ],
    }
