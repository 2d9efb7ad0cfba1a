import pytest
from django.db import router

from origination.models import get_cdr_model
from origination.statistics.columns import real_columns

pytestmark = [pytest.mark.clickhouse, pytest.mark.django_db]


def test_the_types_of_a_table_are_those_that_the_server_tells():
    model = get_cdr_model()
    columns = real_columns(model, router.db_for_read(model))
    assert set(columns) == {field.column for field in model._meta.concrete_fields}
    assert columns["uuid"].type == "UUID"
    assert columns["time_start"].type.startswith("DateTime64")
    assert {name for name in ("time_start", "time_end") if columns[name].is_nullable} == {
        "time_end"
    }
