"""Whom a host's user manager leaves out has no numbers, however the manager does so."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import UserManager
from django.db import models
from django.db.models.sql import Query

from origination.api import authentication
from origination.tests.support.client import ask
from origination.tests.support.factories import AccountFactory, UserFactory

pytestmark = pytest.mark.django_db

USER = get_user_model()
# The keys of users that the host has left out.
GONE = []


def left(users):
    return users.exclude(pk__in=GONE)


class Leaving(models.QuerySet):
    def filter(self, *args, **kwargs):
        return left(super().filter(*args, **kwargs))


class LeavingQuery(Query):
    """As packages for soft deletion have it: the condition comes last."""

    def get_compiler(self, *args, **kwargs):
        chosen = self.chain(klass=Query)
        chosen.add_q(~models.Q(pk__in=GONE))
        return chosen.get_compiler(*args, **kwargs)


class Choosing(UserManager):
    def get_queryset(self):
        return left(super().get_queryset())


class Filtering(UserManager):
    def filter(self, *args, **kwargs):
        return left(super().filter(*args, **kwargs))


class Compiling(UserManager):
    def get_queryset(self):
        return models.QuerySet(self.model, query=LeavingQuery(self.model), using=self._db)


def on_the_instance(name):
    def make():
        manager = UserManager()
        original = getattr(manager, name)
        setattr(manager, name, lambda *args, **kwargs: left(original(*args, **kwargs)))
        return manager

    return make


WAYS = {
    "a manager's queryset": Choosing,
    "a manager's method": Filtering,
    "a queryset's method": UserManager.from_queryset(Leaving),
    "a query": Compiling,
    "a method of the instance": on_the_instance("filter"),
    "a queryset of the instance": on_the_instance("get_queryset"),
}


def use(monkeypatch, manager):
    manager.model, manager.name = USER, "objects"
    monkeypatch.setitem(vars(USER._meta), "default_manager", manager)


@pytest.mark.parametrize("make", WAYS.values(), ids=WAYS)
def test_a_user_that_a_host_leaves_out_is_refused(monkeypatch, make):
    stays, gone = UserFactory(), UserFactory()
    monkeypatch.setattr("origination.tests.api.test_user_managers.GONE", [gone.pk])
    account = AccountFactory(users=[stays, gone])
    # As a process that has answered before the host's code was loaded.
    assert ask(gone, account).status_code == 200
    use(monkeypatch, make())
    assert ask(gone, account).status_code == 401
    assert ask(stays, account).status_code == 200


@pytest.mark.parametrize("make", [UserManager, models.Manager], ids=["Django's", "plain"])
def test_where_a_host_has_no_say_the_user_is_looked_up_by_what_was_compiled(monkeypatch, make):
    customer = UserFactory()
    use(monkeypatch, make())
    users = authentication._users(customer.pk)
    assert isinstance(users, list)
    (found,) = users
    assert found == customer
    assert found.get_deferred_fields() == set()


def test_who_has_gone_since_is_refused():
    account = AccountFactory(users=[customer := UserFactory()])
    assert ask(customer, account).status_code == 200
    token_of = USER(pk=customer.pk)
    customer.delete()
    assert ask(token_of, account).status_code == 401
