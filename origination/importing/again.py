"""Rejected records that were kept, tried again once their code is known or their format mended."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import groupby

from .accounts import Accounts
from .formats import Format
from .kept import format_of, kind_of, storable
from .keys import accounts_of
from .lines import Line
from .models import RejectedRecord
from .taking import Reject, Taken, take

WITHOUT_FORMAT = "nothing says how it is read: import its file again"


def try_again(records: Iterable[RejectedRecord]) -> Taken:
    """Import what can be by now: that leaves the table. The rest gets the reasons of today.

    Raises as :func:`.loader.make_loader` and :func:`.taking.take`.
    """
    total = Taken()
    for _, alike in groupby(sorted(records, key=_way), _way):
        taken = _tried(list(alike))
        total.imported += taken.imported
        total.known += taken.known
        total.rejects += taken.rejects
    return total


def _way(record: RejectedRecord) -> tuple[int, str, str]:
    """Records of one way are read alike."""
    return record.key_id or 0, record.source, json.dumps(record.reading, sort_keys=True)


def _tried(records: Sequence[RejectedRecord]) -> Taken:
    first = records[0]
    if first.key is None and first.reading is None:
        taken = Taken(rejects=[Reject(n, WITHOUT_FORMAT) for n in range(len(records))])
    else:
        lines = [Line(number, record.text.encode()) for number, record in enumerate(records, 1)]
        taken = take(lines, _format(first), _accounts(first))
    _settle(records, taken.rejects)
    return taken


def _format(record: RejectedRecord) -> Format:
    return record.key.reading() if record.key else format_of(record.reading or {})


def _accounts(record: RejectedRecord) -> Accounts:
    return accounts_of(record.key) if record.key else Accounts(source=record.source)


def _settle(records: Sequence[RejectedRecord], rejects: Sequence[Reject]) -> None:
    still = {reject.place: reject.reason for reject in rejects}
    done = [record.pk for index, record in enumerate(records) if index not in still]
    RejectedRecord.objects.filter(pk__in=done).delete()
    for index, reason in still.items():
        records[index].reason, records[index].kind = storable(reason), kind_of(reason)
    changed = [records[index] for index in still]
    RejectedRecord.objects.bulk_update(changed, ["reason", "kind"], batch_size=500)
