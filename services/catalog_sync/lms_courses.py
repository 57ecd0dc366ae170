"""Read the course list of an Open edX LMS, whole or not at all, and what course-discovery adds to it.

The list (`/api/courses/v1/courses/`) is paged by number: a course that appears or goes while we read shifts the rest,
so that one may be seen twice or not at all. The envelope's `count` and the ids tell; then the list is read again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from services.catalog_sync.lms_run import CourseDetails, LmsRun
from services.catalog_sync.polite_http import SiteRefused, SiteUnavailable, shown
from services.catalog_sync.service_account import SignedHttp

log = logging.getLogger("catalog_sync.lms")

PAGE_SIZE = 100
"""The most that Open edX gives on one page."""
MAX_PAGES = 10_000
READINGS = 2
"""How often the list is read when it moves; after that, what was seen in any reading is kept and nothing deleted."""

Progress = Callable[[int, int], None]
"""Told courses read so far, and the site's own count of them."""


def silent(read: int, total: int) -> None:
    """Tell nobody."""
    del read, total


class CatalogUnreadable(SiteUnavailable):
    """The site's answer has another shape than the API's, or its pages never end."""


@dataclass(frozen=True, slots=True)
class CatalogReading:
    """What was read. `complete` is False when the list moved in every reading: then nothing may be deleted."""

    runs: tuple[LmsRun, ...]
    complete: bool
    pages: int


@dataclass(slots=True)
class LmsCourses:
    """The course list of one LMS. `url` is the site's base (`https://lms.example`) or the list's own address."""

    url: str
    http: SignedHttp
    progress: Progress = silent

    def read(self) -> CatalogReading:
        """Read every page. Raises SiteUnavailable (or its kinds) where that cannot be done."""
        seen: dict[str, LmsRun] = {}
        pages = 0
        for number in range(1, READINGS + 1):
            found: dict[str, LmsRun] = {}
            counts: set[int] = set()
            items = 0
            for page in pages_of(self.http, api_url(self.url, "/api/courses/v1/courses/"), "page_size"):
                pages += 1
                items += len(page.items)
                counts.add(page.count)
                for run in filter(None, map(LmsRun.from_json, page.items)):
                    found[run.id] = run
                self.progress(items, page.count)
            seen.update(found)
            if counts == {items} and len(found) == items:
                return CatalogReading(tuple(found.values()), True, pages)
            log.warning(
                "the course list moved while it was read: %d items, %d courses, counts %s (reading %d of %d)",
                items, len(found), sorted(counts), number, READINGS,
            )  # fmt: skip
        return CatalogReading(tuple(seen.values()), False, pages)


@dataclass(slots=True)
class DiscoveryCourses:
    """The catalogue of course-discovery. `url` is the site's base or the list's own address."""

    url: str
    http: SignedHttp
    progress: Progress = silent

    def read(self) -> dict[str, CourseDetails]:
        """Read every course, by course key. Raises SiteUnavailable (or its kinds) where that cannot be done."""
        found: dict[str, CourseDetails] = {}
        for _ in range(READINGS):
            items, counts = 0, set()
            for page in pages_of(self.http, api_url(self.url, "/api/v1/courses/"), "limit", "page_size"):
                items += len(page.items)
                counts.add(page.count)
                found.update((one.course_key, one) for one in map(CourseDetails.from_json, page.items) if one)
                self.progress(items, page.count)
            if counts == {items}:
                break
            log.warning("course-discovery's list moved while it was read: %d items, counts %s", items, sorted(counts))
        return found


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its items, and how many the site says there are on all pages."""

    items: list[dict[str, Any]]
    count: int


def pages_of(http: SignedHttp, url: str, *size_parameters: str) -> Iterator[Page]:
    """Follow `next` from page to page, in the envelope of the LMS (`pagination`) or of Django REST framework.

    `next` is absolute, and behind a proxy often names another scheme or host: only its path and query are followed, on
    the site we were given, so that a token never travels elsewhere. Raises CatalogUnreadable for another shape, a page
    that comes twice, or more than 10,000 pages.
    """
    next_url: str | None = f"{url}?{urlencode(dict.fromkeys(size_parameters, PAGE_SIZE))}"
    visited: set[str] = set()
    while next_url is not None:
        if next_url in visited or len(visited) >= MAX_PAGES:
            raise CatalogUnreadable(f"{shown(url)}: its pages never end; page {len(visited)} leads back, or too far")
        visited.add(next_url)
        try:
            answer = http.get(next_url)
        except SiteRefused as error:
            if error.status != 404 or len(visited) == 1:
                raise
            # The list became shorter while we read: the page that `next` promised is past its end. The count tells.
            yield Page([], -1)
            return
        items, count, following = _envelope(answer, url)
        yield Page(items, count)
        next_url = _here(url, following)


def api_url(site: str, path: str) -> str:
    """Address a list on a site, whether we were given the site's base or the list itself."""
    parts = urlsplit(site)
    own = parts.path.rstrip("/")
    full = own + "/" if own.endswith(path.rstrip("/")) else own + path
    return urlunsplit((parts.scheme, parts.netloc, full, "", ""))


def _here(url: str, following: str | None) -> str | None:
    if not following:
        return None
    target, origin = urlsplit(urljoin(url, following)), urlsplit(url)
    return urlunsplit((origin.scheme, origin.netloc, target.path, target.query, ""))


def _envelope(answer: object, url: str) -> tuple[list[dict[str, Any]], int, str | None]:
    if isinstance(answer, dict):
        items = answer.get("results")
        pagination = answer.get("pagination", answer)
        if isinstance(items, list) and isinstance(pagination, dict):
            count, following = pagination.get("count"), pagination.get("next")
            if isinstance(count, int) and (following is None or isinstance(following, str)):
                return [item for item in items if isinstance(item, dict)], count, following
    raise CatalogUnreadable(f"{shown(url)}: not a page of courses (results, count, next); is this the right address?")
