from origination.tests.sites.accountkeys.base import *  # noqa: F403

ORIGINATION_ACCOUNT_MODEL = "accountkeys.CodedClient"
ORIGINATION_CDR_MODEL = "accountkeys.ByCode"
