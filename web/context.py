from django.conf import settings
from django.http import HttpRequest

from audit.request import current_request_id


def site(request: HttpRequest) -> dict[str, object]:
    """What every page's frame shows."""
    del request
    return {
        "support_email": settings.SUPPORT_EMAIL,
        "is_demo": settings.MODE == "demo",
        "request_number": request_number(),
    }


def request_number() -> str:
    """The first half of the request's id as people read it out: 7F2A-91C0."""
    number = current_request_id.get()[:8].upper()
    return f"{number[:4]}-{number[4:]}" if number else ""
