"""What tests of every room start from: a customer, and accounts that he may see."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections, router
from hypothesis import settings

from origination.models import get_cdr_model
from origination.rollups import triggers
from origination.tests.support.client import configured
from origination.tests.support.factories import AccountFactory, UserFactory

# A busy machine may take any time for an example.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def customer() -> Any:
    return UserFactory()


@pytest.fixture
def account(customer: Any) -> Any:
    return AccountFactory(users=[customer])


@pytest.fixture
def accounts(customer: Any) -> list[Any]:
    return AccountFactory.create_batch(2, users=[customer])


@pytest.fixture
def summed(db: None) -> Iterator[None]:
    """Sums answer where they may; of a host's table only where its triggers are there."""
    alias = router.db_for_write(get_cdr_model()) or "default"
    if connections[alias].vendor == "postgresql":
        triggers.install(get_cdr_model(), alias)
    with configured(ROLLUPS=True):
        yield
