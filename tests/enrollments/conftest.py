import pytest

from accounts.models import User
from courses.models import CourseVersion
from enrollments.models import Enrollment
from enrollments.services import enroll
from tests.enrollments.documents import publish, small


@pytest.fixture
def version(db: None) -> CourseVersion:
    return publish(small())


@pytest.fixture
def enrollment(version: CourseVersion, ana: User) -> Enrollment:
    return enroll(user=ana, course=version.course, acknowledged=True, by=ana)
