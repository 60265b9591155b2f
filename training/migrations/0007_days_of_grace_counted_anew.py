"""Have days of grace counted anew: leaves stop them, too, and nobody is overdue for a day after
she left (ADR 55)."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F
from django.utils import timezone


def recount(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    # The next round of counting looks at every row whose time has come.
    graced = apps.get_model("training", "Obligation").objects.filter(met_at__isnull=True, overdue_at__gt=F("due_at"))
    graced.update(recheck_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("training", "0006_counted_from_an_index")]

    operations = [migrations.RunPython(recount, migrations.RunPython.noop)]
