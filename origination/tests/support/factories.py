"""Objects for the tests, of whatever models the site has."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import factory
from django.contrib.auth import get_user_model

from origination.models import get_account_model, get_cdr_model


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = get_user_model()

    # A host's user model names its login itself.
    locals()[get_user_model().USERNAME_FIELD] = factory.Sequence("customer{}".format)
    # Nobody logs in with the one that is made of None.
    password = factory.django.Password(None)


class AccountFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = get_account_model()
        skip_postgeneration_save = True

    name = factory.Sequence("account {}".format)

    @factory.post_generation
    def users(self, create: bool, extracted: list | None, **kwargs: object) -> None:
        if create and extracted:
            self.users.set(extracted)


class CDRFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = get_cdr_model()

    account = factory.SubFactory(AccountFactory)
    time_start = datetime(2026, 6, 11, 15, 40, 7, tzinfo=UTC)
    duration = 60
    customer_duration = factory.SelfAttribute("duration")
    customer_price = Decimal("0.5")
