"""The order of migrations where the accounts are the site's own."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Tags
from django.db import connections, router
from django.db.migrations.exceptions import (
    BadMigrationError,
    CircularDependencyError,
    NodeNotFoundError,
)
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import CreateModel

from origination import conf

from .messages import error, register

LABEL = "origination"
Node = tuple[str, str]


@register
def check_order(**kwargs: Any) -> list[CheckMessage]:
    """E071: on a new database, ``migrate`` would make our tables before those of your accounts.
    Cure: write ``run_before = [("origination", "0001_initial")]`` into the class of the migration
    that makes your accounts.
    """
    loader = _loader(None)
    if loader is None:
        return []
    ours, maker, order = _first(loader), _maker_of_accounts(loader), _order(loader)
    if maker is None or order.index(maker) < order.index(ours):
        return []
    return [
        error(
            71,
            f"{'.'.join(maker)} makes {conf.account_model()}, which {'.'.join(ours)} points to; a "
            "new database would run them in the wrong order.",
            f"Write run_before = [{ours!r}] into the Migration class of {'.'.join(maker)}.",
        )
    ]


@register(Tags.database)
def check_history(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """E072: our tables were made for another account model than the setting names now."""
    alias = router.db_for_read(apps.get_model(conf.account_model())) if _is_swapped() else None
    loader = _loader(alias) if alias in (databases or ()) else None
    if loader is None:
        return []
    maker, applied = _maker_of_accounts(loader), loader.applied_migrations
    if maker is None or maker in applied or _first(loader) not in applied:
        return []
    return [
        error(
            72,
            f"The tables of {LABEL} were made before those of {conf.account_model()}, for other "
            "accounts.",
            f"Take ORIGINATION_ACCOUNT_MODEL back, run manage.py migrate {LABEL} zero (it drops "
            "what these tables hold), set it again, and migrate.",
        )
    ]


def _is_swapped() -> bool:
    label = conf.account_model()
    try:
        apps.get_model(label)
    # E005 tells.
    except (LookupError, ValueError):
        return False
    return not label.startswith(f"{LABEL}.")


def _loader(alias: str | None) -> MigrationLoader | None:
    """The migrations of a site with accounts of its own; None: there is nothing to compare."""
    if not _is_swapped():
        return None
    try:
        connection = connections[alias] if alias else None
        # An app whose first migration is about to be made has none yet.
        loader = MigrationLoader(connection, ignore_no_migrations=True)
        loader.graph.ensure_not_cyclic()
    # migrate tells.
    except (BadMigrationError, CircularDependencyError, NodeNotFoundError):
        return None
    return loader if LABEL in loader.migrated_apps else None


def _first(loader: MigrationLoader) -> Node:
    return loader.graph.root_nodes(LABEL)[0]


def _order(loader: MigrationLoader) -> list[Node]:
    """As ``migrate`` runs them on a new database."""
    graph = loader.graph
    nodes = (node for leaf in graph.leaf_nodes() for node in graph.forwards_plan(leaf))
    return list(dict.fromkeys(nodes))


def _maker_of_accounts(loader: MigrationLoader) -> Node | None:
    """The migration that makes the model of the accounts; None: no migration does."""
    label, name = conf.account_model().split(".")
    for node, migration in loader.graph.nodes.items():
        operations = getattr(migration, "operations", ())
        if node[0] == label and any(_makes(operation, name) for operation in operations):
            return node
    return None


def _makes(operation: Any, name: str) -> bool:
    return isinstance(operation, CreateModel) and operation.name_lower == name.lower()
