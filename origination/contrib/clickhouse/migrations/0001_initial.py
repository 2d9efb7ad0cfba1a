import uuid

import clickhouse_backend.models
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import origination.contrib.clickhouse.fields
from origination.contrib.clickhouse import nodes


def make_tables(apps, schema_editor):
    """With codecs and a sharded face, which the backend's own CREATE TABLE has not."""
    if schema_editor.connection.vendor == "clickhouse":
        model = apps.get_model("origination_clickhouse", "CDR")
        nodes.make_tables(schema_editor.connection.alias, model)


def drop_tables(apps, schema_editor):
    if schema_editor.connection.vendor == "clickhouse":
        model = apps.get_model("origination_clickhouse", "CDR")
        nodes.drop_tables(schema_editor.connection.alias, model)


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.ORIGINATION_ACCOUNT_MODEL)]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='CDR',
                    fields=[
                        ('time_start', models.DateTimeField()),
                        ('time_connect', models.DateTimeField(blank=True, null=True)),
                        ('time_end', models.DateTimeField(blank=True, null=True)),
                        ('duration', models.IntegerField(db_default=0, default=0, help_text='talk time, seconds')),
                        ('customer_duration', models.IntegerField(db_default=0, default=0, help_text='billed time, seconds')),
                        ('src_country_id', models.IntegerField(blank=True, null=True)),
                        ('dst_country_id', models.IntegerField(blank=True, null=True)),
                        ('is_last_cdr', models.BooleanField(db_default=True, default=True)),
                        ('disconnect_code', models.IntegerField(blank=True, help_text='SIP status', null=True)),
                        ('routing_attempt', models.IntegerField(db_default=1, default=1)),
                        ('uuid', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        ('customer_price', origination.contrib.clickhouse.fields.ExactDecimalField(decimal_places=6, default=0, help_text="in the account's currency", max_digits=18)),
                        ('src_prefix_routing', clickhouse_backend.models.StringField(blank=True, default='')),
                        ('dst_prefix_routing', clickhouse_backend.models.StringField(blank=True, default='')),
                        ('auth_orig_ip', clickhouse_backend.models.GenericIPAddressField(blank=True, null=True, unpack_ipv4=True)),
                        ('disconnect_reason', clickhouse_backend.models.StringField(blank=True, default='', low_cardinality=True)),
                        ('orig_call_id', clickhouse_backend.models.StringField(blank=True, default='', help_text='SIP Call-ID')),
                        ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.ORIGINATION_ACCOUNT_MODEL)),
                    ],
                    options={
                        'verbose_name': 'CDR',
                        'verbose_name_plural': 'CDRs',
                        'default_permissions': ('add', 'change', 'delete', 'view', 'export'),
                        'db_table': 'origination_cdr',
                        'abstract': False,
                        'swappable': 'ORIGINATION_CDR_MODEL',
                    },
                    managers=[
                        ('objects', django.db.models.manager.Manager()),
                        ('_overwrite_base_manager', django.db.models.manager.Manager()),
                    ],
                ),
            ],
        ),
        migrations.RunPython(make_tables, drop_tables, hints={"model_name": "cdr"}),
    ]
