"""The last gates of a course, and the certificate behind them."""

from django.utils.translation import gettext

from web.http import Refusal as RefusalPage


def evaluation_not_open(url: str) -> RefusalPage:
    return RefusalPage(
        gettext("Feedback is not open yet"),
        gettext(
            "It opens when every lesson is read and every assessment that counts is passed. Your answers were not kept,"
            " because they would be about a course that you have not finished; everything else of yours is as it was."
        ),
        url,
        gettext("See what is left"),
    )


def attestation_not_open(url: str) -> RefusalPage:
    return RefusalPage(
        gettext("The attestation is not open yet"),
        gettext(
            "It confirms everything before it, so it comes last. Nothing was recorded now, and nothing of yours was"
            " changed."
        ),
        url,
        gettext("See what is left"),
    )


def last_gate_ended(url: str) -> RefusalPage:
    return RefusalPage(
        gettext("This enrollment has ended"),
        gettext(
            "It ended after its last attempt, without completion, so nothing more is added to it. What you did until"
            " then is kept. You can enroll again from the course page."
        ),
        url,
        gettext("Back to the course"),
    )


def cannot_be_printed(url: str) -> RefusalPage:
    return RefusalPage(
        gettext("The PDF cannot be made now"),
        gettext(
            "Something on it, such as a license number, has characters for which we have no type. The certificate is not"
            " touched by this: it stands, and anybody can check it at its address. Correct the license, or write to us."
        ),
        url,
        gettext("Back to the certificate"),
    )
