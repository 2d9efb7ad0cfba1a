from django.apps import AppConfig


class ClickHouseConfig(AppConfig):
    name = "origination.contrib.clickhouse"
    label = "origination_clickhouse"
    verbose_name = "Origination statistics on ClickHouse"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers them
