import pytest
from django.conf import settings
from django.core.management import call_command

from origination.models import get_account_model
from origination.tests.support.client import ask

pytestmark = pytest.mark.django_db


def test_the_published_example_is_answered_as_published():
    for database in settings.DATABASES:
        call_command("loaddata", "fixtures/published_example.json", verbosity=0, database=database)
    account = get_account_model().objects.get(uuid="fd6cb45e-6674-11f1-9edb-da575d109341")
    response = ask(account.users.get(), account, from_time="2024-12-20T00:00:00Z")
    assert response.json() == {
        "data": {
            "t": [1734699960, 1734700020, 1734700080],
            "total_calls": [180, 140, 200],
            "successful_calls": [155, 120, 170],
            "failed_calls": [25, 20, 30],
            "total_duration": ["750.25", "580.5", "820.0"],
            "acd": ["4.84", "4.84", "4.82"],
            "asr": ["86.11", "85.71", "85.0"],
            "total_price": ["65.75", "50.25", "70.5"],
        },
        "rows": 3,
        "totals": {
            "t": 0,
            "total_calls": 520,
            "successful_calls": 445,
            "failed_calls": 75,
            "total_duration": "2150.75",
            "acd": "4.83",
            "asr": "85.58",
            "total_price": "186.5",
        },
    }
