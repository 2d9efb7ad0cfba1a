"""The published body, written compactly, has the published length and etag."""

import hashlib

from origination.api.renderers import StatisticsJSONRenderer
from origination.statistics.answers import Statistics
from origination.statistics.metrics import PRICE_UNIT, Sums

PUBLISHED = Statistics(
    [1734700000, 1734700060, 1734700120],
    Sums(
        calls=[180, 140, 200],
        successful=[155, 120, 170],
        seconds=[45015, 34830, 49200],
        price=[6575 * PRICE_UNIT // 100, 5025 * PRICE_UNIT // 100, 7050 * PRICE_UNIT // 100],
    ),
)


def test_the_published_numbers_give_the_published_bytes():
    body = StatisticsJSONRenderer().render(PUBLISHED)
    assert len(body) == 440
    assert hashlib.sha256(body).hexdigest()[:32] == "c21960ce26893fe33aa0a78a6133dd28"
