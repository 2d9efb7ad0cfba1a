import pytest
from django.contrib.auth import get_user_model
from django.test import override_settings

from origination.models import get_account_model, get_cdr_model
from origination.routers import CDRRouter

ELSEWHERE = override_settings(ORIGINATION={"CDR_DATABASE": "warehouse"})


@pytest.mark.parametrize("direction", ["db_for_read", "db_for_write"])
def test_cdrs_go_to_their_database_and_nothing_else_does(direction):
    with ELSEWHERE:
        route = getattr(CDRRouter(), direction)
        assert route(get_cdr_model()) == "warehouse"
        assert route(get_account_model()) is None
        assert route(get_user_model()) is None


def test_the_account_of_a_cdr_is_looked_for_among_accounts():
    with ELSEWHERE:
        cdr = get_cdr_model()()
        assert CDRRouter().db_for_read(get_account_model(), instance=cdr) == "default"


@pytest.mark.parametrize(
    ("database", "model", "allowed"),
    [
        ("warehouse", "cdr", True),
        ("default", "cdr", False),
        ("warehouse", "account", False),
        ("default", "account", None),
    ],
)
@override_settings(ORIGINATION_CDR_MODEL="origination.CDR")
def test_only_the_cdr_table_is_made_in_the_cdr_database(database, model, allowed):
    with ELSEWHERE:
        assert CDRRouter().allow_migrate(database, "origination", model) is allowed
