from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from origination.api.fields import TimeField


@pytest.mark.parametrize(
    "text",
    ["1969-12-31T23:59:59Z", "1970-01-01T00:00+00:01", "2200-12-31T23:59-12:00", "9999-12-31"],
)
def test_a_time_outside_of_what_can_be_asked_is_invalid_wherever_its_zone_moves_it(text):
    with pytest.raises(ValidationError):
        TimeField().clean(text)


def test_the_first_time_may_be_written_in_any_zone():
    expected = datetime(1970, 1, 1, tzinfo=UTC)
    assert TimeField().clean("1969-12-31T23:00-01:00") == expected
