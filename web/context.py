from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """What every page's frame shows."""
    del request
    return {"support_email": settings.SUPPORT_EMAIL, "is_demo": settings.MODE == "demo"}
