from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        # Imported for its registrations; models are not loaded before.
        import config.checks  # noqa: F401, PLC0415
