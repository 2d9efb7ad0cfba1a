from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from origination import conf
from origination.contrib.clickhouse import nodes, projections, tables
from origination.models import get_cdr_model


class Command(BaseCommand):
    help = "Let ClickHouse keep sums by hour, for dashboards. Repeating it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        todo = parser.add_mutually_exclusive_group()
        todo.add_argument("--drop", action="store_true", help="forget the sums")
        todo.add_argument(
            "--new-rows-only", action="store_true", help="no sums of the CDRs that are there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            names = nodes.run(conf.cdr_database(), _statements(**options))
        except (LookupError, DatabaseError) as e:
            raise CommandError(str(e)) from e
        done = "dropped" if options["drop"] else "kept"
        for name in names:
            self.stdout.write(f"{', '.join(projections.KEYS)} {done} on {name}")


def _statements(drop: bool, new_rows_only: bool, **options: Any) -> list[str]:
    model = get_cdr_model()
    table = tables.stored(model)
    if drop:
        return projections.removal(table)
    if new_rows_only:
        return projections.addition(model, table)
    return [*projections.addition(model, table), *projections.materialization(table)]
