from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from origination.rollups import triggers
from origination.rollups.maintenance import Rollups

from ._rollups import postgresql_only, progress


class Command(BaseCommand):
    help = "Compare every stored sum with the CDRs; exit status 1 where one differs."

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--repair", action="store_true", help="mend the sums that differ")
        how.add_argument(
            "--rebuild",
            action="store_true",
            help="install the triggers, then mend: for a table that had CDRs before",
        )
        how.add_argument(
            "--keep-before",
            metavar="DATE",
            type=_day,
            help="from now on leave sums before this day alone: their CDRs may be dropped",
        )
        how.add_argument("--uninstall", action="store_true", help="remove the triggers")
        parser.add_argument("--from", dest="first", metavar="DATE", type=_day, help="first day")
        parser.add_argument(
            "--to", dest="last", metavar="DATE", type=_day, help="day after the last"
        )
        parser.add_argument("--no-progress", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        rollups = Rollups()
        postgresql_only(rollups)
        if options["keep_before"]:
            rollups.keep_before(options["keep_before"])
            self.stdout.write(
                f"Sums before {options['keep_before']:%Y-%m-%d} are kept as they are."
            )
            return
        if options["uninstall"]:
            triggers.uninstall(rollups.cdrs, rollups.alias)
            self.stdout.write("Triggers removed. Set ORIGINATION['ROLLUPS'] = False.")
            return
        self._triggers(rollups, options["rebuild"])
        self._compare(rollups, options)

    def _triggers(self, rollups: Rollups, rebuild: bool) -> None:
        if rebuild:
            try:
                rollups.install()
            except DatabaseError as e:
                raise CommandError(f"The triggers could not be installed: {e}") from e
        if missing := triggers.missing(rollups.cdrs, rollups.alias):
            raise CommandError(
                f"Not installed: {', '.join(missing)}. Nothing keeps the sums; use --rebuild."
            )

    def _compare(self, rollups: Rollups, options: dict[str, Any]) -> None:
        mend = options["repair"] or options["rebuild"]
        days = rollups.days(_later(options["first"], rollups.kept_before()), options["last"])
        count = 0
        for day in progress(days, options["no_progress"]):
            for difference in rollups.differences(day, repair=mend):
                count += 1
                if not options["rebuild"]:
                    self.stdout.write(str(difference))
        self.stdout.write(f"{len(days)} days, {count} sums {'mended' if mend else 'differ'}")
        if count and not mend:
            self.stderr.write("Mend them with --repair.")
            sys.exit(1)


def _day(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)


def _later(first: datetime | None, second: datetime | None) -> datetime | None:
    return max(filter(None, (first, second)), default=None)
