from .base import *  # noqa: F403

ORIGINATION_ACCOUNT_MODEL = "accountkeys.KeyedClient"
ORIGINATION_CDR_MODEL = "accountkeys.ByKey"
ORIGINATION = {"ROLLUPS": True, "ACCOUNT_UUID_FIELD": "id"}
