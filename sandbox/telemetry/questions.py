"""What the console asks of the store: a list of traces, one trace, and numbers counted from spans."""

from __future__ import annotations

import json
from typing import Any

from sandbox.telemetry.store import Store

MOST_TRACES = 200
MOST_SPANS = 2_000

Json = dict[str, Any]

# A trace's first span is who began it, as far as its spans have arrived.
_TRACES = """
WITH told AS (
    SELECT *, json_extract_string(facts, '$."http.route"') AS route,
        CAST(json_extract(facts, '$."http.response.status_code"') AS INTEGER) AS status,
        json_extract_string(facts, '$."coursematch.keywords"') AS keywords
    FROM spans
), traces AS (
    SELECT trace, min(began) AS began, (max(began + ms * 1e6) - min(began)) / 1e6 AS ms, count(*) AS spans,
        arg_min(name, began) AS name, arg_min(service, began) AS service,
        CASE WHEN arg_min(kind, began) = 2 THEN arg_min(route, began) END AS route,
        CASE WHEN arg_min(kind, began) = 2 THEN arg_min(status, began) END AS status,
        arg_min(keywords, began) FILTER (WHERE keywords IS NOT NULL) AS keywords,
        count(*) FILTER (WHERE failed) AS failures, list(DISTINCT service ORDER BY service) AS services
    FROM told GROUP BY trace
)
SELECT * FROM traces
WHERE ($route IS NULL OR coalesce(route, name) = $route)
  AND ($status IS NULL OR ($status = 'error' AND (failures > 0 OR status >= 500))
    OR status // 100 = TRY_CAST($status AS INTEGER))
  AND ms >= $least
  AND ($probes OR NOT coalesce(route = '/health' OR route LIKE '%.js', false)
    AND services NOT IN (['lms'], ['mock-algolia']))
ORDER BY began DESC LIMIT $most
"""
_ROUTES = """
SELECT coalesce(json_extract_string(facts, '$."http.route"'), name) AS route, count(*) AS requests,
    count(*) FILTER (WHERE failed) AS errors, quantile_cont(ms, 0.5) AS p50, quantile_cont(ms, 0.95) AS p95,
    max(ms) AS slowest, service
FROM spans WHERE kind = 2 AND began > $since GROUP BY ALL ORDER BY requests DESC LIMIT 100
"""
_MINUTES = """
SELECT began // 60000000000 * 60 AS minute, count(*) AS requests, count(*) FILTER (WHERE failed) AS errors,
    quantile_cont(ms, 0.5) AS p50
FROM spans WHERE service = 'front door' AND kind = 2 AND began > $since GROUP BY 1 ORDER BY 1
"""
_NUMBERS = """
SELECT service, name, unit, facts, arg_max(value, moment) AS value, max(moment) AS moment
FROM numbers WHERE moment > $since GROUP BY service, name, unit, facts ORDER BY name, service, facts LIMIT 500
"""


def traces(store: Store, asked: Json) -> Json:
    """List traces, the newest first: `route`, `status` (2, 4, 5 or error), `least` milliseconds, `probes` too."""
    status = str(asked.get("status") or "") or None
    least = asked.get("least")
    values = {
        "route": str(asked.get("route") or "") or None,
        "status": status,
        "least": float(least) if isinstance(least, int | float) else 0.0,
        "probes": bool(asked.get("probes")),
        "most": MOST_TRACES,
    }
    everything = store.ask(_TRACES, {**values, "route": None, "status": None, "least": 0.0})
    routes = sorted({str(row["route"] or row["name"]) for row in everything})
    return {"traces": store.ask(_TRACES, values), "routes": routes}


def trace(store: Store, asked: Json) -> Json:
    """Give all spans of a trace, in the order in which they began."""
    rows = store.ask(
        "SELECT * FROM spans WHERE trace = $trace ORDER BY began, ms DESC LIMIT $most",
        {"trace": str(asked.get("trace")), "most": MOST_SPANS},
    )
    return {"spans": [{**row, "facts": json.loads(row["facts"])} for row in rows]}


def numbers(store: Store, asked: Json) -> Json:
    """Count requests, errors and latencies by route and by minute, and give the last value of every metric."""
    minutes = asked.get("minutes")
    seconds = 60 * float(minutes if isinstance(minutes, int | float) and 0 < minutes <= 360 else 60)
    values = {"since": int((store.now() - seconds) * 1e9)}
    return {
        "routes": store.ask(_ROUTES, values),
        "minutes": store.ask(_MINUTES, values),
        "numbers": [{**row, "facts": json.loads(row["facts"])} for row in store.ask(_NUMBERS, values)],
    }


QUESTIONS = {"traces": traces, "trace": trace, "numbers": numbers}
