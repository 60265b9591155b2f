from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self) -> None:
        from audit import outbox, worker  # noqa: PLC0415 - apps are not loaded earlier
        from training import notices, services  # noqa: PLC0415

        outbox.register(notices.ASSIGNED, notices.prepare_assigned)
        outbox.register(notices.EVIDENCE, notices.prepare_evidence)
        outbox.register(notices.REMINDER, notices.prepare_reminder, is_patient=True)
        outbox.register(notices.BY_HAND, notices.prepare_by_hand)
        outbox.register(notices.DIGEST, notices.prepare_digest, is_patient=True)
        worker.register("training.count-changes", services.count_changes)
        worker.register("training.plan-reminders", services.plan_reminders)
        worker.register("training.keep-seats", services.keep_seats)
        worker.register("training.make-reports", services.make_reports, every=5)
        worker.register("training.remove-old-files", services.remove_old_files)
        worker.register("training.apply-rules", services.apply_rules)
        worker.register("training.renew-obligations", services.renew_obligations)
