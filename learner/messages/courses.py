"""What becomes of an enrollment, and of a lesson that is read."""

import datetime as dt

from django.utils.translation import gettext

from web.http import Refusal as RefusalPage
from web.templatetags.vignette import day, instant


def not_offered(url: str) -> RefusalPage:
    return RefusalPage(
        gettext("This course takes no new learners"),
        gettext(
            "It is not open for new enrollments at present, and you were not enrolled. Courses that you began and"
            " certificates that you hold are not touched."
        ),
        url,
        gettext("See the courses on offer"),
    )


def too_soon(until: dt.datetime, url: str) -> RefusalPage:
    return RefusalPage(
        gettext("You can begin again on %(day)s") % {"day": day(until)},
        gettext(
            "Your last enrollment ended after its last attempt, and the course asks for some days in between. It opens"
            " to you again on %(instant)s. What you did before is kept, and nothing was changed now."
        )
        % {"instant": instant(until)},
        url,
        gettext("Back to the course"),
    )


def lesson_not_kept(url: str) -> RefusalPage:
    return RefusalPage(
        gettext("This enrollment has ended"),
        gettext(
            "The lesson was not marked as read, because the enrollment ended before. Everything that you did until then"
            " is kept, and you can still read the lessons."
        ),
        url,
        gettext("Back to the course"),
    )
