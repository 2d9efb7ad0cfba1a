"""Account code of a switch -> what a CDR holds of an account; never a guess."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any
from uuid import UUID

from origination.models import account_key, get_account_model, get_cdr_model
from origination.statistics.accounts import of_uuid

from .values import Rejected


class MapError(ValueError):
    """The account map is wrong; the message names its line."""


class Accounts:
    """Looks account codes up: one account for all rows, a map, or the uuid itself."""

    def __init__(self, only: UUID | None = None, codes: dict[str, UUID] | None = None) -> None:
        self.only, self.codes = only, codes or {}
        # Those that stand for no account are not kept: one may be made while an import runs.
        self.found: dict[str | None, Any] = {}
        self.key = account_key(get_cdr_model())

    def __call__(self, code: str) -> Any:
        """What the CDRs hold of it; raises Rejected for a code that stands for no account."""
        kept = None if self.only else code
        if kept not in self.found:
            self.found[kept] = self._key(self.only or self._uuid(code))
        return self.found[kept]

    def known(self, code: str) -> Any:
        """The same of a code that has been looked up and found, or None; asks no database."""
        return self.found.get(None if self.only else code)

    def _uuid(self, code: str) -> UUID:
        if code in self.codes:
            return self.codes[code]
        try:
            return UUID(code)
        except ValueError as e:
            raise Rejected(f"unknown account: {code[:64]!r}") from e

    def _key(self, uuid: UUID) -> Any:
        model: Any = get_account_model()
        # An account is there for its calls, whether a host's managers show it or not.
        held = model._base_manager.filter(of_uuid(uuid)).values_list(self.key.attname, flat=True)
        key = held.first()
        if key is None:
            raise Rejected(f"unknown account: {uuid}")
        return key


def read_map(path: str) -> dict[str, UUID]:
    """``accountcode,uuid`` lines, with or without a header."""
    codes = {}
    with Path(path).open(newline="", encoding="utf-8-sig") as file:
        for number, row in enumerate(csv.reader(file), 1):
            if not row or [cell.strip() for cell in row] == ["accountcode", "uuid"]:
                continue
            try:
                code, uuid = row
                codes[code.strip()] = UUID(uuid.strip())
            except ValueError as e:
                raise MapError(f"{path}, line {number}: not accountcode,uuid") from e
    return codes
