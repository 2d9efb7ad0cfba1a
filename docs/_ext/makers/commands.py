"""What ``manage.py COMMAND --help`` prints, without what every command has."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from unittest.mock import patch

from django.core.management import load_command_class
from django.core.management.base import DjangoHelpFormatter

import origination

HOME = Path(origination.__file__).parent
APPS = ("origination", "origination.contrib.clickhouse")
COMMON = DjangoHelpFormatter.show_last


def commands() -> str:
    return "\n\n".join(f"```text\n{helped(*command)}\n```" for command in all_commands())


def all_commands() -> list[tuple[str, str]]:
    """App and name."""
    return [(app, name) for app in APPS for name in _names(app)]


def _names(app: str) -> list[str]:
    folder = HOME.joinpath(*app.split(".")[1:], "management", "commands")
    return sorted(path.stem for path in folder.glob("[!_]*.py"))


# As wide on every machine.
@patch.dict(os.environ, COLUMNS="90")
def helped(app: str, name: str) -> str:
    return parser_of(app, name).format_help().rstrip()


def parser_of(app: str, name: str) -> argparse.ArgumentParser:
    parser = load_command_class(app, name).create_parser("manage.py", name)
    for action in parser._actions:
        if COMMON.intersection(action.option_strings):
            action.help = argparse.SUPPRESS
    return parser
