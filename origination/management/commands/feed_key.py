from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from origination.importing import keys
from origination.importing.formats.format import COUNTRIES, LEGS, ROUNDINGS
from origination.importing.models import FEED_FORMATS, FeedKey
from origination.models import get_account_model
from origination.statistics.accounts import of_uuid


class Command(BaseCommand):
    help = "Make, list and revoke the keys with which switches post CDRs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", metavar="NAME", help="of the switch, say")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--list", action="store_true", help="show all keys, but not their text")
        what.add_argument("--revoke", action="store_true", help="refuse the key of this name")
        parser.add_argument(
            "--format", choices=FEED_FORMATS, default="jsonl", help="default: %(default)s"
        )
        parser.add_argument(
            "--timezone", default="UTC", help="IANA zone of times without an offset; default: UTC"
        )
        parser.add_argument(
            "--source", default="", help="name of the switch: account codes of it are its own"
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="THEIRS=OURS",
            help="a name of the switch and the field that it is; may be repeated",
        )
        parser.add_argument(
            "--round", choices=ROUNDINGS, default="", help="seconds with a fraction"
        )
        parser.add_argument("--legs", choices=LEGS, default="calls", help="default: %(default)s")
        parser.add_argument(
            "--countries", choices=COUNTRIES, default="", help="find them by the numbers"
        )
        parser.add_argument("--account", metavar="UUID", help="account of every call")
        parser.add_argument(
            "--own-codes-only",
            action="store_true",
            help="only account codes of --source stand for accounts, no uuids",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            return self._list()
        if not options["name"]:
            raise CommandError("Name the key, or use --list.")
        if options["revoke"]:
            return self._revoke(options["name"])
        return self._make(options)

    def _make(self, options: dict[str, Any]) -> None:
        try:
            key, text = keys.made(
                options["name"],
                format=options["format"],
                time_zone=options["timezone"],
                source=options["source"],
                mapping=_mapping(options["map"]),
                rounding=options["round"],
                legs=options["legs"],
                countries=options["countries"],
                account=_account(options["account"]),
                own_codes_only=options["own_codes_only"],
            )
        except ValidationError as e:
            raise CommandError(" ".join(e.messages)) from e
        self.stderr.write(f"The key of {key.name}. It is shown this once:")
        self.stdout.write(text)

    def _revoke(self, name: str) -> None:
        key = FeedKey.objects.filter(name=name, revoked_at=None).first()
        if key is None:
            raise CommandError(f"No key of this name is in use: {name}")
        keys.revoke(key)
        self.stdout.write(f"revoked {name} ({key.prefix}…)")

    def _list(self) -> None:
        for key in FeedKey.objects.all():
            state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "in use"
            used = f"last used {key.used_at:%Y-%m-%d %H:%M} UTC" if key.used_at else "never used"
            reading = f"{key.format}, {key.time_zone}"
            self.stdout.write(f"{key.name}  {key.prefix}…  {reading}  {state}, {used}")


def _mapping(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        theirs, sign, ours = pair.rpartition("=")
        if not (sign and theirs and ours):
            raise CommandError(f"--map: write THEIRS=OURS, not {pair!r}")
        found[theirs.strip()] = ours.strip()
    return found


def _account(text: str | None) -> Any:
    """Raises CommandError where there is no such account."""
    if text is None:
        return None
    try:
        uuid = UUID(text)
    except ValueError as e:
        raise CommandError(f"--account: not a uuid: {text}") from e
    model: Any = get_account_model()
    account = model._base_manager.filter(of_uuid(uuid)).first()
    if account is None:
        raise CommandError(f"--account: unknown account: {uuid}")
    return account
