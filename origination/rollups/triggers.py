"""Statement triggers that keep the sums in the transaction of whatever writes the CDR table.

Their functions stand beside the sums and name everything with its schema: a writer may have any
``search_path`` and any ``TIME ZONE``, and needs no right to the sums. Whatever fails in them is
written down as a :class:`StaleMark`, and the writer goes on: no call is lost for a sum.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NamedTuple

from django.db import connections, transaction

from origination.statistics import columns

from . import grains, guard
from .models import MinuteSums, StaleMark
from .relations import Relation, execute, literal, quoted, relation_of, rows, visible_name

NEW, OLD = "new_cdrs", "old_cdrs"
# Under an older snapshot a writer may see a mark that a rebuild has taken away since.
MARK = """
EXCEPTION WHEN OTHERS THEN
  BEGIN
    INSERT INTO {marks} (since, reason, is_of_rebuild)
    SELECT now(), 'a trigger failed: ' || left(SQLERRM, 500), FALSE
    WHERE current_setting('transaction_isolation') <> 'read committed'
      OR NOT EXISTS (SELECT FROM {marks} WHERE NOT is_of_rebuild);
  EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'origination: the stored sums lack a statement: %', SQLERRM;
  END;
  RETURN NULL;"""
FUNCTION = """CREATE OR REPLACE FUNCTION {name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = {zone} AS $sums$
BEGIN
  {body}
  RETURN NULL;{mark}
END $sums$"""


class Keeping(NamedTuple):
    """One trigger. ``steps``: transition tables, and the sign that their CDRs count with."""

    name: str
    operation: str
    referencing: str = ""
    steps: tuple[tuple[str, str], ...] = ()

    def body(self, cdr_model: Any, schema: str = "") -> str:
        if not self.steps:
            return _deleting([f"{schema}{g.table}" for g in grains.of(cdr_model)])
        step = " UNION ALL ".join(grains.minute_sums(cdr_model, *step) for step in self.steps)
        *first, last = (g.insert("step", schema) for g in grains.of(cdr_model))
        also = "".join(f", kept_{n} AS ({sql})" for n, sql in enumerate(first))
        return f"WITH step AS MATERIALIZED ({step}){also} {last};"


TRIGGERS = (
    Keeping("origination_keep_insert", "INSERT", f"NEW TABLE AS {NEW}", ((NEW, ""),)),
    Keeping(
        "origination_keep_update",
        "UPDATE",
        f"OLD TABLE AS {OLD} NEW TABLE AS {NEW}",
        ((NEW, ""), (OLD, "-")),
    ),
    Keeping("origination_keep_delete", "DELETE", f"OLD TABLE AS {OLD}", ((OLD, "-"),)),
    Keeping("origination_keep_truncate", "TRUNCATE"),
)
NAMES = tuple(trigger.name for trigger in TRIGGERS)


class NotSummable(Exception):
    """The sums of this table cannot be kept; the text says why."""


def install(cdr_model: Any, alias: str) -> None:
    """(Re)create the triggers on the CDR table; waits for writers that are under way.

    Raises NotSummable, or a DatabaseError where a column cannot be summed; then nothing changed.
    """
    cdrs, sums, marks = (relation_of(m, alias) for m in (cdr_model, MinuteSums, StaleMark))
    if cdrs is None or sums is None or marks is None:
        raise NotSummable("there is no such table, or none of the sums; run migrate first")
    if unsuited := guard.unsuited(cdr_model, alias):
        raise NotSummable(unsuited)
    columns.forget()
    with transaction.atomic(using=alias):
        _try_reading(cdr_model, alias)
        _leave_other_tables(cdrs, alias)
        guard.install(alias, sums.schema, marks, NAMES)
        for trigger in TRIGGERS:
            _create(trigger, cdr_model, alias, cdrs, marks)


def uninstall(alias: str) -> None:
    """Remove the functions beside the sums, and with them the triggers, whatever table they are
    on: after a swap of models that is another one."""
    for schema in _schemas_of_sums(alias):
        for name in NAMES:
            execute(alias, f"DROP FUNCTION IF EXISTS {quoted(schema)}.{name}() CASCADE")
        guard.uninstall(alias, schema)


def missing(cdr_model: Any, alias: str) -> list[str]:
    """Names of triggers that are absent, outdated or not enabled for every writer."""
    sums = relation_of(MinuteSums, alias)
    there = rows(
        alias,
        "SELECT tgname FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass(%s)"
        " AND tgenabled = 'A' AND tgargs = convert_to(%s, 'UTF8') || '\\x00'::bytea"
        " || convert_to(%s, 'UTF8') || '\\x00'::bytea",
        [*identity(cdr_model, alias), sums.schema if sums else ""],
    )
    return [name for name in NAMES if (name,) not in there]


def are_on(cdr_model: Any, alias: str) -> bool:
    """Whether the table has any trigger of ours."""
    query = "SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgname = ANY(%s)"
    return bool(rows(alias, query, [visible_name(cdr_model, alias), list(NAMES)]))


def identity(cdr_model: Any, alias: str) -> tuple[str, str]:
    """The table as the site finds it, and the digest of its triggers."""
    return visible_name(cdr_model, alias), digest(cdr_model, alias)


def digest(cdr_model: Any, alias: str) -> str:
    """What the triggers were made for: another one when the model or this code has changed."""
    zone = connections[alias].timezone_name
    bodies = [trigger.body(cdr_model) for trigger in TRIGGERS]
    return sha256(
        "\n".join([zone, FUNCTION, MARK, *guard.FUNCTIONS, *bodies]).encode()
    ).hexdigest()[:32]


def tables(alias: str) -> list[Relation]:
    """Every table that has triggers of ours."""
    found = rows(
        alias,
        "SELECT DISTINCT nspname, relname FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid"
        " JOIN pg_class c ON c.oid = tgrelid JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE proname = ANY(%s) AND pg_function_is_visible(p.oid)",
        [list(NAMES)],
    )
    return [Relation(*names) for names in found]


def _create(trigger: Keeping, cdr_model: Any, alias: str, cdrs: Relation, marks: Relation) -> None:
    schema = f"{quoted(marks.schema)}."
    function = FUNCTION.format(
        name=schema + trigger.name,
        # The clock of the site's connection, by which it reads a column without a zone.
        zone=literal(connections[alias].timezone_name),
        body=trigger.body(cdr_model, schema),
        mark=MARK.format(marks=marks.sql),
    )
    referencing = f" REFERENCING {trigger.referencing}" if trigger.referencing else ""
    execute(alias, function)
    execute(alias, f"REVOKE ALL ON FUNCTION {schema}{trigger.name}() FROM PUBLIC")
    execute(
        alias,
        f"CREATE OR REPLACE TRIGGER {trigger.name} AFTER {trigger.operation} ON {cdrs.sql}"
        f"{referencing} FOR EACH STATEMENT EXECUTE FUNCTION {schema}{trigger.name}"
        f"({literal(digest(cdr_model, alias))}, {literal(marks.schema)})",
    )
    # Rows of a replica's writer are calls as well.
    execute(alias, f"ALTER TABLE {cdrs.sql} ENABLE ALWAYS TRIGGER {trigger.name}")


def _leave_other_tables(cdrs: Relation, alias: str) -> None:
    """Sums are those of one table; after a swap of models the triggers may be on another."""
    for table in tables(alias):
        for name in NAMES if table != cdrs else ():
            execute(alias, f"DROP TRIGGER IF EXISTS {name} ON {table.sql}")


def _try_reading(cdr_model: Any, alias: str) -> None:
    """A column of a type that cannot be summed fails here, not in a writer."""
    minutes = grains.minute_sums(cdr_model, visible_name(cdr_model, alias), condition="FALSE")
    for grain in grains.of(cdr_model):
        execute(alias, grain.insert(f"({minutes}) AS minutes"))


def _deleting(tables: list[str]) -> str:
    """Not by TRUNCATE, which fails where one TRUNCATE names the sums as well (Django's flush).

    The lock waits for a compaction, whose rows the DELETE would not see; under an older snapshot
    it could not see them even then.
    """
    everything = ", ".join(tables)
    deletes = " ".join(f"DELETE FROM {table};" for table in tables)
    return (
        "IF current_setting('transaction_isolation') = 'read committed' THEN "
        f"LOCK TABLE {everything} IN SHARE ROW EXCLUSIVE MODE; {deletes} "
        f"ELSE TRUNCATE {everything}; END IF;"
    )


def _schemas_of_sums(alias: str) -> list[str]:
    """Where the site finds the sums; where it finds none, wherever functions of ours are left."""
    if sums := relation_of(MinuteSums, alias):
        return [sums.schema]
    found = rows(
        alias,
        "SELECT DISTINCT nspname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace"
        " WHERE proname = ANY(%s) AND pg_function_is_visible(pg_proc.oid)",
        [list(NAMES)],
    )
    return [schema for (schema,) in found]
