from django.apps import AppConfig


class ClickHouseConfig(AppConfig):
    name = "origination.contrib.clickhouse"
    label = "origination_clickhouse"
    verbose_name = "Origination statistics on ClickHouse"

    def ready(self) -> None:
        from clickhouse_backend.models.query import QuerySet
        from clickhouse_backend.models.sql import Query

        from origination.statistics import overriding

        from . import checks  # noqa: F401  registers them

        overriding.register("clickhouse", QuerySet, Query)
