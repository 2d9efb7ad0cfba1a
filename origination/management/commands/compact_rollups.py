from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from origination.rollups.maintenance import Rollups

from ._rollups import postgresql_only, progress


class Command(BaseCommand):
    help = (
        "Merge the rows that writers added to the stored sums: one for each bucket remains. Run it "
        "nightly. No writer waits for it. You may stop it at any time and run it again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-progress", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        rollups = Rollups()
        postgresql_only(rollups)
        days = rollups.uncompacted_days()
        gone = sum(rollups.compact(day) for day in progress(days, options["no_progress"]))
        self.stdout.write(f"{len(days)} days, {gone} rows fewer")
