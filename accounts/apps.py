from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import notices, services, sign_ins  # noqa: PLC0415 - its models are not there before the app is ready
        from audit import worker  # noqa: PLC0415
        from audit.outbox import register  # noqa: PLC0415

        register(notices.ACCOUNT_MAIL, notices.prepare_account_mail)
        register(notices.INVITATION, notices.prepare_invitation)
        sign_ins.listen()
        worker.register("rosters", services.work_on_rosters, every=1.0)
        worker.register("old rosters", services.remove_old_rosters)
