from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from origination.rollups import triggers
from origination.rollups.maintenance import Rollups
from origination.rollups.prices import unknown_prices

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
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would be done, and change nothing"
        )
        parser.add_argument("--no-progress", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        rollups = Rollups()
        postgresql_only(rollups)
        if options["rebuild"] and (options["first"] or options["last"]):
            raise CommandError("--rebuild is about every day; --from and --to limit --repair.")
        for name in ("keep_before", "uninstall", "rebuild"):
            if options[name]:
                return getattr(self, f"_{name}")(rollups, options)
        if missing := triggers.missing(rollups.cdrs, rollups.alias):
            raise CommandError(
                f"Not installed: {', '.join(missing)}. Nothing keeps the sums; use --rebuild."
            )
        self._compare(rollups, options, options["repair"] and not options["dry_run"])

    def _keep_before(self, rollups: Rollups, options: dict[str, Any]) -> None:
        day = options["keep_before"]
        if not options["dry_run"]:
            rollups.keep_before(day)
        self.stdout.write(f"Sums before {day:%Y-%m-%d} are kept as they are.")

    def _uninstall(self, rollups: Rollups, options: dict[str, Any]) -> None:
        if options["dry_run"]:
            names = [table.sql for table in triggers.tables(rollups.alias)]
            self.stdout.write(f"Would remove the triggers of: {', '.join(names) or 'no table'}")
            return
        rollups.uninstall()
        self.stdout.write("Triggers removed. Set ORIGINATION['ROLLUPS'] = False.")

    def _rebuild(self, rollups: Rollups, options: dict[str, Any]) -> None:
        """Or a CommandError, and nothing has changed."""
        if options["dry_run"]:
            missing = triggers.missing(rollups.cdrs, rollups.alias)
            self.stdout.write(f"Would install: {', '.join(missing) or 'nothing'}")
            return self._compare(rollups, options, mend=False)
        try:
            with rollups.rebuilding():
                self._compare(rollups, options, mend=True)
        except (DatabaseError, triggers.NotSummable) as e:
            raise CommandError(f"Nothing was changed: {e}") from e
        if doubt := rollups.doubt:
            raise CommandError(f"The sums are in doubt again, run it once more: {doubt}")

    def _compare(self, rollups: Rollups, options: dict[str, Any], mend: bool) -> None:
        days = rollups.days(_later(options["first"], rollups.kept_before()), options["last"])
        count = 0
        for day in progress(days, options["no_progress"]):
            for difference in rollups.differences(day, repair=mend):
                count += 1
                if not options["rebuild"]:
                    self.stdout.write(str(difference))
        self.stdout.write(f"{len(days)} days, {count} sums {'mended' if mend else 'differ'}")
        for cdr in unknown_prices(rollups, days):
            self.stdout.write(f"price is not a number, CDR {cdr}")
        if count and not mend and not options["dry_run"]:
            self.stderr.write("Mend them with --repair.")
            sys.exit(1)
        if not mend and (doubt := rollups.doubt):
            self.stderr.write(f"CDRs answer until --rebuild is done: {doubt}")


def _day(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)


def _later(first: datetime | None, second: datetime | None) -> datetime | None:
    return max(filter(None, (first, second)), default=None)
