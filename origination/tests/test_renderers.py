"""The published body, written compactly, has the published length and etag."""

import hashlib
from decimal import Decimal

from origination.metrics import Sums
from origination.renderers import StatisticsJSONRenderer
from origination.statistics import Statistics

ROWS = [
    (1734700000, Sums(180, 155, 45015, Decimal("65.75"))),
    (1734700060, Sums(140, 120, 34830, Decimal("50.25"))),
    (1734700120, Sums(200, 170, 49200, Decimal("70.5"))),
]


def test_the_published_numbers_give_the_published_bytes():
    body = StatisticsJSONRenderer().render(
        Statistics(ROWS, Sums(520, 445, 129045, Decimal("186.5")))
    )
    assert len(body) == 440
    assert hashlib.sha256(body).hexdigest()[:32] == "c21960ce26893fe33aa0a78a6133dd28"
