"""Creates what the host's switch had created long before: the CDR table itself."""

from django.db import migrations


def create(apps, schema_editor):
    from origination.tests.sites.hostsite.models import SwitchCDR

    schema_editor.create_model(SwitchCDR)


class Migration(migrations.Migration):
    dependencies = [("hostsite", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
