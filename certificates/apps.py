from django.apps import AppConfig
from django.core import checks


class CertificatesConfig(AppConfig):
    name = "certificates"

    def ready(self) -> None:
        from audit import worker  # noqa: PLC0415 - models are not loaded before
        from certificates import services  # noqa: PLC0415
        from certificates.checks import signing_works  # noqa: PLC0415

        worker.register("close-attempts", services.close_overdue_attempts)
        checks.register(signing_works, checks.Tags.security, deploy=True)
