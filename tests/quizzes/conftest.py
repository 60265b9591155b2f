import pytest

from accounts.models import User
from courses.models import CourseVersion
from enrollments.models import Enrollment
from enrollments.services import enroll
from tests.publishing import publish_example


@pytest.fixture
def version(db: None) -> CourseVersion:
    return publish_example()


@pytest.fixture
def enrollment(version: CourseVersion, ana: User) -> Enrollment:
    return enroll(user=ana, course=version.course, acknowledged=True, by=ana)
