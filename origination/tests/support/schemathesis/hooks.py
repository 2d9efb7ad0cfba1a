"""Strategies for the formats of the description that JSON Schema does not define."""

from datetime import UTC, datetime, timedelta

import django
import schemathesis
from hypothesis import strategies as st

# Statistics want the models.
django.setup()

from origination.api.fields import MAX_LENGTH  # noqa: E402
from origination.statistics.zones import zone_names  # noqa: E402

NOW = datetime.now(UTC)
# A day of minutes is within MAX_ROWS, also where gaps up to now are filled.
TIMES = st.integers(0, 86400).map(lambda seconds: NOW - timedelta(seconds=seconds))
PRINTABLE = st.text(st.characters(codec="utf-8"), max_size=MAX_LENGTH).filter(str.isprintable)

schemathesis.openapi.format("date-time", TIMES.map(datetime.isoformat))
schemathesis.openapi.format("iana-time-zone", st.sampled_from(sorted(zone_names())))
schemathesis.openapi.format("printable", PRINTABLE.filter(lambda text: "\ufffd" not in text))
