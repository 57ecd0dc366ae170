"""A request is a span in its caller's trace, named by its route; a streamed answer is part of it to its end."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, Response, stream_with_context

from services.telemetry.steps import step
from services.telemetry.wsgi import Traced
from services.web_edge.service_app import build_service_app
from tests.support.collector import recorded

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def _app() -> Flask:
    app = build_service_app("test", {})

    def learner(learner: str) -> str:
        with step("look"):
            return f"for {learner}"

    def streamed() -> Response:
        def chunks() -> Iterator[str]:
            for number in range(3):
                with step(f"chunk {number}"):
                    pass
                yield str(number)

        return Response(stream_with_context(chunks()))

    app.add_url_rule("/learners/<learner>", view_func=learner)
    app.add_url_rule("/streamed", view_func=streamed)
    app.add_url_rule("/broken", view_func=lambda: 1 / 0)
    return app


def test_continues_the_trace_of_its_caller() -> None:
    with recorded() as spans:
        _app().test_client().get(
            "/learners/ada?q=ada", headers={"traceparent": f"00-{TRACE}-{PARENT}-01"}, buffered=True
        )
    look, request = spans
    assert request.name == "GET /learners/{learner}"
    assert (f"{request.context.trace_id:032x}", f"{request.parent.span_id:016x}") == (TRACE, PARENT)
    assert look.parent == request.context
    assert request.facts["http.response.status_code"] == 200
    assert "ada" not in str([(span.name, span.facts) for span in spans])


def test_records_nothing_of_a_trace_that_its_caller_does_not_record() -> None:
    with recorded() as spans:
        _app().test_client().get("/learners/ada", headers={"traceparent": f"00-{TRACE}-{PARENT}-00"}, buffered=True)
    assert spans == []


def test_begins_a_trace_of_its_own_where_a_caller_names_none_that_is_one() -> None:
    for header in ("", "nonsense", f"00-{'0' * 32}-{PARENT}-01", "ff-" + "1" * 99):
        with recorded() as spans:
            _app().test_client().get("/learners/ada", headers={"traceparent": header}, buffered=True)
        assert spans[-1].parent is None


def test_holds_a_streamed_answer_to_its_end() -> None:
    with recorded() as spans:
        answer = _app().test_client().get("/streamed")
        assert answer.get_data() == b"012"
        answer.close()
    assert [span.name for span in spans] == ["chunk 0", "chunk 1", "chunk 2", "GET /streamed"]
    assert [span.parent for span in spans[:3]] == [spans[3].context] * 3


def test_marks_what_failed_on_our_side() -> None:
    with recorded() as spans:
        _app().test_client().get("/broken", buffered=True)
        _app().test_client().get("/nowhere", buffered=True)
    broken, nowhere = spans
    assert broken.failed
    assert broken.facts["error.type"] == "ZeroDivisionError"
    assert not nowhere.failed
    assert nowhere.name == "GET"


def test_leaves_probes_out() -> None:
    app = Flask("probed")
    app.add_url_rule("/alive", view_func=lambda: "yes")
    app.wsgi_app = Traced(app.wsgi_app, quiet=("/alive",))  # type: ignore[method-assign]  # a middleware
    with recorded() as spans:
        assert app.test_client().get("/alive", buffered=True).text == "yes"
    assert spans == []
