from django.apps import AppConfig
from django.core import checks


class CertificatesConfig(AppConfig):
    name = "certificates"

    def ready(self) -> None:
        from certificates.checks import signing_works  # noqa: PLC0415 - models are not loaded before

        checks.register(signing_works, checks.Tags.security, deploy=True)
