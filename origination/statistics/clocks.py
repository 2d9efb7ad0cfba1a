"""How far clocks are ahead of UTC, as SQL that is the same whatever the zone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Func, IntegerField

from .statements import Place
from .zones import Stretch

SECONDS = IntegerField()


class Ahead(Func):
    """Seconds that clocks, set ``changes`` times, are ahead of UTC at a datetime.

    The changes are told when the statement runs: see :func:`clock_values`. Each row is compared
    with a few of them only, and Django has one expression to compile instead of hundreds.
    """

    arity = 1
    output_field = SECONDS

    def __init__(self, time: Any, changes: int) -> None:
        super().__init__(time)
        self.changes = changes

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        (time,) = self.get_source_expressions()
        sql, params = compiler.compile(time)
        return _search(sql, list(params), time.output_field, 0, self.changes)


def _search(time: str, params: list[Any], field: Any, first: int, last: int) -> Any:
    """SQL of the offset of one of the stretches from ``first`` to ``last``, by halves."""
    if first == last:
        return "%s", [Place(f"ahead {first}", SECONDS)]
    middle = (first + last + 1) // 2
    before, before_params = _search(time, params, field, first, middle - 1)
    after, after_params = _search(time, params, field, middle, last)
    sql = f"CASE WHEN {time} < %s THEN {before} ELSE {after} END"
    return sql, [*params, Place(f"change {middle}", field), *before_params, *after_params]


def clock_values(stretches: Sequence[Stretch], changes: int, further: int) -> dict[str, Any]:
    """The values of :class:`Ahead`, ``further`` seconds added; the last stretch fills the rest."""
    padded = [*stretches, *[stretches[-1]] * (changes + 1 - len(stretches))]
    ahead = {f"ahead {n}": stretch.offset + further for n, stretch in enumerate(padded)}
    return ahead | {f"change {n}": stretch.start for n, stretch in enumerate(padded)}
