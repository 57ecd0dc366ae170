"""How a mock is started: command line first, environment second."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Everything a server needs to know. `data` None keeps all in memory; `port` 0 takes a free one."""

    app_id: str = "mock"
    admin_key: str = "admin"
    search_key: str | None = None
    data: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8082
    rate_limit: int | None = None
    """Requests a minute before 429; None: no limit."""
    threads: int = 64
    seeds: tuple[str, ...] = ()
    """Files, folders and `INDEX=FILE` that fill indexes when the server starts."""
    semantic: bool = True
    """Whether an index in `neuralSearch` mode is searched by meaning too, where the models are installed."""


def from_command_line(
    arguments: Sequence[str],
    environ: Mapping[str, str],
    program: str = "python -m services.mock_algolia",
    version: str = "",
) -> tuple[Settings, bool]:
    """Read the settings, and whether the admin key was invented here and must be shown."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="A local server with Algolia's API: exact ranking by the documented rules, durable on DuckDB.",
    )
    parser.add_argument("--version", action="version", version=version)
    parser.add_argument("--port", type=_port, default=environ.get("ALGOLIA_PORT", "8082"), help="0 takes a free port")
    parser.add_argument(
        "--data", default=environ.get("ALGOLIA_DATA_DIR"), help="folder to keep the data in (default: memory)"
    )
    parser.add_argument("--app-id", default=environ.get("ALGOLIA_APP_ID") or "mock")
    parser.add_argument("--admin-key", default=environ.get("ALGOLIA_ADMIN_KEY"), help="default: a new one, printed")
    parser.add_argument(
        "--search-key", default=environ.get("ALGOLIA_SEARCH_KEY"), help="also make this search-only key"
    )
    parser.add_argument("--host", default=environ.get("ALGOLIA_HOST") or "127.0.0.1", help="default: this machine only")
    parser.add_argument("--rate-limit", type=_count, help="requests a minute; more answer 429 with Retry-After")
    parser.add_argument("--threads", type=_count, default=64, help="of them a caller may hold 5 of 8")
    parser.add_argument(
        "--seed",
        action="append",
        default=[],
        metavar="FILE",
        help="records, settings, rules or synonyms for an index named like the file, or a folder of such; repeatable",
    )
    parser.add_argument(
        "--words-only",
        action="store_true",
        default=environ.get("ALGOLIA_SEMANTIC") == "off",
        help="load no models: an index in neuralSearch mode is searched by its words alone",
    )
    parsed = parser.parse_args(arguments)
    settings = Settings(
        app_id=parsed.app_id,
        admin_key=parsed.admin_key or secrets.token_hex(16),
        search_key=parsed.search_key or None,
        data=Path(parsed.data) if parsed.data else None,
        host=parsed.host,
        port=parsed.port,
        rate_limit=parsed.rate_limit,
        threads=parsed.threads,
        seeds=tuple(parsed.seed),
        semantic=not parsed.words_only,
    )
    return settings, not parsed.admin_key


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port (0-65535)")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number above 0")
    return int(text)
