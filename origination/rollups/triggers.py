"""Statement triggers that keep the sums in the transaction of whatever writes the CDR table."""

from __future__ import annotations

from typing import Any

import pgtrigger

from . import grains

NEW, OLD = "new_cdrs", "old_cdrs"


class KeepSums(pgtrigger.Trigger):
    """Appends what a statement changed. The SQL follows the model's own names of columns."""

    level = pgtrigger.Statement
    when = pgtrigger.After
    # SELECTs of sums by minute, over transition tables.
    steps: tuple[tuple[str, str], ...] = ()

    def get_func(self, model: Any) -> str:
        step = " UNION ALL ".join(
            grains.minute_sums(model, rows, sign) for rows, sign in self.steps
        )
        *first, last = (grain.insert("step") for grain in grains.of(model))
        also = "".join(f", kept_{n} AS ({sql})" for n, sql in enumerate(first))
        return f"WITH step AS MATERIALIZED ({step}){also} {last}; RETURN NULL;"


class KeepInserted(KeepSums):
    name = "origination_insert"
    operation = pgtrigger.Insert
    referencing = pgtrigger.Referencing(new=NEW)
    steps = ((NEW, ""),)


class KeepUpdated(KeepSums):
    name = "origination_update"
    operation = pgtrigger.Update
    referencing = pgtrigger.Referencing(old=OLD, new=NEW)
    steps = ((NEW, ""), (OLD, "-"))


class KeepDeleted(KeepSums):
    name = "origination_delete"
    operation = pgtrigger.Delete
    referencing = pgtrigger.Referencing(old=OLD)
    steps = ((OLD, "-"),)


class KeepTruncated(KeepSums):
    """Deletes every sum.

    Not by TRUNCATE, which fails where one TRUNCATE names the sums as well (Django's flush). The
    lock waits for a compaction, whose rows the DELETE would not see; under an older snapshot it
    could not see them even then.
    """

    name = "origination_truncate"
    operation = pgtrigger.Truncate

    def get_func(self, model: Any) -> str:
        tables = [grain.table for grain in grains.of(model)]
        everything = ", ".join(tables)
        deletes = " ".join(f"DELETE FROM {table};" for table in tables)
        return (
            "IF current_setting('transaction_isolation') = 'read committed' THEN "
            f"LOCK TABLE {everything} IN SHARE ROW EXCLUSIVE MODE; {deletes} "
            f"ELSE TRUNCATE {everything}; END IF; RETURN NULL;"
        )


TRIGGERS = (KeepInserted(), KeepUpdated(), KeepDeleted(), KeepTruncated())


def install(cdr_model: Any, alias: str) -> None:
    """(Re)create the triggers on the CDR table; waits for writers that are under way."""
    for trigger in TRIGGERS:
        trigger.install(cdr_model, database=alias)


def uninstall(cdr_model: Any, alias: str) -> None:
    for trigger in TRIGGERS:
        trigger.uninstall(cdr_model, database=alias)


def missing(cdr_model: Any, alias: str) -> list[str]:
    """Names of triggers that are absent, outdated or disabled."""
    states = {t.name: t.get_installation_status(cdr_model, database=alias) for t in TRIGGERS}
    return [str(name) for name, state in states.items() if state != ("INSTALLED", True)]
