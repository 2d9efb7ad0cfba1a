import pytest

from origination.tests.support.client import ask

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "value", ["é" * 10_000, "%" * 10_001, "4" * 2_000_000], ids=["bytes", "percent", "length"]
)
def test_a_query_string_that_takes_long_to_read_is_not_read(customer, account, value):
    response = ask(customer, account, dst_prefix_routing_contains=value)
    assert response.status_code == 400
    assert response.json() == {"error": "request too large or malformed"}
