from django.apps import AppConfig


class ClickHouseConfig(AppConfig):
    name = "origination.contrib.clickhouse"
    label = "origination_clickhouse"
    verbose_name = "Origination statistics on ClickHouse"

    def ready(self) -> None:
        from clickhouse_backend.models.query import QuerySet
        from clickhouse_backend.models.sql import Query

        from origination.statistics import overriding

        # Importing registers them.
        from . import bounds, checks, columns, loader, sources  # noqa: F401

        overriding.register("clickhouse", QuerySet, Query)
