from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self) -> None:
        from audit import outbox  # noqa: PLC0415 - apps are not loaded earlier
        from training import notices  # noqa: PLC0415

        outbox.register(notices.ASSIGNED, notices.prepare_assigned)
