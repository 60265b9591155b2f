from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import notices  # noqa: PLC0415 - its models are not there before the app is ready
        from audit.outbox import register  # noqa: PLC0415

        register(notices.ACCOUNT_MAIL, notices.prepare_account_mail)
        register(notices.INVITATION, notices.prepare_invitation)
