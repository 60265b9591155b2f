from django.db import migrations, models

from audit.triggers import append_only, not_append_only


class Migration(migrations.Migration):
    """Marks won in parts have denominators that are multiplied together: the exact fraction needs 64 bits."""

    dependencies = [("quizzes", "0003_deeper_assessment")]

    operations = [
        not_append_only("quizzes_scorechange"),
        migrations.AlterField(
            model_name="attempt",
            name="raw_numerator",
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="raw_denominator",
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="maximum",
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="scorechange",
            name="before_numerator",
            field=models.PositiveBigIntegerField(),
        ),
        migrations.AlterField(
            model_name="scorechange",
            name="before_denominator",
            field=models.PositiveBigIntegerField(),
        ),
        migrations.AlterField(
            model_name="scorechange",
            name="before_maximum",
            field=models.PositiveBigIntegerField(),
        ),
        migrations.AlterField(
            model_name="scorechange",
            name="after_numerator",
            field=models.PositiveBigIntegerField(),
        ),
        migrations.AlterField(
            model_name="scorechange",
            name="after_denominator",
            field=models.PositiveBigIntegerField(),
        ),
        migrations.AlterField(
            model_name="scorechange",
            name="after_maximum",
            field=models.PositiveBigIntegerField(),
        ),
        append_only("quizzes_scorechange"),
    ]
