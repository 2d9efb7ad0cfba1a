from .base import *  # noqa: F403

ORIGINATION_ACCOUNT_MODEL = "accountkeys.CodedClient"
ORIGINATION_CDR_MODEL = "accountkeys.ByCode"
