from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError
from tqdm import tqdm

from origination.importing.accounts import Accounts, MapError, read_map
from origination.importing.calls import NoCalls
from origination.importing.explaining import explained
from origination.importing.formats import Format
from origination.importing.rejects import Rejects
from origination.importing.run import Import, Outcome
from origination.importing.uniqueness import NotRepeatable
from origination.importing.values import Rejected
from origination.statistics.columns import Unreadable

from ._follow import follow
from ._formats import add_format_arguments, format_of

RESUME = "Earlier batches are imported; run it again, nothing is added twice."


class Command(BaseCommand):
    help = "Import CDRs from files of a switch. Importing a file again adds nothing twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="- is standard input")
        add_format_arguments(parser)
        parser.add_argument(
            "--explain", action="store_true", help="show what the first lines hold, write nothing"
        )
        parser.add_argument("--dry-run", action="store_true", help="validate, write no CDR")
        owner = parser.add_mutually_exclusive_group()
        owner.add_argument("--account", help="uuid of the account of every row")
        owner.add_argument("--account-map", metavar="FILE", help="lines of accountcode,uuid")
        parser.add_argument(
            "--rejects",
            metavar="FILE",
            help="CSV of rejected lines, replaced by each run; default: FILE.rejects.csv",
        )
        parser.add_argument("--no-progress", action="store_true")
        parser.add_argument(
            "--follow", action="store_true", help="go on with what is written, until it is ended"
        )
        parser.add_argument(
            "--state",
            metavar="FILE",
            help="how far --follow has read, over restarts; default: FILE.state",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = options["files"]
        if options["follow"]:
            self._follow(options)
            return
        for name in names:
            _check_input(name)
        format = format_of(options)
        if options["explain"]:
            return self._explain(names, format)
        accounts = self._accounts(options)
        job = self._job(format, accounts, self._rejects(options), options["dry_run"])
        try:
            self._run(job, names, options["no_progress"])
        finally:
            self._count(job.outcome, job.rejects, options["dry_run"])
        self._tell_rejects(job.rejects)

    def _follow(self, options: dict[str, Any]) -> None:
        for name in ("dry_run", "explain", "rejects"):
            if options[name]:
                raise CommandError(f"--{name.replace('_', '-')} and --follow exclude each other")
        if "-" in options["files"]:
            raise CommandError("--follow follows files by their names: name them instead of -")
        follow(
            options["files"],
            options["state"],
            format_of(options),
            lambda: self._accounts(options),
            bool(options["account"]),
            self._say,
        )

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        # A journal reads from a pipe.
        self.stdout.flush()

    def _job(self, format: Format, accounts: Accounts, rejects: Rejects, dry_run: bool) -> Import:
        try:
            return Import(format, accounts, rejects, dry_run)
        except (NotRepeatable, NoCalls, Unreadable) as e:
            raise CommandError(str(e)) from e
        except (DatabaseError, InterfaceError) as e:
            raise CommandError(f"The database takes no CDRs: {e}") from e

    def _run(self, job: Import, names: list[str], silent: bool) -> None:
        total = None if "-" in names else sum(Path(name).stat().st_size for name in names) or None
        bar = tqdm(total=total, unit="B", unit_scale=True, disable=True if silent else None)
        try:
            # Closed in here: what is written last may find the disk full.
            with closing(job.rejects), bar:
                job.run(names, bar.update)
        except (OSError, EOFError, zlib.error) as e:
            raise CommandError(f"Stopped: {e}. {RESUME}") from e
        except (DatabaseError, InterfaceError) as e:
            raise CommandError(f"The database refused a batch: {e}. {RESUME}") from e
        except KeyboardInterrupt as e:
            raise CommandError(f"Interrupted. {RESUME}", returncode=130) from e

    def _rejects(self, options: dict[str, Any]) -> Rejects:
        first = "stdin" if options["files"][0] == "-" else options["files"][0]
        usual = None if options["dry_run"] else f"{first}.rejects.csv"
        try:
            return Rejects(options["rejects"] or usual, _read_files(options))
        except OSError as e:
            raise CommandError(f"--rejects: {e}") from e

    def _explain(self, names: list[str], format: Format) -> None:
        for name in names:
            try:
                lines = list(explained(name, format))
            except (OSError, EOFError, zlib.error) as e:
                raise CommandError(f"{name}: {e}") from e
            self._show(lines)

    def _show(self, lines: list[str]) -> None:
        try:
            for line in lines:
                self.stdout.write(line)
            self.stdout.flush()
        except BrokenPipeError:
            # ``head`` has seen enough; what is left must not fail when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _accounts(self, options: dict[str, Any]) -> Accounts:
        try:
            if options["account"]:
                accounts = Accounts(only=UUID(options["account"]))
                accounts("")
                return accounts
            path = options["account_map"]
            codes = read_map(path) if path else None
            return Accounts(codes=codes, source=options["source"].strip())
        except Rejected as e:
            raise CommandError(f"--account: {e}") from e
        except (MapError, OSError, UnicodeDecodeError) as e:
            raise CommandError(f"--account-map: {e}") from e
        except ValueError as e:
            raise CommandError(f"--account: not a uuid: {options['account']}") from e

    def _count(self, outcome: Outcome, rejects: Rejects, dry_run: bool) -> None:
        imported = "would import" if dry_run else "imported"
        self.stdout.write(
            f"read {outcome.read}, {imported} {outcome.imported}, "
            f"already there {outcome.known}, rejected {rejects.count}"
        )

    def _tell_rejects(self, rejects: Rejects) -> None:
        if rejects.count:
            where = rejects.path or "--rejects FILE writes them"
            self.stderr.write(f"rejected lines with reasons: {where}")
            sys.exit(1)


def _check_input(name: str) -> None:
    """Raises CommandError; a pipe is read as a file is."""
    if name == "-":
        return
    if not Path(name).exists():
        raise CommandError(f"No such file: {name}")
    if Path(name).is_dir():
        raise CommandError(f"{name} is a folder: name its files")
    if not os.access(name, os.R_OK):
        raise CommandError(f"No right to read {name}")


def _read_files(options: dict[str, Any]) -> Iterator[os.stat_result]:
    """What the import reads, by whatever names: of standard input the file behind it."""
    for name in {*options["files"], options["account_map"]} - {"-", None}:
        yield Path(name).stat()
    with suppress(OSError, AttributeError):
        yield os.fstat(sys.stdin.fileno())
