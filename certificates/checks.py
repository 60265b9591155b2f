"""Start-up checks of the signing keys."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from certificates import keys


def signing_works(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """In production: the key file is there and private, and, where the database may be asked, a signature holds."""
    del app_configs
    if not settings.IS_PRODUCTION:
        return []
    fault = keys.self_check() if databases else keys.file_fault()
    if fault is None:
        return []
    return [
        Error(
            f"Certificates cannot be signed: {fault}.",
            hint="CERTIFICATE_KEY_FILE names the file; `manage.py create_certificate_key` makes the first key.",
            id="certificates.E001",
        )
    ]
