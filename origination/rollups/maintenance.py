"""Compare, repair and compact the stored sums, beside live writers and readers.

Every comparison is one statement, hence one snapshot: CDRs and the deltas of the transaction
that wrote them are seen both or not at all. A repair appends the difference as one more delta,
which stays right whatever other transactions append meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connections, router, transaction
from django.utils import timezone

from origination.models import get_cdr_model

from . import bucket_counts, grains, guard, relations, triggers
from .grains import SUMS, Grain
from .models import KeptSums, MinuteSums, StaleMark

# Repairs wait for each other: two that see the same difference would both add it.
REPAIR_LOCK = 0x0416_0001
UNBUILT = "the sums are not built; run verify_rollups --rebuild"
# Whoever writes CDRs queues behind an install that waits.
LOCK_TIMEOUT = "10s"
# Of the look at the newest day that ``manage.py check`` takes.
LOOK_TIMEOUT = "5s"
DAY = timedelta(days=1)
DIFFERENCE = ", ".join(f"COALESCE(cdr.{n}, 0) - COALESCE(sums.{n}, 0) AS {n}" for n in SUMS)
DIFFERS = " OR ".join(f"COALESCE(cdr.{n}, 0) <> COALESCE(sums.{n}, 0)" for n in SUMS)


class Difference(NamedTuple):
    """CDRs minus stored sums of one bucket; ``sums`` in the order of ``SUMS``."""

    grain: Grain
    keys: tuple[Any, ...]
    sums: tuple[Any, ...]

    def __str__(self) -> str:
        key = " ".join(f"{n}={v}" for n, v in zip(self.grain.keys, self.keys, strict=True))
        off = " ".join(f"{n}{v:+}" for n, v in zip(SUMS, self.sums, strict=True) if v)
        return f"{self.grain.name} {key}: {off}"


class Rollups:
    """The sums of this site's CDR table."""

    def __init__(self) -> None:
        self.cdrs: Any = get_cdr_model()
        self.alias: str = router.db_for_write(self.cdrs) or "default"
        self.table = relations.visible_name(self.cdrs, self.alias)
        self.time = grains.time_column(self.cdrs)

    @property
    def supported(self) -> bool:
        return connections[self.alias].vendor == "postgresql"

    @property
    def has_tables(self) -> bool:
        """False before the first ``migrate``."""
        models = (self.cdrs, MinuteSums, StaleMark)
        return all(relations.relation_of(model, self.alias) for model in models)

    def days(self, first: datetime | None = None, last: datetime | None = None) -> list[datetime]:
        """Days (UTC) that have CDRs or sums, from ``first`` to before ``last``, ascending."""
        sources = [(self.time, self.table), *(("start", g.table) for g in self._grains)]
        union = " UNION ".join(
            f"SELECT DATE_TRUNC('day', {column}, 'UTC') AS day FROM {table}"
            f" WHERE {grains.ASKED.format(time=column)}"
            for column, table in sources
        )
        bounds, parameters = self._bounds("day", first, last)
        return [
            day for (day,) in self._rows(f"SELECT day FROM ({union}) AS days WHERE {bounds} "
                                         "ORDER BY day", parameters)
        ]  # fmt: skip

    def uncompacted_days(self) -> list[datetime]:
        """Days (UTC) on which a bucket has several rows, ascending."""
        union = " UNION ".join(
            f"SELECT DATE_TRUNC('day', start, 'UTC') AS day FROM {grain.table}"
            f" GROUP BY {', '.join(grain.keys)} HAVING COUNT(*) > 1"
            for grain in self._grains
        )
        return [day for (day,) in self._rows(f"{union} ORDER BY day", [])]

    @property
    def doubt(self) -> str | None:
        """Why the sums are not to be believed; None: they are."""
        return guard.doubt(self.cdrs, self.alias, triggers.digest(self.cdrs, self.alias))

    def install(self) -> None:
        """Install the triggers; what was there before has no sums until a rebuild is done.

        Gives up with an OperationalError where a writer holds the CDR table for long.
        """
        with self._short_transaction():
            triggers.install(self.cdrs, self.alias)
            bucket_counts.declare(self.cdrs, self.alias)
            # Writers wait, so those whose triggers failed are done, and their CDRs are seen.
            self._marks.delete()
            if not self._is_empty:
                self._marks.create(since=timezone.now(), reason=UNBUILT, is_of_rebuild=True)

    def uninstall(self) -> None:
        """Remove the triggers; gives up as :meth:`install` does."""
        with self._short_transaction():
            triggers.uninstall(self.alias)

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Triggers first, so that writers need not wait, then one transaction in which the sums are
        mended; where it fails it has changed nothing, and the triggers go again if they are new.

        Until its end CDRs answer, and also if it is killed.
        """
        had_triggers = triggers.are_on(self.cdrs, self.alias)
        if self.doubt:
            self.install()
        try:
            with transaction.atomic(using=self.alias):
                yield
                self._marks.filter(is_of_rebuild=True).delete()
        except BaseException:
            if not had_triggers:
                self.uninstall()
            raise

    def differences(self, day: datetime, repair: bool = False) -> Iterator[Difference]:
        """Every sum of a day that is not that of its CDRs; ``repair`` mends them as well."""
        for grain in self._grains:
            sql = self._insert_difference(grain) if repair else self._difference(grain)
            with transaction.atomic(using=self.alias):
                if repair:
                    self._rows("SELECT pg_advisory_xact_lock(%s)", [REPAIR_LOCK])
                rows = self._rows(sql, [day, day + DAY, day, day + DAY])
            width = len(grain.keys)
            yield from (Difference(grain, row[:width], row[width:]) for row in rows)

    def newest_difference(self) -> Difference | None:
        """One wrong sum of the newest day that has CDRs or sums.

        Raises OperationalError where that takes long.
        """
        with transaction.atomic(using=self.alias):
            self._rows("SELECT set_config('statement_timeout', %s, true)", [LOOK_TIMEOUT])
            newest = self._newest_day
            return next(self.differences(newest), None) if newest else None

    def compact(self, day: datetime) -> int:
        """Merge the deltas of each bucket of a day into one row; returns how many rows went."""
        return sum(self._compact(grain, day) for grain in self._grains)

    def kept_before(self) -> datetime | None:
        """Up to when sums outlive their CDRs."""
        return (
            KeptSums.objects.using(self.alias)
            .order_by("-before")
            .values_list("before", flat=True)
            .first()
        )

    def keep_before(self, moment: datetime) -> None:
        KeptSums.objects.using(self.alias).update_or_create(pk=1, defaults={"before": moment})

    @property
    def _grains(self) -> tuple[Grain, ...]:
        return grains.of(self.cdrs)

    @property
    def _newest_day(self) -> datetime | None:
        asked = grains.ASKED.format
        cdrs = f"SELECT MAX({self.time}) AS time FROM {self.table} WHERE {asked(time=self.time)}"
        sums = f"SELECT MAX(start) FROM {self._grains[0].table} WHERE {asked(time='start')}"
        newest = (
            f"SELECT DATE_TRUNC('day', MAX(time), 'UTC') FROM ({cdrs} UNION ALL {sums}) AS newest"
        )
        return self._rows(newest, [])[0][0]

    @property
    def _marks(self) -> Any:
        return StaleMark.objects.using(self.alias)

    @property
    def _is_empty(self) -> bool:
        """Whether there is nothing to sum, and nothing summed."""
        tables = [self.table, *(grain.table for grain in self._grains)]
        return not any(self._rows(f"SELECT 1 FROM {table} LIMIT 1", []) for table in tables)

    @contextmanager
    def _short_transaction(self) -> Iterator[None]:
        """Of what writers queue behind."""
        with transaction.atomic(using=self.alias):
            self._rows("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
            yield

    def _difference(self, grain: Grain) -> str:
        within = f"{self.time} >= %s AND {self.time} < %s"
        minutes = grains.minute_sums(self.cdrs, self.table, condition=within)
        stored = f"(SELECT * FROM {grain.table} WHERE start >= %s AND start < %s) AS stored"
        keys = ", ".join(grain.keys)
        return (
            f"WITH minutes AS ({minutes}), cdr AS ({grain.grouped('minutes')}), "
            f"sums AS ({grain.grouped(stored)}) "
            f"SELECT {keys}, {DIFFERENCE} FROM cdr FULL JOIN sums USING ({keys}) WHERE {DIFFERS}"
        )

    def _insert_difference(self, grain: Grain) -> str:
        return (
            f"INSERT INTO {grain.table} ({grain.columns}) {self._difference(grain)} "
            f"RETURNING {grain.columns}"
        )

    def _compact(self, grain: Grain, day: datetime) -> int:
        keys = ", ".join(grain.keys)
        same = " AND ".join(f"sums.{key} = several.{key}" for key in grain.keys)
        sql = (
            f"WITH several AS (SELECT {keys} FROM {grain.table} WHERE start >= %s AND start < %s"
            f" GROUP BY {keys} HAVING COUNT(*) > 1), "
            f"gone AS (DELETE FROM {grain.table} AS sums USING several WHERE {same}"
            f" RETURNING sums.*), "
            f"merged AS ({grain.insert('gone')} RETURNING 1) "
            "SELECT (SELECT COUNT(*) FROM gone) - (SELECT COUNT(*) FROM merged)"
        )
        with transaction.atomic(using=self.alias):
            # A second compaction at the same time would delete in another order, and wait.
            self._rows("SELECT pg_advisory_xact_lock(%s)", [REPAIR_LOCK])
            return self._rows(sql, [day, day + DAY])[0][0]

    def _bounds(self, column: str, first: Any, last: Any) -> tuple[str, list[Any]]:
        given = {f"{column} >= %s": first, f"{column} < %s": last}
        given = {sql: value for sql, value in given.items() if value is not None}
        return " AND ".join(given) or "TRUE", list(given.values())

    def _rows(self, sql: str, parameters: list[Any]) -> list[Any]:
        return relations.rows(self.alias, sql, parameters)
