"""As the handbook has it: a switch's table whose addresses are no text."""

from clickhouse_backend import models

from origination.contrib.clickhouse.checks import LABEL
from origination.contrib.clickhouse.fields import IPv4ColumnField
from origination.contrib.clickhouse.models import AbstractYetiCDR


class AddressCDR(AbstractYetiCDR):
    auth_orig_ip = models.GenericIPAddressField(null=True, unpack_ipv4=True)

    class Meta(AbstractYetiCDR.Meta):
        app_label = LABEL
        managed = False
        db_table = "cdrs"


class IPv4CDR(AbstractYetiCDR):
    auth_orig_ip = IPv4ColumnField(null=True)

    class Meta(AbstractYetiCDR.Meta):
        app_label = LABEL
        managed = False
        db_table = "cdrs"
