from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections

from origination import conf
from origination.contrib.clickhouse import nodes, tables
from origination.models import get_cdr_model


class Command(BaseCommand):
    help = "Make the tables of the CDRs that are missing, on the server or every node of a cluster."

    def add_arguments(self, parser: CommandParser) -> None:
        todo = parser.add_mutually_exclusive_group()
        todo.add_argument("--sql", action="store_true", help="print the statements, run none")
        todo.add_argument(
            "--copy-from",
            metavar="TABLE",
            help="and copy the CDRs of this table of the server, by the names of its columns",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        alias, model = conf.cdr_database(), get_cdr_model()
        if options["sql"]:
            for statement in tables.creation(
                connections[alias], model, tables.Cluster.configured()
            ):
                self.stdout.write(f"{statement};")
            return
        try:
            names = nodes.make_tables(alias, model)
            if options["copy_from"]:
                nodes.copy_table(alias, model, options["copy_from"])
        except (LookupError, DatabaseError) as e:
            raise CommandError(str(e)) from e
        for name in names:
            self.stdout.write(f"{model._meta.db_table} is on {name}")
        if options["copy_from"]:
            self.stdout.write(f"{options['copy_from']} is copied")
