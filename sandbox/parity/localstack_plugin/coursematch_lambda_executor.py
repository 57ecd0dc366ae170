"""A Lambda executor for LocalStack without Docker: one process an environment, on `awslambdaric`.

LocalStack finds it by the entry point beside this file. It serves the Lambda Runtime API
(https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) on loopback and starts AWS's own runtime client.
Lives in LocalStack's environment; nothing of ours imports it.
"""

# mypy: disable-error-code="import-not-found, misc"
# (what it builds on is installed in LocalStack's environment only)
from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

PREFIX = "/2018-06-01/runtime/"
START_SECONDS = 20


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    """What LocalStack's plugin manager loads for LAMBDA_RUNTIME_EXECUTOR=process."""

    name = "process"

    def load(self, *_: Any, **__: Any) -> type[RuntimeExecutor]:
        return ProcessExecutor


class RuntimeApi(BaseHTTPRequestHandler):
    """The Runtime API of one environment; `executor` is set by the server that is made for it."""

    protocol_version = "HTTP/1.1"
    executor: ProcessExecutor

    def do_GET(self) -> None:
        self.executor.ready.set()
        invocation = self.executor.waiting.get()
        if invocation is None:  # the environment is being shut down
            self._answer(410, b"")
            return
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", invocation["invoke-id"])
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", invocation["invoked-function-arn"])
        self.send_header("Lambda-Runtime-Trace-Id", invocation["trace-id"])
        self.send_header("Lambda-Runtime-Deadline-Ms", str(self.executor.deadline_ms()))
        self.send_header("Content-Type", "application/json")
        body = invocation["payload"].encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        kind = self.path.removeprefix(PREFIX)
        if kind == "init/error":
            self.executor.init_error = body
            self.executor.ready.set()
        else:
            _, request_id, outcome = kind.split("/")
            self.executor.finish(request_id, body, is_error=outcome == "error")
        self._answer(202, b'{"status":"OK"}')

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


class ProcessExecutor(RuntimeExecutor):
    """One execution environment: a loopback Runtime API, and the process that asks it for work."""

    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id, function_version)
        self.ready = threading.Event()
        self.init_error: bytes | None = None
        self.waiting: queue.Queue[dict[str, str] | None] = queue.Queue()
        self._results: dict[str, Future[InvocationResult]] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._server: ThreadingHTTPServer | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by stop()
        self._read_up_to = 0

    def start(self, env_vars: dict[str, str]) -> None:
        handler = type("RuntimeApiOfOne", (RuntimeApi,), {"executor": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        code = str(self.function_version.config.code.get_unzipped_code_location())
        environment = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        environment |= {name: str(value) for name, value in env_vars.items()}
        environment |= {
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._server.server_port}",
            "LAMBDA_TASK_ROOT": code,
            "PYTHONPATH": code,
        }
        self._process = subprocess.Popen(  # noqa: S603 - AWS's client, in this environment
            [sys.executable, "-m", "awslambdaric", self.function_version.config.handler],
            cwd=code, env=environment, stdout=self._log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        threading.Thread(target=self._notice_end, daemon=True).start()
        self.ready.wait(START_SECONDS)
        if self.init_error is not None or not self.ready.is_set():
            payload = self.init_error or json.dumps({"errorType": "Runtime.InitTimeout"}).encode()
            raise StatusErrorException("Environment startup failed", payload=payload)

    def _notice_end(self) -> None:
        """Leave no call waiting for a process that ends: as on AWS, it is answered Runtime.ExitError."""
        code = self._process.wait() if self._process is not None else 0
        error = {"errorType": "Runtime.ExitError", "errorMessage": f"Runtime exited with error: exit status {code}"}
        if not self.ready.is_set():
            self.init_error = json.dumps(error).encode()
            self.ready.set()
        for request_id in list(self._results):
            self.finish(request_id, json.dumps(error).encode(), is_error=True)

    def stop(self) -> None:
        self.waiting.put(None)
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        self._log.close()

    def deadline_ms(self) -> int:
        """When the call being handed out must have ended, in milliseconds since 1970."""
        return int((time.time() + self.function_version.config.timeout) * 1000)

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        request_id = payload["invoke-id"]
        self._results[request_id] = future = Future[InvocationResult]()
        self.waiting.put(payload)
        seconds = self.function_version.config.timeout
        try:
            return future.result(seconds)
        except FutureTimeout:
            if self._process is not None:
                self._process.kill()
            error = {"errorMessage": f"Task timed out after {seconds}.00 seconds", "errorType": "Sandbox.Timedout"}
            return InvocationResult(request_id, json.dumps(error).encode(), is_error=True, logs=self.get_logs())
        finally:
            self._results.pop(request_id, None)

    def finish(self, request_id: str, body: bytes, *, is_error: bool) -> None:
        """Answer one call."""
        future = self._results.get(request_id)
        if future is not None and not future.done():
            future.set_result(InvocationResult(request_id, body, is_error=is_error, logs=self.get_logs()))

    def get_logs(self) -> str:
        if self._log.closed:
            return ""
        found = os.pread(self._log.fileno(), 256_000, self._read_up_to)
        self._read_up_to += len(found)
        return found.decode(errors="replace")

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        port = self._server.server_port if self._server else 0
        return f"http://127.0.0.1:{port}"

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        function_version.config.code.destroy_cached()
