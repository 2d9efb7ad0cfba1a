from __future__ import annotations

import argparse
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from tqdm import tqdm

from origination.conf import cdr_database
from statsproject.demo import load
from statsproject.demo.address import Address
from statsproject.demo.guide import guide
from statsproject.demo.site import make_accounts, make_operator


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


class Command(BaseCommand):
    help = (
        "Make a demo in the database, with logins, accounts and CDRs of 30 days, and serve it. "
        "Running it again keeps what is there: a larger --cdrs adds the missing ones, a smaller "
        "one or another --seed changes nothing. To start afresh: manage.py flush."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--cdrs", type=positive, default=100_000, metavar="N", help="default: %(default)s"
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="another one, other calls; default: %(default)s"
        )
        parser.add_argument("--addrport", default="127.0.0.1:8000", help="default: %(default)s")
        parser.add_argument("--no-serve", action="store_true", help="only make the demo")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("DEBUG is off: the demo's passwords are known to everyone.")
        address = Address.parse(options["addrport"])
        address.check_allowed()
        if not options["no_serve"]:
            address.check_free()
        self._make(address, options["seed"], options["cdrs"])
        if not options["no_serve"]:
            call_command("runserver", str(address), use_reloader=False)

    def _make(self, address: Address, seed: int, wanted: int) -> None:
        try:
            for alias in sorted({"default", cdr_database()}):
                call_command("migrate", database=alias, verbosity=0, interactive=False)
            make_operator()
            keys = self._fill(seed, wanted)
            self.stdout.write(guide(f"http://{address.shown}", keys))
            self.stdout.flush()
        except OperationalError as e:
            raise CommandError(f"The database cannot be used: {e}") from e
        except KeyboardInterrupt as e:
            raise CommandError("Stopped. Run it again to go on.", returncode=130) from e

    def _fill(self, seed: int, wanted: int) -> list[Any]:
        accounts = make_accounts()
        # The delay: no bar where there is nothing to add.
        with tqdm(total=wanted, unit=" CDRs", disable=None, delay=0.5) as bar:
            added = load.fill(seed, wanted, accounts, bar.update)
        there = load.cdrs_of(accounts).count()
        self.stdout.write(f"CDRs: {added} added, {there} in the demo's accounts.")
        if load.differs(seed, wanted, accounts):
            self.stdout.write(
                "They are of an earlier run with another --seed or a larger --cdrs; "
                "manage.py flush empties the whole database to start afresh."
            )
        return list(accounts)
