from django.db import migrations

from audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]

    operations = [
        append_only("certificates_evaluationgiven"),
        append_only("certificates_evaluationanswers"),
        append_only("certificates_attestation"),
        append_only("certificates_certificate"),
        append_only("certificates_statuschange"),
    ]
