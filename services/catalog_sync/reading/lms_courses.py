"""Read the course list of an Open edX LMS, whole or not at all, and what course-discovery adds to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from services.catalog_sync.reading.listing import Listing, Page, Progress, read_listing, silent
from services.catalog_sync.reading.lms_run import CourseDetails, LmsRun
from services.catalog_sync.reading.polite_http import SiteRefused, SiteUnavailable, shown
from services.catalog_sync.reading.service_account import SignedHttp

PAGE_SIZE = 100
"""The most that Open edX gives on one page."""
MAX_PAGES = 10_000


class CatalogUnreadable(SiteUnavailable):
    """The site's answer has another shape than the API's, its pages never end, or it counts and lists nothing."""


@dataclass(slots=True)
class LmsCourses:
    """The course list of one LMS. `url` is the site's base (`https://lms.example`) or the list's own address."""

    url: str
    http: SignedHttp
    progress: Progress = silent

    def read(self) -> Listing[LmsRun]:
        """Read every run, by id. Raises SiteUnavailable (or its kinds) where that cannot be done."""
        url = api_url(self.url, "/api/courses/v1/courses/")
        runs = read_listing(lambda: pages_of(self.http, url, "page_size"), _run, "the LMS's list", self.progress)
        if not runs.entries and (runs.items or runs.count):
            raise CatalogUnreadable(
                f"{shown(url)}: it counts {runs.count} courses and sent {runs.items} items, none of which names one"
            )
        return runs


@dataclass(slots=True)
class DiscoveryCourses:
    """The catalogue of course-discovery. `url` is the site's base or the list's own address."""

    url: str
    http: SignedHttp
    progress: Progress = silent

    def read(self) -> Listing[CourseDetails]:
        """Read every course, by course key. Raises SiteUnavailable (or its kinds) where that cannot be done."""
        url = api_url(self.url, "/api/v1/courses/")
        return read_listing(
            lambda: pages_of(self.http, url, "limit", "page_size"), _details, "course-discovery's list", self.progress
        )


def _run(item: object) -> tuple[str, LmsRun] | None:
    run = LmsRun.from_json(item) if isinstance(item, dict) else None
    return (run.id, run) if run else None


def _details(item: object) -> tuple[str, CourseDetails] | None:
    details = CourseDetails.from_json(item) if isinstance(item, dict) else None
    return (details.course_key, details) if details else None


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
            yield Page([], None)
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


def _envelope(answer: object, url: str) -> tuple[list[Any], int, str | None]:
    if isinstance(answer, dict):
        items = answer.get("results")
        pagination = answer.get("pagination", answer)
        if isinstance(items, list) and isinstance(pagination, dict):
            count, following = pagination.get("count"), pagination.get("next")
            if isinstance(count, int) and (following is None or isinstance(following, str)):
                return items, count, following
    raise CatalogUnreadable(f"{shown(url)}: not a page of courses (results, count, next); is this the right address?")
