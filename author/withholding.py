"""What an author who takes the course herself does not see yet: answers wait for her as for every other learner."""

from collections.abc import Iterator

from accounts.models import User
from courses.library import published
from courses.models import CourseVersion
from enrollments.models import Enrollment, EnrollmentQuerySet
from quizzes.queries import AssessmentState, assessment_state, assessment_states, is_released_for


def reasons_withheld(viewer: User, version: CourseVersion, assessment_key: str) -> bool:
    """Whether she takes this course herself, in any version, and the reasons of that quiz or case are not told to her there."""
    return any(not _are_told(enrollment, assessment_key) for enrollment in _own(viewer, version))


def withheld_keys(viewer: User, version: CourseVersion) -> frozenset[str]:
    """The quizzes and cases of which that is so: one statement for somebody who does not take the course."""
    return frozenset(key for enrollment in _own(viewer, version) for key in _untold(enrollment))


def _own(viewer: User, version: CourseVersion) -> EnrollmentQuerySet:
    return Enrollment.objects.of(viewer).filter(version__course=version.course_id).select_related("version")


def _are_told(enrollment: Enrollment, assessment_key: str) -> bool:
    assessment = published(enrollment.version).document.assessment_by_key.get(assessment_key)
    if assessment is None:
        return True  # her version does not ask it
    return _is_released(enrollment, assessment_state(enrollment, assessment))


def _untold(enrollment: Enrollment) -> Iterator[str]:
    for key, state in assessment_states(enrollment, published(enrollment.version).document).items():
        if not _is_released(enrollment, state):
            yield key


def _is_released(enrollment: Enrollment, state: AssessmentState) -> bool:
    assessment = published(enrollment.version).document.assessment_by_key[state.key]
    for attempt in state.attempts:
        attempt.enrollment = enrollment  # it was read without it, and is this one
    return any(is_released_for(attempt, assessment, state) for attempt in state.attempts)
