"""`python -m services.lms serve|load|check|reset`: run the learning platform, or fill or empty its database."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from types import FrameType
from typing import Any

from services import VERSION
from services.lms import database
from services.lms.files.rows import InvalidFile
from services.lms.loading import Sources, holds, load, read_sources
from services.lms.settings import InvalidSettings, Rate, Settings, choose_sources, read_settings
from services.telemetry.provider import install

WARNINGS_SHOWN = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0, or 2 for settings or files that cannot be used."""
    options = _parser().parse_args(arguments)
    try:
        settings = read_settings(os.environ)
        if options.command == "serve":
            return _serve(settings, options)
        if options.command == "reset":
            return _reset(settings)
        sources = settings.sources
        if options.catalog or options.enrollments:
            sources = choose_sources(
                options.catalog or os.environ.get("LMS_CATALOG_FILE"),
                options.enrollments or os.environ.get("LMS_ENROLLMENTS_FILE"),
            )
        return _load(settings, sources) if options.command == "load" else _check(sources)
    except (InvalidSettings, InvalidFile) as error:
        print(f"lms {options.command}: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.lms", description=__doc__)
    parser.add_argument("--version", action="version", version=f"coursematch {VERSION}")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="answer the Open edX APIs")
    serve.add_argument("--host", help="address to listen on (LMS_HOST, default 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (LMS_PORT, default 8083)")
    serve.add_argument("--throttle", help="requests a caller may make, e.g. 20/minute (LMS_THROTTLE; staff twice that)")
    for name, what in (("load", "load a catalogue and enrollments"), ("check", "only check the files")):
        command = commands.add_parser(name, help=what)
        command.add_argument(
            "--catalog", help="JSON, JSON Lines or CSV, also .gz (LMS_CATALOG_FILE; default: the fixtures)"
        )
        command.add_argument("--enrollments", help="CSV or JSON, also .gz (LMS_ENROLLMENTS_FILE)")
    commands.add_parser("reset", help="drop the tables")
    return parser


def _serve(settings: Settings, options: argparse.Namespace) -> int:
    from sqlalchemy.exc import SQLAlchemyError
    from waitress import wasyncore
    from waitress.server import create_server

    from services.lms.app import create_app, say
    from services.lms.fair_share import THREADS
    from services.telemetry.sql_queries import trace_queries

    settings.require("DATABASE_URL", "IDENTITY_SIGNING_KEY")
    settings = replace(
        settings,
        host=options.host or settings.host,
        port=settings.port if options.port is None else options.port,
        throttle=Rate.parse(options.throttle) if options.throttle else settings.throttle,
    )
    install("lms", settings.telemetry, VERSION)
    engine = database.connect(settings.database_url)
    trace_queries(engine)
    try:
        database.create_schema(engine)
    except SQLAlchemyError as error:
        # It may still be starting: /health says 503 until it is there and loaded.
        say({"event": "lms_database_error", "error": type(error).__name__})
    listening = socket.create_server((settings.host, settings.port), backlog=1024)
    port = listening.getsockname()[1]
    open_sockets: dict[int, Any] = {}
    server: Any = create_server(
        create_app(settings, engine),
        map=open_sockets,
        sockets=[listening],
        threads=THREADS,
        # A request takes a thread only when it is whole: any number of unfinished ones is held at little cost, under
        # the 1,024 open files that many systems allow, and let go after a while.
        connection_limit=900,
        channel_timeout=30,
        cleanup_interval=5,
        asyncore_use_poll=True,
    )
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        # No exception: it would come up wherever the main thread happens to be, in the middle of an answer too.
        stopping.set()
        server.pull_trigger()

    signal.signal(signal.SIGTERM, stop)
    say({"event": "lms_listening", "host": settings.host, "port": port})
    try:
        while not stopping.is_set():
            wasyncore.loop(timeout=30, use_poll=True, map=open_sockets, count=1)
    except KeyboardInterrupt:
        pass
    finally:
        server.task_dispatcher.shutdown()
        wasyncore.close_all(open_sockets)
        engine.dispose()
    return 0


def _load(settings: Settings, sources: Sources) -> int:
    settings.require("DATABASE_URL")
    data = read_sources(sources)
    _warn(data.warnings)
    engine = database.connect(settings.database_url, pool_size=2)
    try:
        database.create_schema(engine)
        if settings.reader_password:
            database.create_reader(engine, settings.reader_password)
        digest = sources.digest()
        if holds(engine, digest):
            print(json.dumps({"event": "lms_load", "changed": False}))
            return 0
        report = load(engine, data, digest, now=datetime.now(UTC).replace(microsecond=0))
        print(json.dumps({"event": "lms_load", **asdict(report), "warnings": len(data.warnings)}))
        return 0
    finally:
        engine.dispose()


def _check(sources: Sources) -> int:
    data = read_sources(sources)
    _warn(data.warnings)
    counts = {"courses": len(data.catalogue.courses), "enrollments": len(data.enrollments.rows)}
    print(json.dumps({"event": "lms_check", **counts, "warnings": len(data.warnings)}))
    return 0


def _reset(settings: Settings) -> int:
    settings.require("DATABASE_URL")
    engine = database.connect(settings.database_url, pool_size=1)
    try:
        database.drop_schema(engine)
    finally:
        engine.dispose()
    return 0


def _warn(warnings: Sequence[str]) -> None:
    for warning in warnings[:WARNINGS_SHOWN]:
        print(f"warning: {warning}", file=sys.stderr)
    if len(warnings) > WARNINGS_SHOWN:
        print(f"warning: … and {len(warnings) - WARNINGS_SHOWN} more", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
