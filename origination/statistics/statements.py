"""SQL that is compiled once and then run with the values of each question.

Django takes longer to build and compile a grouped union than PostgreSQL to answer it from stored
sums.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Expression, Field, Model, QuerySet

Compiled = TypeVar("Compiled")

# Of one place among the parameters; of a statement, what its columns refer to.
PLACE_BYTES, STATEMENT_BYTES = 256, 16_384


class Parameter(Expression):
    """A value that is known when the statement runs, of the type of ``field``."""

    def __init__(self, name: str, field: Field) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [Place(self.name, self.output_field)]


class Place(NamedTuple):
    """Where a parameter's value goes among those of a statement."""

    name: str
    field: Field

    def prepared(self, value: Any, connection: Any) -> Any:
        """The value as the driver takes it."""
        return self.field.get_db_prep_value(value, connection)


class Statement(NamedTuple):
    """A compiled query; among its parameters are values and places for them."""

    alias: str
    sql: str
    parameters: tuple[Any, ...]
    columns: tuple[Any, ...]

    @classmethod
    def of(cls, query: QuerySet) -> Statement | None:
        """None where the query cannot match anything."""
        compiler: Any = query.query.get_compiler(query.db)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return None
        columns = tuple(column for column, _, _ in compiler.select)
        return cls(query.db, sql, tuple(parameters), columns)

    @property
    def size(self) -> int:
        """Bytes that it holds, about."""
        return len(self.sql) + len(self.parameters) * PLACE_BYTES + STATEMENT_BYTES

    def rows(self, values: Mapping[str, Any]) -> list[Any]:
        """Rows as the driver gives them: Django would convert each value of each row once more."""
        with connections[self.alias].cursor() as cursor:
            cursor.execute(self.sql, self._bound(values))
            return cursor.fetchall()

    def instances(self, model: type[Model], values: Mapping[str, Any]) -> list[Any]:
        """Rows as instances of the model that was queried, with all its fields.

        Not by ``raw()``, which takes as long to look at the model as the query takes.
        """
        names = [column.target.attname for column in self.columns]
        return [
            model.from_db(self.alias, names, list(map(self._converted, self.columns, row)))
            for row in self.rows(values)
        ]

    def _converted(self, column: Any, value: Any) -> Any:
        """The value as the column's field has it."""
        connection = connections[self.alias]
        of_backend = connection.ops.get_db_converters(column)
        for convert in of_backend + column.get_db_converters(connection):
            value = convert(value, column, connection)
        return value

    def _bound(self, values: Mapping[str, Any]) -> list[Any]:
        connection = connections[self.alias]
        return [
            p.prepared(values[p.name], connection) if isinstance(p, Place) else p
            for p in self.parameters
        ]


class Kept(Generic[Compiled]):
    """What was compiled, by all that its SQL depends on, at most ``most`` bytes of it.

    What was asked for the longest time ago is forgotten first.
    """

    def __init__(self, most: int) -> None:
        self.most, self.size = most, 0
        self.found: OrderedDict[Hashable, tuple[Compiled, int]] = OrderedDict()
        self.lock = Lock()

    def get(
        self, key: Hashable, make: Callable[[], Compiled], size: Callable[[Compiled], int]
    ) -> Compiled:
        """What is kept by this key, or else made and kept."""
        with self.lock:
            if key in self.found:
                self.found.move_to_end(key)
                return self.found[key][0]
        # Made by two threads at the same time, it is kept once.
        made = make()
        with self.lock:
            self._keep(key, made, size(made))
        return made

    def _keep(self, key: Hashable, made: Compiled, size: int) -> None:
        if key in self.found:
            return
        self.found[key] = made, size
        self.size += size
        while self.size > self.most:
            _, (_, freed) = self.found.popitem(last=False)
            self.size -= freed
