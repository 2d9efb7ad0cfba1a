import uuid
from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import origination.functions
import origination.rollups.fields
from origination import conf
from origination.rollups import migrating


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(conf.account_model()),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptSums',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='StaleMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('reason', models.TextField()),
                ('is_of_rebuild', models.BooleanField(help_text='not yet done, or cut off')),
            ],
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('currency', models.CharField(default='USD', help_text='ISO 4217', max_length=3)),
                ('users', models.ManyToManyField(blank=True, db_constraint=False, related_name='origination_accounts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'pk'],
                'swappable': 'ORIGINATION_ACCOUNT_MODEL',
            },
        ),
        migrations.CreateModel(
            name='CountryHourSums',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', origination.rollups.fields.AccountKeyField(db_column='account_id')),
                ('start', models.DateTimeField(help_text='start of the bucket')),
                ('calls', models.BigIntegerField()),
                ('successful', models.BigIntegerField()),
                ('seconds', models.BigIntegerField(help_text='sum of duration')),
                ('billed', models.BigIntegerField(help_text='sum of customer_duration')),
                ('price', models.DecimalField(decimal_places=12, max_digits=60)),
                ('dst_country_id', models.IntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['account', 'dst_country_id', 'start', 'calls', 'successful', 'seconds', 'billed', 'price'], name='origination_countryhours_key')],
            },
        ),
        migrations.CreateModel(
            name='HourSums',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', origination.rollups.fields.AccountKeyField(db_column='account_id')),
                ('start', models.DateTimeField(help_text='start of the bucket')),
                ('calls', models.BigIntegerField()),
                ('successful', models.BigIntegerField()),
                ('seconds', models.BigIntegerField(help_text='sum of duration')),
                ('billed', models.BigIntegerField(help_text='sum of customer_duration')),
                ('price', models.DecimalField(decimal_places=12, max_digits=60)),
            ],
            options={
                'indexes': [models.Index(fields=['account', 'start', 'calls', 'successful', 'seconds', 'billed', 'price'], name='origination_hoursums_key')],
            },
        ),
        migrations.CreateModel(
            name='MinuteSums',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', origination.rollups.fields.AccountKeyField(db_column='account_id')),
                ('start', models.DateTimeField(help_text='start of the bucket')),
                ('calls', models.BigIntegerField()),
                ('successful', models.BigIntegerField()),
                ('seconds', models.BigIntegerField(help_text='sum of duration')),
                ('billed', models.BigIntegerField(help_text='sum of customer_duration')),
                ('price', models.DecimalField(decimal_places=12, max_digits=60)),
            ],
            options={
                'indexes': [models.Index(fields=['account', 'start', 'calls', 'successful', 'seconds', 'billed', 'price'], name='origination_minutesums_key')],
            },
        ),
        migrations.CreateModel(
            name='CDR',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(db_default=origination.functions.RandomUUID(), default=uuid.uuid4, help_text='makes an import repeatable', unique=True)),
                ('time_start', models.DateTimeField()),
                ('time_connect', models.DateTimeField(blank=True, null=True)),
                ('time_end', models.DateTimeField(blank=True, null=True)),
                ('duration', models.IntegerField(db_default=0, default=0, help_text='talk time, seconds')),
                ('customer_duration', models.IntegerField(db_default=0, default=0, help_text='billed time, seconds')),
                ('customer_price', models.DecimalField(db_default=Decimal('0'), decimal_places=6, default=Decimal('0'), help_text="in the account's currency", max_digits=18)),
                ('src_country_id', models.IntegerField(blank=True, null=True)),
                ('dst_country_id', models.IntegerField(blank=True, null=True)),
                ('src_prefix_routing', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('dst_prefix_routing', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('auth_orig_ip', models.GenericIPAddressField(blank=True, null=True)),
                ('is_last_cdr', models.BooleanField(db_default=True, default=True)),
                ('disconnect_code', models.IntegerField(blank=True, help_text='SIP status', null=True)),
                ('disconnect_reason', models.CharField(blank=True, db_default='', default='', max_length=255)),
                ('orig_call_id', models.CharField(blank=True, db_default='', default='', help_text='SIP Call-ID', max_length=255)),
                ('routing_attempt', models.IntegerField(db_default=1, default=1)),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.ORIGINATION_ACCOUNT_MODEL)),
            ],
            options={
                'verbose_name': 'CDR',
                'verbose_name_plural': 'CDRs',
                'swappable': 'ORIGINATION_CDR_MODEL',
                'default_permissions': ('add', 'change', 'delete', 'view', 'export'),
                'indexes': [models.Index(condition=models.Q(('is_last_cdr', True)), fields=['account', 'time_start', 'src_country_id', 'dst_country_id', 'duration', 'customer_duration', 'customer_price', 'auth_orig_ip'], name='origination_cdr_statistics'), models.Index(condition=models.Q(('is_last_cdr', True)), fields=['account', 'dst_prefix_routing', 'time_start', 'duration', 'customer_duration', 'customer_price'], name='origination_cdr_dst_number', opclasses=['', 'varchar_pattern_ops', '', '', '', '']), models.Index(condition=models.Q(('is_last_cdr', True)), fields=['account', 'src_prefix_routing', 'time_start', 'duration', 'customer_duration', 'customer_price'], name='origination_cdr_src_number', opclasses=['', 'varchar_pattern_ops', '', '', '', '']), models.Index(fields=['time_start'], name='origination_cdr_time'), models.Index(fields=['orig_call_id'], name='origination_cdr_call_id')],
                'constraints': [models.CheckConstraint(condition=models.Q(('duration__gte', 0)), name='origination_cdr_duration_not_negative'), models.CheckConstraint(condition=models.Q(('customer_duration__gte', 0)), name='origination_cdr_customer_duration_not_negative'), models.CheckConstraint(condition=models.Q(('time_start__gte', '1970-01-01T00:00:00Z'), ('time_start__lt', '2201-01-01T00:00:00Z')), name='origination_cdr_time_start_finite'), models.CheckConstraint(condition=models.Q(('customer_price__lte', Decimal('999999999999.999999'))), name='origination_cdr_customer_price_is_a_number')],
            },
        ),
        # The triggers come after every migrate, by a signal. They go before the tables that they
        # write to, from whatever table they are on.
        migrations.RunPython(
            migrations.RunPython.noop, migrating.leave, hints={"model_name": "minutesums"}
        ),
    ]
