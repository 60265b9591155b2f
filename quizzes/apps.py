from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "quizzes"

    def ready(self) -> None:
        from audit import outbox  # noqa: PLC0415 - apps are not loaded earlier
        from quizzes import notices  # noqa: PLC0415

        outbox.register(notices.CHALLENGE_ANSWERED, notices.prepare_challenge_answered)
        outbox.register(notices.NOW_PASSED, notices.prepare_now_passed)
        outbox.register(notices.ACCOMMODATION, notices.prepare_accommodation)
