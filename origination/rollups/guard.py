"""Whether stored sums may be believed: asked by the very statement that reads them.

Two functions beside the sums know it. A statement that would read sums which nothing keeps, or
which a trigger has marked as stale, fails instead, in the snapshot that it reads; then the CDRs
answer.
"""

from __future__ import annotations

from typing import Any

from django.db import ProgrammingError, transaction
from django.db.models import BooleanField, Func, TextField, Value

from .models import CountryHourSums, HourSums, MinuteSums
from .relations import Relation, execute, literal, quoted, rows, visible_name

STORED = (MinuteSums, HourSums, CountryHourSums)
DOUBT, KEPT = "origination_sums_doubt", "origination_sums_kept"
# Of the class that Django makes a ProgrammingError of, as of a function that is not there.
IN_DOUBT = "invalid_object_definition"
UNSUITED = """CASE
    WHEN c.relkind NOT IN ('r', 'p') THEN 'it is a view or a foreign table: no trigger watches it'
    WHEN EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhrelid = c.oid)
      THEN 'it is part of another table, through which its triggers are not fired'
    WHEN c.relkind = 'r' AND c.relhassubclass
      AND EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhparent = c.oid)
      THEN 'it has children, whose writers do not fire its triggers'
    WHEN c.relkind = 'p' AND EXISTS (
      SELECT FROM pg_catalog.pg_partition_tree(c.oid) AS part
      JOIN pg_catalog.pg_class AS leaf ON leaf.oid = part.relid WHERE leaf.relkind = 'f')
      THEN 'it has foreign partitions, whose writers do not fire its triggers'
    WHEN EXISTS (
      SELECT FROM pg_catalog.pg_subscription_rel WHERE srrelid = c.oid OR c.relkind = 'p'
      AND srrelid IN (SELECT relid FROM pg_catalog.pg_partition_tree(c.oid)))
      THEN 'a subscription feeds it, whose rows do not fire its triggers'
    WHEN c.relrowsecurity AND pg_catalog.row_security_active(c.oid)
      THEN 'its row security shows a part of it only'
  END"""
# Asked with every statement, so it is one query; a reason is looked for where something is odd.
FUNCTIONS = (
    """CREATE OR REPLACE FUNCTION {doubt}(cdrs text, digest text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $sums$
DECLARE
  cdr CONSTANT oid := pg_catalog.to_regclass(cdrs);
  reason text;
  has_cdrs boolean := FALSE;
BEGIN
  SELECT pg_catalog.format('since %s: %s', m.since, m.reason) INTO reason FROM {marks} AS m LIMIT 1;
  IF FOUND THEN
    RETURN reason;
  END IF;
  IF {kept_triggers} < {number} THEN
    RETURN 'its triggers are missing, outdated or disabled';
  END IF;
  IF {are_elsewhere} THEN
    RETURN 'the site finds tables of sums that are not those of the triggers';
  END IF;
  IF {are_empty} AND cdr IS NOT NULL THEN
    EXECUTE pg_catalog.format('SELECT EXISTS (SELECT FROM %s)', cdr::regclass) INTO has_cdrs;
  END IF;
  IF has_cdrs THEN
    RETURN 'they are empty, and the table is not: it was restored without them';
  END IF;
  RETURN (SELECT {unsuited} FROM pg_catalog.pg_class AS c WHERE c.oid = cdr);
END $sums$""",
    """CREATE OR REPLACE FUNCTION {kept}(cdrs text, digest text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $sums$
DECLARE
  cdr CONSTANT oid := pg_catalog.to_regclass(cdrs);
  reason text;
BEGIN
  IF EXISTS (SELECT FROM {marks}) OR {kept_triggers} < {number} OR {are_elsewhere}
    OR EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = cdr
      AND (relkind <> 'r' OR relispartition OR relhassubclass OR relrowsecurity))
    OR EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhrelid = cdr)
    OR EXISTS (SELECT FROM pg_catalog.pg_subscription_rel) OR {are_empty}
  THEN
    reason := {doubt}(cdrs, digest);
  END IF;
  IF reason IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = '{in_doubt}', MESSAGE = reason;
  END IF;
  RETURN TRUE;
END $sums$""",
)
# By the schema beside the digest: triggers of another schema's sums are none of these.
KEPT_TRIGGERS = """(SELECT pg_catalog.count(*) FROM pg_catalog.pg_trigger AS t
    WHERE t.tgrelid = cdr AND t.tgname = ANY ({names}) AND t.tgenabled = 'A' AND t.tgargs
    = pg_catalog.convert_to(digest, 'UTF8') || '\\x00'::bytea
    || pg_catalog.convert_to({schema}, 'UTF8') || '\\x00'::bytea)"""

