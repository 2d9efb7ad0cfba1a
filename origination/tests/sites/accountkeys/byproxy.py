from .base import *  # noqa: F403

ORIGINATION_ACCOUNT_MODEL = "accountkeys.ClientProxy"
ORIGINATION_CDR_MODEL = "accountkeys.ByProxy"
