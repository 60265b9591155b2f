from django.db import migrations, models

from audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("training", "0003_versions_of_what_was_asked")]

    operations = [
        migrations.AlterField(
            model_name="obligation",
            name="overdue_at",
            field=models.DateTimeField(help_text="the first instant after the days of grace"),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(("overdue_at__gte", models.F("due_at"))), name="grace_comes_after_the_due_day"
            ),
        ),
        append_only("training_requirementversion"),
        append_only("training_requirementpart"),
        append_only("training_partcourse"),
        append_only("training_ruleversion"),
        append_only("training_extension"),
        append_only("training_acknowledgement"),
        append_only("training_evidencefile", removable=True),
        append_only("training_reportpiece", removable=True),
    ]
