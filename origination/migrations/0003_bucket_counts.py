from django.db import migrations

from origination import bucket_counts, conf


def declare(apps, schema_editor):
    """On our own table; a host's gets them by ``verify_rollups --rebuild``."""
    if conf.cdr_model() == "origination.CDR":
        bucket_counts.declare(apps.get_model("origination", "CDR"), schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [
        ('origination', '0002_rollups'),
    ]

    operations = [
        migrations.RunPython(declare, migrations.RunPython.noop, hints={"model_name": "cdr"}),
    ]
