"""What a database makes by itself where a writer leaves a column out."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, UUIDField


class RandomUUID(Func):
    """A uuid of version 4, as each database stores it."""

    function = "GEN_RANDOM_UUID"
    output_field = UUIDField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        def random(digits: int) -> str:
            return f"SUBSTR(HEX(RANDOMBLOB({digits})), 1, {digits})"

        variant = "SUBSTR('89AB', 1 + (RANDOM() & 3), 1)"
        parts = (random(12), "'4'", random(3), variant, random(15))
        return f"LOWER({' || '.join(parts)})", []
