"""Answers that are waited for as long as it takes: what is proved is what they say, not how loaded the machine is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from services.coursematch import algolia_http
from services.learner_history import openedx_history, postgres_pool
from services.web_edge import service_app

LONG = 60.0


@contextmanager
def patient() -> Iterator[None]:
    """Let our parts wait a minute for each other instead of four seconds, and a request take as long as it takes.

    A part of a loaded machine may well be silent for four seconds: the stand-in reads its models anew after half a
    minute without a question. What happens then stands in tests/web_edge/test_silent_parts.py and beside it.
    """
    with pytest.MonkeyPatch.context() as patch:
        for module in (algolia_http, openedx_history):
            patch.setattr(module, "READ_SECONDS", LONG)
            patch.setattr(module, "CONNECT_SECONDS", LONG)
        patch.setattr(postgres_pool, "SOCKET_SECONDS", LONG)
        patch.setattr(service_app, "begin_request", lambda _: _BEGIN(LONG))
        yield


_BEGIN = service_app.begin_request
