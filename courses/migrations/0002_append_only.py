from django.db import migrations

from audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]

    operations = [
        append_only("courses_courseversion"),
        append_only("courses_versiondocument"),
        append_only("courses_packagefile"),
        append_only("courses_mediafile"),
        append_only("courses_rendering"),
        append_only("courses_renderedlesson"),
        append_only("courses_withdrawal"),
    ]
