from .base import *  # noqa: F403

ORIGINATION_ACCOUNT_MODEL = "accountkeys.NamedClient"
ORIGINATION_CDR_MODEL = "accountkeys.ByName"
ORIGINATION = {"ROLLUPS": True, "ACCOUNT_UUID_FIELD": "reference"}
