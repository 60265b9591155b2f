import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_seats_change_and_pause"),
        ("enrollments", "0003_completion_by_instant"),
        ("training", "0005_seats_as_they_were"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="obligation",
            name="obligation_open_by_overdue",
        ),
        migrations.AddField(
            model_name="obligation",
            name="is_late",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.lookups.GreaterThanOrEqual(models.F("met_at"), models.F("due_at")),
                help_text="whether it was met after the due day; unknown while it is not met",
                output_field=models.BooleanField(null=True),
            ),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(condition=models.Q(("decision", "")), fields=["membership"], name="evidence_undecided"),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("is_late__isnull", True)),
                fields=["requirement", "overdue_at"],
                include=(
                    "due_at",
                    "due_on",
                    "opens_at",
                    "waived_until",
                    "away_from",
                    "away_until",
                    "released_at",
                    "left_at",
                    "assigned_at",
                    "is_late",
                    "membership",
                    "id",
                ),
                name="obligation_open_counted",
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("is_late__isnull", False)),
                fields=["requirement", "is_late", "due_at", "left_at", "released_at", "assigned_at"],
                name="obligation_met_counted",
            ),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(
                condition=models.Q(("is_confirmed__isnull", True)), fields=["obligation"], name="statement_unconfirmed"
            ),
        ),
    ]
