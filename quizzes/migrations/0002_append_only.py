from django.db import migrations

from audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0001_initial")]

    operations = [
        append_only("quizzes_response", removable=True),
        append_only("quizzes_step", removable=True),
    ]
