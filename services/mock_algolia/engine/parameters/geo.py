"""Geo search: circles, boxes, polygons, and distances in metres on a sphere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.mock_algolia.engine.arrays import Bools, Floats
from services.mock_algolia.engine.errors import BadRequest
from services.mock_algolia.engine.parameters.list_text import from_text

EARTH = 6_371_000.0
FINEST = 10  # metres: the default of aroundPrecision, and its least (documented)
AUTOMATIC_HITS = 1000  # an automatic radius reaches for that many hits (undocumented choice; at least 10 km)


@dataclass(frozen=True)
class GeoQuery:
    """Where to search: a centre, or boxes, or polygons; `radius` None: automatic, inf: all."""

    centre: tuple[float, float] | None = None
    radius: float | None = None
    minimum: float = 10_000.0
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    polygons: tuple[tuple[tuple[float, float], ...], ...] = ()
    precision: int | tuple[tuple[float, float], ...] = 10

    @property
    def active(self) -> bool:
        """Whether the search has anything to do with places."""
        return bool(self.centre or self.boxes or self.polygons)


def _pair(text: str) -> tuple[float, float]:
    parts = text.split(",")
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        raise BadRequest(f'Invalid value for "aroundLatLng" parameter: {text}, expected "latitude,longitude"') from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise BadRequest(f'Invalid value for "aroundLatLng" parameter: {text}, coordinates out of range')
    return latitude, longitude


def _comma_parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _shapes(value: Any, name: str) -> list[list[float]]:
    if value is None or value == "":
        return []
    value = from_text(value, _comma_parts, f'Invalid value for "{name}" parameter')
    if value and not isinstance(value[0], list):
        value = [value]
    try:
        return [[float(number) for number in shape] for shape in value]
    except (TypeError, ValueError):
        raise BadRequest(f'Invalid value for "{name}" parameter, expected an array of numbers') from None


def geo_query(params: Mapping[str, Any]) -> GeoQuery:
    """Read the geo parameters: beside boxes polygons are ignored, beside either the circle is (documented)."""
    boxes: list[tuple[float, float, float, float]] = []
    for shape in _shapes(params.get("insideBoundingBox"), "insideBoundingBox"):
        if len(shape) != 4:
            raise BadRequest('Invalid value for "insideBoundingBox" parameter, expected 4 numbers a box')
        boxes.append((shape[0], shape[1], shape[2], shape[3]))
    polygons: list[tuple[tuple[float, float], ...]] = []
    for shape in _shapes(params.get("insidePolygon"), "insidePolygon"):
        if len(shape) < 6 or len(shape) % 2:
            raise BadRequest('Invalid value for "insidePolygon" parameter, expected at least 3 points of 2 numbers')
        polygons.append(tuple(zip(shape[::2], shape[1::2], strict=True)))
    if boxes:
        return GeoQuery(boxes=tuple(boxes))
    if polygons:
        return GeoQuery(polygons=tuple(polygons))
    centre = _pair(params["aroundLatLng"]) if params.get("aroundLatLng") else None
    if centre is None:
        return GeoQuery()
    given = params.get("aroundRadius")
    radius = float("inf") if given == "all" else (float(given) if given is not None else None)
    precision = params.get("aroundPrecision", FINEST)
    if isinstance(precision, list):
        try:
            steps = tuple(sorted((float(step["from"]), max(float(step["value"]), FINEST)) for step in precision))
        except (TypeError, KeyError, ValueError):
            raise BadRequest(
                'Invalid value for "aroundPrecision" parameter, expected objects of "from" and "value"'
            ) from None
        return GeoQuery(centre, radius, float(params.get("minimumAroundRadius", 10_000)), precision=steps)
    return GeoQuery(
        centre, radius, float(params.get("minimumAroundRadius", 10_000)), precision=max(int(precision), FINEST)
    )


def distances(centre: tuple[float, float], latitudes: Floats, longitudes: Floats) -> Floats:
    """Measure great-circle distances in metres (haversine)."""
    phi1, phi2 = np.radians(centre[0]), np.radians(latitudes)
    half_phi = (phi2 - phi1) / 2
    half_lambda = np.radians(longitudes - centre[1]) / 2
    a = np.sin(half_phi) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(half_lambda) ** 2
    return np.asarray(2 * EARTH * np.arcsin(np.sqrt(np.minimum(a, 1.0))))


def inside_box(box: tuple[float, float, float, float], latitudes: Floats, longitudes: Floats) -> Bools:
    """Tell whether points lie in a box given by two opposite corners; a box may cross the date line."""
    south, north = min(box[0], box[2]), max(box[0], box[2])
    west, east = box[1], box[3]
    held = (latitudes >= south) & (latitudes <= north)
    low, high = min(west, east), max(west, east)
    if high - low > 180:
        return np.asarray(held & ((longitudes >= high) | (longitudes <= low)))
    return np.asarray(held & (longitudes >= low) & (longitudes <= high))


def inside_polygon(polygon: tuple[tuple[float, float], ...], latitudes: Floats, longitudes: Floats) -> Bools:
    """Tell whether points lie in a polygon (even-odd rule)."""
    held = np.zeros(len(latitudes), np.bool_)
    for (lat1, lng1), (lat2, lng2) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        crosses = (lat1 > latitudes) != (lat2 > latitudes)
        if lat1 != lat2:
            held ^= crosses & (longitudes < (lng2 - lng1) * (latitudes - lat1) / (lat2 - lat1) + lng1)
    return held


def bucket(metres: Floats, precision: int | tuple[tuple[float, float], ...]) -> Floats:
    """Round distances to the precision: equal buckets rank equally."""
    if isinstance(precision, tuple):
        out = metres.copy()
        for start, step in precision:
            held = metres >= start
            out[held] = np.floor(metres[held] / max(step, 1)) * max(step, 1)
        return out
    return np.asarray(np.floor(metres / max(precision, 1)))
