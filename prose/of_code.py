"""What the code says to people, as one page: settings, checks, commands, public names, the API."""

from __future__ import annotations

import inspect
import os
import sys
from argparse import SUPPRESS
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "docs" / "_ext")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statsproject.settings")
django.setup()

from makers.api import operations  # noqa: E402
from makers.checks import all_checks  # noqa: E402
from makers.commands import all_commands, parser_of  # noqa: E402
from makers.javascript import PUBLIC as MODULES  # noqa: E402
from makers.javascript import module  # noqa: E402
from makers.settings import default_of, meaning_of  # noqa: E402

from origination import admin, conf, models, routers, statistics  # noqa: E402
from origination.api import authentication, tokens  # noqa: E402
from origination.importing.formats import FORMATS  # noqa: E402

PUBLIC = (
    *(getattr(statistics, name) for name in statistics.__all__),
    models.AbstractAccount,
    models.AbstractCDR,
    models.AccountQuerySet,
    admin.CDRAdmin,
    routers.CDRRouter,
    authentication.CustomerJWTAuthentication,
    tokens.issue_token,
)


def page() -> str:
    """A heading for each thing, so that a line of it can be found in the code."""
    return "\n\n".join(f"## `{name}`\n\n{text}" for name, text in texts() if text)


def texts() -> Iterator[tuple[str, str]]:
    for name in sorted(conf.SETTINGS):
        yield name, f"{meaning_of(name)}\n\n{default_of(name)}"
    for check in all_checks():
        yield check.id, f"{check.cause}\n\n{check.cure}"
    for command in filter(is_installed, all_commands()):
        yield command[1], helped(*command)
    yield from FORMATS.items()
    for method, path, operation in operations():
        yield f"{method} {path}", described(operation)
    for name in MODULES:
        yield name, module(name)
    for thing in PUBLIC:
        yield thing.__name__, (inspect.getdoc(thing) or "").replace("``", "`")


def is_installed(command: tuple[str, str]) -> bool:
    return command[0] == "origination" or find_spec("clickhouse_backend") is not None


def helped(app: str, name: str) -> str:
    parser = parser_of(app, name)
    helps = [each.help for each in parser._actions if each.help and each.help != SUPPRESS]
    return "\n\n".join([parser.description or "", *helps])


def described(operation: dict) -> str:
    parameters = (each.get("description", "") for each in operation.get("parameters", ()))
    told = (operation.get("summary", ""), operation.get("description", ""), *parameters)
    return "\n\n".join(told)


if __name__ == "__main__":
    print(page())
