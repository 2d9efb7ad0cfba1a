"""``import_cdrs --follow``: from the options of the command to a service."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from django.core.management.base import CommandError

from origination.importing.accounts import Accounts
from origination.importing.calls import NoCalls
from origination.importing.ending import ended_by_signals
from origination.importing.following import Followed
from origination.importing.formats import Format
from origination.importing.kept import keep
from origination.importing.loader import make_loader
from origination.importing.patience import Patience, Stopped
from origination.importing.state import State, StateError, locked
from origination.importing.storing import Keeper, Store
from origination.importing.uniqueness import NotRepeatable
from origination.importing.watching import Watch
from origination.statistics.columns import Unreadable

Say = Callable[[str], object]


def follow(
    names: Sequence[str],
    state: str | None,
    format: Format,
    make_accounts: Callable[[], Accounts],
    of_one_account: bool,
    say: Say,
) -> None:
    """Import what comes until a signal ends it. Raises CommandError for a user's mistake."""
    paths = list(dict.fromkeys(map(os.path.abspath, names)))
    for path in paths:
        if Path(path).is_dir():
            raise CommandError(f"{path} is a folder: name its files")
    try:
        _follow(paths, state or f"{paths[0]}.state", format, make_accounts, of_one_account, say)
    except Stopped:
        return
    except StateError as e:
        raise CommandError(f"--state: {e}") from e
    except (NotRepeatable, NoCalls, Unreadable) as e:
        raise CommandError(str(e)) from e


def _follow(
    paths: Sequence[str],
    state_path: str,
    format: Format,
    make_accounts: Callable[[], Accounts],
    of_one_account: bool,
    say: Say,
) -> None:
    with ended_by_signals() as stop, locked(state_path), ExitStack() as opened:
        state, patience = State(state_path), Patience(stop, say)
        logs = [Followed(path, format.reader, say, state.positions.get(path, ())) for path in paths]
        for log in logs:
            opened.callback(log.close)
            # Holds it before the database is waited for: it may be rotated meanwhile.
            log.read(0)
        state.save({log.path: log.positions() for log in logs})
        say(f"following {', '.join(paths)}")
        accounts = patience(make_accounts)
        # Says at once what is wrong with the table.
        patience(lambda: make_loader(format.joins_records))
        Watch(
            logs,
            Store(accounts, _keeper(format, of_one_account), format.joins_records),
            state,
            stop,
            say,
        ).run()


def _keeper(format: Format, of_one_account: bool) -> Keeper:
    """Keeps rejected lines in the database, with what is needed to try them again: not where that
    is the header of a file, or an account that the command was told."""
    read = format.resolved()
    is_told = not of_one_account and (read.name != "csv" or bool(read.columns))

    def kept(log: str, rejected: Iterable[tuple[bytes, str]]) -> None:
        keep(format.source or log, rejected, format=format if is_told else None)

    return kept
