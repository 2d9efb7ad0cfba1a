"""A site whose CDRs are those of a YETI switch: the table is not ours."""

from .clickhousesite import *  # noqa: F403

ORIGINATION_CDR_MODEL = "origination_clickhouse.YetiCDR"
