"""System checks of the whole product, for `manage.py check --deploy`."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from config.startup import cache_faults


@register(Tags.caches, deploy=True)
def cache_is_shared(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    del app_configs, kwargs
    return [Error(fault, id="vignette.E101") for fault in cache_faults()]


@register(Tags.security, deploy=True)
def addresses_are_ours(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    del app_configs, kwargs
    found: list[CheckMessage] = []
    if not settings.SITE_URL.startswith("https://"):
        found.append(Error("SITE_URL does not begin with https://; certificates would carry it.", id="vignette.E102"))
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS admits every host name.", id="vignette.E103"))
    if settings.SUPPORT_EMAIL.endswith("@localhost"):
        found.append(
            Error("SUPPORT_EMAIL is not set; grievances and accommodations need an address.", id="vignette.E104")
        )
    return found
