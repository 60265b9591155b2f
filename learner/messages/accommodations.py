"""What becomes of a wish for an accommodation."""

from django.utils.translation import gettext

from web.http import Refusal as RefusalPage


def already_asked(url: str) -> RefusalPage:
    return RefusalPage(
        gettext("Your earlier request still waits"),
        gettext(
            "There is one request at a time for a course. What you wrote now was not kept; the earlier one stands."
        ),
        url,
        gettext("See what you asked for"),
    )
