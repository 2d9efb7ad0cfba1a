"""CDRs in ClickHouse. ``ORIGINATION_CDR_MODEL`` names the model that a site uses."""

from __future__ import annotations

import uuid

from clickhouse_backend import models
from django.db import models as django_models

from origination import conf
from origination.models import PRICE_DIGITS, PRICE_PLACES, AbstractCDR

from .fields import ExactDecimalField, WholeSecondsField


class ClickHouseCDR(models.ClickhouseModel, AbstractCDR):
    """A CDR whose text and numbers have ClickHouse's own types. Nothing checks ``uuid``: the
    importer does."""

    uuid = django_models.UUIDField(primary_key=True, default=uuid.uuid4)
    customer_price = ExactDecimalField(
        max_digits=PRICE_DIGITS,
        decimal_places=PRICE_PLACES,
        default=0,
        help_text="in the account's currency",
    )
    src_prefix_routing = models.StringField(blank=True, default="")
    dst_prefix_routing = models.StringField(blank=True, default="")
    auth_orig_ip = models.GenericIPAddressField(null=True, blank=True, unpack_ipv4=True)
    # A few hundred texts: kept once each, with a number in every row.
    disconnect_reason = models.StringField(blank=True, default="", low_cardinality=True)
    orig_call_id = models.StringField(blank=True, default="", help_text="SIP Call-ID")

    class Meta(AbstractCDR.Meta):
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "export")
        verbose_name = "CDR"
        verbose_name_plural = "CDRs"


class CDR(ClickHouseCDR):
    """Of one server, or of a cluster: see :mod:`origination.contrib.clickhouse.tables`."""

    class Meta(ClickHouseCDR.Meta):
        swappable = "ORIGINATION_CDR_MODEL"
        db_table = "origination_cdr"


class AbstractYetiCDR(ClickHouseCDR):
    """The table that a YETI switch feeds, read as it is.

    Its times are whole seconds, its addresses text; ``customer_acc_id`` is the account's key.
    """

    account = django_models.ForeignKey(
        conf.account_model(),
        django_models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        db_column="customer_acc_id",
    )
    time_start = WholeSecondsField()
    time_connect = WholeSecondsField(null=True, blank=True)
    time_end = WholeSecondsField(null=True, blank=True)
    auth_orig_ip = models.StringField(blank=True, default="")
    disconnect_code = django_models.IntegerField(
        null=True, blank=True, db_column="lega_disconnect_code"
    )
    disconnect_reason = models.StringField(
        blank=True, default="", db_column="lega_disconnect_reason"
    )

    class Meta(ClickHouseCDR.Meta):
        abstract = True


class YetiCDR(AbstractYetiCDR):
    class Meta(AbstractYetiCDR.Meta):
        managed = False
        swappable = "ORIGINATION_CDR_MODEL"
        db_table = "cdrs"
