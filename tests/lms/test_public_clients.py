"""Public clients of Open edX, unmodified, work against the stand-in."""

from __future__ import annotations

import pytest
from edx_api.client import EdxApi
from openedx_rest_api_client.client import OpenedxRESTAPIClient

from tests.lms.platform import CLIENT_ID, CLIENT_SECRET, Platform

# Both clients call datetime.utcnow() or regular expressions that newer Pythons deprecate; that is theirs to mend.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


@pytest.mark.parametrize("bearer", [True, False])
def test_openedx_rest_api_client_lists_all_courses(platform: Platform, bearer: bool) -> None:
    client = OpenedxRESTAPIClient(platform.url, CLIENT_ID, CLIENT_SECRET, timeout=(5, 30), bearer=bearer)
    with client.session:
        courses = client.list_all_courses()
        found = client.list_all_courses(org="mitx", search_term="python")

    assert len({course["id"] for course in courses}) == len(courses) == 233
    assert [course["id"] for course in found] == ["course-v1:MITx+6.00.1x+2024T1", "course-v1:MITx+6.00.1x+2030T1"]


@pytest.fixture
def edx(platform: Platform) -> EdxApi:
    return EdxApi({"access_token": platform.token()}, platform.url, timeout=30)


def test_edx_api_client_lists_courses(edx: EdxApi) -> None:
    courses = list(edx.course_list.get_courses())

    assert len(courses) == 233
    assert courses[0].course_id.startswith("course-v1:")


def test_edx_api_client_lists_chosen_courses(edx: EdxApi) -> None:
    keys = [f"course-v1:demoX+{number:03}+r1" for number in range(150)]

    assert [course.course_id for course in edx.course_list.get_courses(course_keys=keys)] == keys


def test_edx_api_client_reads_one_course(edx: EdxApi) -> None:
    assert edx.course_detail.get_detail("course-v1:demoX+001+r1").name == "Course 001"


def test_edx_api_client_follows_the_enrollments_cursor(edx: EdxApi) -> None:
    enrollments = list(edx.enrollments.get_enrollments())

    assert len({(one.user, one.course_id) for one in enrollments}) == 232
    assert [one.mode for one in edx.enrollments.get_enrollments(usernames=["anna"])] == ["verified", "audit"]


def test_edx_api_client_reads_a_learners_own_enrollments(platform: Platform) -> None:
    own = EdxApi({"access_token": platform.token("anna")}, platform.url, timeout=30).enrollments

    assert own.get_student_enrollments().is_enrolled_in("course-v1:demoX+001+r1")