ARE_ELSEWHERE = """(pg_catalog.to_regclass({found}) IS DISTINCT FROM
    pg_catalog.to_regclass({sums}))"""
# By the index: what was compacted away at the beginning of a table would be read again and again.
ARE_EMPTY = """((SELECT TRUE FROM {minutes} ORDER BY account_id, start LIMIT 1) IS NULL
    OR (SELECT TRUE FROM {hours} ORDER BY account_id, start LIMIT 1) IS NULL)"""


class SumsAreKept(Func):
    """Condition that is true; where the sums are in doubt, the statement fails."""

    function = KEPT
    output_field = BooleanField()

    def __init__(self, cdrs: str, digest: str) -> None:
        super().__init__(*(Value(text, output_field=TextField()) for text in (cdrs, digest)))


def install(alias: str, schema: str, marks: Relation, triggers: tuple[str, ...]) -> None:
    names = f"ARRAY[{', '.join(map(literal, triggers))}]"
    name = quoted(MinuteSums._meta.db_table)
    kept_triggers = KEPT_TRIGGERS.format(names=names, schema=literal(schema))
    for sql in FUNCTIONS:
        execute(
            alias,
            sql.format(
                doubt=f"{quoted(schema)}.{DOUBT}",
                kept=f"{quoted(schema)}.{KEPT}",
                marks=marks.sql,
                kept_triggers=kept_triggers,
                are_elsewhere=ARE_ELSEWHERE.format(
                    found=literal(name), sums=literal(f"{quoted(schema)}.{name}")
                ),
                are_empty=ARE_EMPTY.format(
                    minutes=f"{quoted(schema)}.{name}",
                    hours=f"{quoted(schema)}.{quoted(HourSums._meta.db_table)}",
                ),
                number=len(triggers),
                unsuited=UNSUITED,
                in_doubt=IN_DOUBT,
            ),
        )


def uninstall(alias: str, schema: str) -> None:
    for name in (KEPT, DOUBT):
        execute(alias, f"DROP FUNCTION IF EXISTS {quoted(schema)}.{name}(text, text)")


def unsuited(cdr_model: Any, alias: str) -> str | None:
    """Why no trigger could keep the sums of this table; None: they can."""
    sql = f"SELECT {UNSUITED} FROM pg_catalog.pg_class AS c WHERE c.oid = to_regclass(%s)"
    found = rows(alias, sql, [visible_name(cdr_model, alias)])
    return found[0][0] if found else "there is no such table"


def doubt(cdr_model: Any, alias: str, digest: str) -> str | None:
    """Why the sums are not to be believed; None: they are."""
    if reason := unsuited(cdr_model, alias):
        return reason
    if unreadable := _unreadable(cdr_model, alias):
        return unreadable
    return rows(alias, f"SELECT {DOUBT}(%s, %s)", [visible_name(cdr_model, alias), digest])[0][0]


def _unreadable(cdr_model: Any, alias: str) -> str | None:
    """What a statement that reads sums would say, beside the guard's own reasons."""
    account = quoted(cdr_model._meta.get_field("account").column)
    sources = ", ".join(f"{quoted(model._meta.db_table)} AS {model.__name__}" for model in STORED)
    same = " AND ".join(f"{model.__name__}.account_id = cdr.{account}" for model in STORED)
    try:
        with transaction.atomic(using=alias):
            rows(
                alias,
                f"SELECT {KEPT}('', '') FROM {sources}, {visible_name(cdr_model, alias)} AS cdr"
                f" WHERE {same} AND FALSE",
            )
    except ProgrammingError as e:
        return first_line(e)
    return None


def first_line(reason: Exception) -> str:
    return str(reason).partition("\n")[0]
